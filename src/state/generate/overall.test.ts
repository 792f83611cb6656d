import { describe, expect, it } from 'vitest';
import type { Stage, StageProgress } from '../types.ts';
import { createOverall, USUAL_PACE, type Extent, type Pace } from './overall.ts';

const extent: Extent = { task: 'v2a', takes: 1, windows: 1, steps: 4, missingBytes: 30e6, prepared: false };
const at = (stage: Stage, progress: StageProgress = { kind: 'unknown' }, take = 1, takes = 1) =>
  ({ phase: 'running', task: 'v2a', stage, progress, take, takes }) as const;

/** Plays a run of which the true seconds are known; what was said at every tenth of a second. */
function play(true_: Partial<Record<Stage, number>>, { takes, ...rest }: Extent = extent, pace: Pace = USUAL_PACE) {
  const overall = createOverall(pace, { takes, ...rest }, 0);
  const parts: { stage: Stage; take: number; seconds: number }[] = [];
  for (let take = 1; take <= takes; take++) {
    for (const [stage, seconds] of Object.entries(true_) as [Stage, number][]) {
      if (take === 1 || !['decode', 'download', 'prepare', 'encode'].includes(stage))
        parts.push({ stage, take, seconds });
    }
  }
  const total = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  const said: { now: number; done: number; left: number; truth: number }[] = [];
  let from = 0;
  for (const { stage, take, seconds } of parts) {
    for (let within = 0; within < seconds; within += 0.1) {
      const job = at(stage, { kind: 'fraction', value: within / seconds }, take, takes);
      const { done, secondsLeft } = overall.update(job, from + within);
      said.push({ now: from + within, done, left: secondsLeft, truth: total - from - within });
    }
    from += seconds;
  }
  return { said, pace: overall.pace(total) };
}

const AS_EXPECTED = { decode: 0.6, download: 5, prepare: 1, encode: 0.4, sample: 1, render: 0.4 };

describe('the progress of a generation as a whole', () => {
  it('never falls, and ends near the end', () => {
    const { said } = play({ ...AS_EXPECTED, prepare: 20, sample: 4 });
    for (const [index, { done }] of said.entries()) expect(done).toBeGreaterThanOrEqual(said[index - 1]?.done ?? 0);
    expect(said.at(-1)?.done).toBeGreaterThan(0.97);
  });

  it('says what is left within a tenth, from the first moment on, where all goes as expected', () => {
    for (const { left, truth } of play(AS_EXPECTED).said)
      expect(Math.abs(left - truth)).toBeLessThan(0.1 * truth + 0.2);
  });

  it('counts all takes', () => {
    const [first] = play(AS_EXPECTED, { ...extent, takes: 4 }).said;
    expect(first?.left).toBeCloseTo(8.4 + 3 * 1.4, 0);
  });

  it('leaves out what is there already', () => {
    const { said } = play(
      { decode: 0.6, encode: 0.4, sample: 1, render: 0.4 },
      { ...extent, missingBytes: 0, prepared: true },
    );
    expect(said[0]?.left).toBeCloseTo(2.4, 1);
  });

  it('takes from the first stage how slow the device is', () => {
    const slow = { decode: 3, encode: 2, sample: 5, render: 2 };
    const { said } = play(slow, { ...extent, missingBytes: 0, prepared: true });
    for (const { now, left, truth } of said) {
      if (now >= 2.99)
        expect(Math.abs(now + left - 12) / 12, `at ${now.toFixed(1)} s, ${truth} left`).toBeLessThan(0.25);
    }
  });

  it('learns the pace of the device, so that the next run is told within a fifth', () => {
    const slow = { decode: 3, download: 2, prepare: 12, encode: 2, sample: 8, render: 2 };
    const { pace } = play(slow);
    for (const { now, left, truth } of play(slow, extent, pace).said) {
      if (truth > 1) expect(Math.abs(left - truth) / truth, `at ${now.toFixed(1)} s`).toBeLessThan(0.2);
    }
  });
});
