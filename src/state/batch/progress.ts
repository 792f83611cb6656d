/** How far a batch is, and how long it will take. Pure. */
import type { BatchItem, BatchState } from './types.ts';
import type { Step } from '../generate/progress.ts';
import { STAGES, type Stage, type TakeCount } from '../types.ts';

/** Rough shares of the time; the model is downloaded once and then there. */
const WEIGHTS: Readonly<Record<Stage, number>> = {
  decode: 8,
  download: 2,
  prepare: 2,
  encode: 5,
  sample: 70,
  render: 8,
  mux: 5,
};
const TOTAL = sum(Object.values(WEIGHTS));

/** How far one file is, 0..1, from where its generation is. */
export function fileFraction({ stage, progress, take, takes }: Step & TakeCount): number {
  const before = sum(STAGES.slice(0, STAGES.indexOf(stage)).map((earlier) => WEIGHTS[earlier]));
  const within = (before + WEIGHTS[stage] * done(progress)) / TOTAL;
  return Math.min(1, (take - 1 + within) / takes);
}

function done(progress: Step['progress']): number {
  switch (progress.kind) {
    case 'unknown':
      return 0;
    case 'fraction':
      return bounded(progress.value);
    case 'steps':
      return bounded(progress.step / Math.max(1, progress.steps));
    case 'bytes':
      return bounded(progress.loaded / Math.max(1, progress.total));
  }
}

export interface BatchOverview {
  /** Of all files that are to be made, 0..1. */
  readonly fraction: number;
  /** Seconds until the last one; undefined while nothing is known yet, or nothing runs. */
  readonly secondsLeft: number | undefined;
  readonly count: Readonly<Record<BatchItem['status']['state'], number>>;
}

/** Below this much of the first file its end cannot be guessed. */
const ENOUGH = 0.05;

/** @param now seconds on the clock of the batch */
export function batchOverview({ items, phase }: Pick<BatchState, 'items' | 'phase'>, now: number): BatchOverview {
  const count = { waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0, 'needs-file': 0 };
  let fraction = 0;
  let running: { fraction: number; elapsed: number } | undefined;
  const seconds: number[] = [];
  for (const { status } of items) {
    count[status.state]++;
    if (status.state === 'done') seconds.push(status.seconds);
    if (status.state === 'running') {
      running = { fraction: bounded(status.progress.fraction ?? 0), elapsed: Math.max(0, now - status.since) };
      fraction += running.fraction;
    }
  }
  // What was cancelled is no part of the work; what failed is over, and what lacks its file waits for it.
  const ended = count.done + count.failed;
  const all = items.length - count.cancelled;
  const guess = running && running.fraction >= ENOUGH ? running.elapsed / running.fraction : undefined;
  const each = seconds.length > 0 ? sum(seconds) / seconds.length : guess;
  const isGoing = (phase === 'running' || phase === 'pausing') && running !== undefined;
  return {
    fraction: all === 0 ? 0 : (ended + fraction) / all,
    secondsLeft:
      isGoing && running && each !== undefined
        ? Math.max(0, (guess ?? each) - running.elapsed) + count.waiting * each
        : undefined,
    count,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}

function bounded(value: number): number {
  return Math.min(1, Math.max(0, value));
}
