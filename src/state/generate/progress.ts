/** From what the layers report to the stage and bar the person sees, with an estimate where steps are even. Pure. */
import type { EngineProgress } from '../../engine/protocol.ts';
import type { MediaStage } from '../../media/types.ts';
import type { Stage, StageProgress } from '../types.ts';

export interface Step {
  readonly stage: Stage;
  readonly progress: StageProgress;
}

const ENGINE_STAGES = { encode: 'encode', sample: 'sample', decode: 'render' } as const;

export function fromEngine(progress: EngineProgress): Step {
  switch (progress.kind) {
    case 'download':
      return {
        stage: 'download',
        progress: { kind: 'bytes', loaded: progress.loadedBytes, total: progress.totalBytes },
      };
    case 'prepare':
      return { stage: 'prepare', progress: { kind: 'steps', step: progress.step, steps: progress.steps } };
    case 'preview':
      return { stage: 'sample', progress: { kind: 'steps', step: progress.step, steps: progress.steps } };
    case 'generate':
      return {
        stage: ENGINE_STAGES[progress.stage],
        progress: { kind: 'steps', step: progress.step, steps: progress.steps },
      };
  }
}

/** `loading` the decoder and `reading` the file have no measure of their own: the bar only says that work goes on. */
export function fromMedia(stage: 'decode' | 'mux', part: MediaStage, fraction: number | undefined): Step {
  const measured = (part === 'decoding' || part === 'encoding') && fraction !== undefined;
  return {
    stage,
    progress: measured ? { kind: 'fraction', value: Math.min(1, Math.max(0, fraction)) } : { kind: 'unknown' },
  };
}

/** The share of the stage that is done, 0..1; undefined when nobody knows. */
export function share(progress: StageProgress): number | undefined {
  switch (progress.kind) {
    case 'unknown':
      return undefined;
    case 'fraction':
      return progress.value;
    case 'steps':
      return progress.steps > 0 ? Math.min(1, progress.step / progress.steps) : undefined;
    case 'bytes':
      return progress.total > 0 ? Math.min(1, progress.loaded / progress.total) : undefined;
  }
}

/** Steps that must be done before their mean speed is worth telling. */
const TRUSTED_STEPS = 2;

/**
 * Adds the seconds left to step progress, from the mean time of the steps done so far.
 * @param now seconds, on any clock
 */
export function createEstimator(now: () => number): (step: Step) => Step {
  let stage: Stage | undefined;
  let start = 0;
  let first = 0;
  return (current) => {
    const { progress } = current;
    if (progress.kind !== 'steps') return current;
    if (stage !== current.stage || progress.step < first) {
      stage = current.stage;
      start = now();
      first = progress.step;
      return current;
    }
    const done = progress.step - first;
    if (done < TRUSTED_STEPS) return current;
    const secondsLeft = ((now() - start) / done) * (progress.steps - progress.step);
    return { stage: current.stage, progress: { ...progress, secondsLeft } };
  };
}
