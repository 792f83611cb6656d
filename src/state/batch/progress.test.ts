import { expect, test } from 'vitest';
import { batchOverview, fileFraction } from './progress.ts';
import type { BatchId, BatchItem, BatchStatus } from './types.ts';
import { STAGES } from '../types.ts';

const item = (status: BatchStatus): BatchItem => ({
  id: '1' as BatchId,
  name: 'a.mp4',
  size: 1,
  kept: true,
  draft: { prompt: '', negative: '', seed: 1, takes: 1, drawSeed: true, sampler: { v2a: {}, a2v: {} } },
  status,
});
const done = (seconds: number) => item({ state: 'done', seconds, outputs: [], notices: [], kept: true });
const running = (fraction: number | undefined, since: number) =>
  item({ state: 'running', since, progress: { fraction } });
const waiting = item({ state: 'waiting' });

test('a file’s fraction grows from 0 to 1 over its stages and takes', () => {
  const seen: number[] = [];
  for (const take of [1, 2]) {
    for (const stage of STAGES) {
      for (const value of [0, 0.5, 1]) {
        seen.push(fileFraction({ stage, progress: { kind: 'fraction', value }, take, takes: 2 }));
      }
    }
  }
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect([seen[0], seen.at(-1)]).toEqual([0, 1]);
  const at = (progress: Parameters<typeof fileFraction>[0]['progress']) =>
    fileFraction({ stage: 'sample', progress, take: 1, takes: 1 });
  expect(at({ kind: 'steps', step: 10, steps: 10 })).toBeGreaterThan(at({ kind: 'steps', step: 5, steps: 10 }));
  expect(at({ kind: 'bytes', loaded: 5, total: 10 })).toBeCloseTo(at({ kind: 'steps', step: 5, steps: 10 }));
  expect(at({ kind: 'bytes', loaded: 0, total: 0 })).toBe(at({ kind: 'unknown' }));
});

test('time left: from the first file while it runs, then from those that are done', () => {
  const left = (items: BatchItem[], now: number) => batchOverview({ items, phase: 'running' }, now).secondsLeft;
  expect(left([running(undefined, 0), waiting], 5)).toBeUndefined();
  expect(left([running(0.01, 0), waiting], 5)).toBeUndefined();
  // A quarter in 5 s: 20 s for a file, 15 s of this one are left, and another one waits.
  expect(left([running(0.25, 0), waiting], 5)).toBeCloseTo(35);
  expect(left([done(10), done(20), running(0, 100), waiting, waiting], 100)).toBeCloseTo(45);
  // Later than expected is not negative.
  expect(left([done(10), running(0, 100)], 150)).toBe(0);
  expect(batchOverview({ items: [done(10), waiting], phase: 'paused' }, 0).secondsLeft).toBeUndefined();
});

test('what was cancelled is no part of the whole, what failed is over', () => {
  const failed = item({
    state: 'failed',
    error: { code: 'internal', name: 'AppError', message: 'x', remedy: '' },
  });
  const items = [done(1), failed, item({ state: 'cancelled' }), running(0.5, 0), waiting];
  const { fraction, count } = batchOverview({ items, phase: 'running' }, 1);
  expect(fraction).toBeCloseTo(2.5 / 4);
  expect(count).toEqual({ waiting: 1, running: 1, done: 1, failed: 1, cancelled: 1, 'needs-file': 0 });
  expect(batchOverview({ items: [], phase: 'idle' }, 0)).toMatchObject({ fraction: 0, secondsLeft: undefined });
});
