/**
 * How far a generation is as a whole, in one number and one estimate: what each stage is expected to take, corrected by
 * what the stages that are over took, and by how far the present one says it is. Pure; seconds on any clock.
 */
import type { Task } from '../../model/manifest.ts';
import { STAGES, type Job, type Stage } from '../types.ts';
import { share } from './progress.ts';

/**
 * Seconds: `decode`, `encode`, `render` and `mux` for a window of the model, `sample` for one step of one, `prepare` in
 * all. `download` is in bytes per second.
 */
export type Pace = Readonly<Record<Stage, number>>;

/**
 * Of a laptop with two quiet cores; replaced by what is seen on the device. `prepare` is what is left of it after the
 * download: most sessions are made beside that.
 */
export const USUAL_PACE: Pace = {
  decode: 0.6,
  download: 6e6,
  prepare: 1,
  encode: 0.4,
  sample: 0.25,
  render: 0.4,
  mux: 1,
};

export interface Extent {
  readonly task: Task;
  readonly takes: number;
  /** Windows of the model that the clip fills; at least 1. */
  readonly windows: number;
  readonly steps: number;
  /** Of the model, still to be fetched. */
  readonly missingBytes: number;
  /** The model is prepared already. */
  readonly prepared: boolean;
}

export interface Overall {
  /** 0..1, never falling. */
  readonly done: number;
  readonly secondsLeft: number;
}

/**
 * Stages that every take waits for. The others come once: the file is encoded for all of them, and a take is written while the
 * next one is made.
 */
const OF_EACH_TAKE: ReadonlySet<Stage> = new Set(['sample', 'render']);
/** Seconds by which the expectation is trusted against what is seen. */
const TRUST = 0.4;
/** What is expected of a stage that outlasts what was expected of it: this share of that, once more. */
const STILL = 0.2;

export interface OverallProgress {
  update(job: Exclude<Job, { phase: 'idle' }>, now: number): Overall;
  /** What was seen of the device so far, to expect the next time. @param ended when the last stage was over, if it is */
  pace(ended?: number): Pace;
}

export function createOverall(expected: Pace, extent: Extent, start: number): OverallProgress {
  const seen: Partial<Record<Stage, number>> = {};
  let current: { stage: Stage; take: number; since: number } | undefined;
  let done = 0;
  let spent = 0;
  let planned = 0;

  function scale(stage: Stage): number {
    switch (stage) {
      case 'prepare':
        return extent.prepared ? 0 : 1;
      case 'sample':
        return extent.windows * extent.steps;
      case 'mux':
        return extent.task === 'a2v' ? extent.windows : 0;
      case 'decode':
      case 'download':
      case 'encode':
      case 'render':
        return extent.windows;
    }
  }

  const expect = (stage: Stage): number =>
    stage === 'download' ? extent.missingBytes / expected.download : expected[stage] * scale(stage);

  function finish(now: number): void {
    if (!current) return;
    const seconds = now - current.since;
    const { stage } = current;
    if (stage === 'download') {
      if (extent.missingBytes > 0 && seconds > 0) seen.download = extent.missingBytes / seconds;
      return;
    }
    spent += seconds;
    planned += expect(stage);
    if (scale(stage) > 0) seen[stage] = seconds / scale(stage);
  }

  /**
   * By what factor this device is slower than expected. A stage that outlasts what was expected of it says so before it is
   * over; the network says nothing of the device.
   */
  function slowness(stage: Stage, inStage: number): number {
    const finished = (spent + TRUST) / (planned + TRUST);
    if (stage === 'download') return finished;
    return Math.max(finished, (spent + inStage + TRUST) / (planned + expect(stage) + TRUST));
  }

  /** Seconds of the stages after one, of the same take. */
  const after = (stage: Stage): number =>
    STAGES.slice(STAGES.indexOf(stage) + 1).reduce((sum, later) => sum + expect(later), 0);
  const eachTake = STAGES.filter((stage) => OF_EACH_TAKE.has(stage)).reduce((sum, stage) => sum + expect(stage), 0);

  return {
    update(job, now) {
      if (current?.stage !== job.stage || current.take !== job.take) {
        finish(now);
        current = { stage: job.stage, take: job.take, since: now };
      }
      const inStage = now - current.since;
      const part = job.phase === 'running' ? share(job.progress) : undefined;
      const slower = slowness(job.stage, inStage);
      const wanted = job.stage === 'download' ? expect(job.stage) : expect(job.stage) * slower;
      const guess = part === undefined ? Math.max(wanted - inStage, wanted * STILL) : wanted * (1 - part);
      // The further it is, the more its own speed says.
      const trusted = part === undefined || inStage < 0.2 ? 0 : Math.min(1, part * 2);
      const own = part === undefined || part <= 0 ? guess : (inStage * (1 - part)) / part;
      const later = after(job.stage) + (job.takes - job.take) * eachTake;
      const secondsLeft = trusted * own + (1 - trusted) * guess + slower * later;
      const elapsed = now - start;
      if (elapsed + secondsLeft > 0) done = Math.max(done, Math.min(1, elapsed / (elapsed + secondsLeft)));
      return { done, secondsLeft };
    },
    pace(ended) {
      if (ended !== undefined) finish(ended);
      return { ...expected, ...seen };
    },
  };
}
