import { describe, expect, test } from 'vitest';
import { addWindow, planWindows, readWindow, windowWeights } from './windows.ts';

const grid = { windowSeconds: 4.096, audioLatents: 128, videoLatents: 32 };
const durations = [0.3, 1, 4.095, 4.096, 4.097, 4.2, 5, 7.3, 8.192, 12.345, 30, 59.9, 60];

describe.each(durations)('%d s', (duration) => {
  const plan = planWindows(grid, duration);
  const unitSeconds = grid.windowSeconds / plan.windowUnits;

  test('windows cover the clip without holes and end exactly at its end', () => {
    expect(plan.totalUnits * unitSeconds).toBeGreaterThanOrEqual(duration - 1e-9);
    if (duration > grid.windowSeconds) expect((plan.totalUnits - 1) * unitSeconds).toBeLessThan(duration);
    expect(plan.starts[0]).toBe(0);
    expect((plan.starts.at(-1) ?? NaN) + plan.windowUnits).toBe(plan.totalUnits);
    plan.starts.slice(1).forEach((start, i) => {
      const before = plan.starts[i] ?? NaN;
      expect(start).toBeGreaterThan(before);
      expect(start - before).toBeLessThanOrEqual(plan.windowUnits * 0.75);
    });
  });

  test.each(['audioPerUnit', 'videoPerUnit'] as const)('weights of every latent sum to one (%s)', (key) => {
    const perUnit = plan[key];
    const sums = new Float32Array(plan.totalUnits * perUnit);
    windowWeights(plan, perUnit).forEach((weights, w) => {
      expect(weights.length).toBe(plan.windowUnits * perUnit);
      weights.forEach((weight, i) => {
        expect(weight).toBeGreaterThan(0);
        sums[(plan.starts[w] ?? 0) * perUnit + i]! += weight;
      });
    });
    sums.forEach((sum) => expect(sum).toBeCloseTo(1, 5));
  });

  test('cutting into windows and adding them up again changes nothing', () => {
    const stride = 3;
    const perUnit = plan.audioPerUnit;
    const latents = plan.windowUnits * perUnit;
    const clip = Float32Array.from({ length: plan.totalUnits * perUnit * stride }, (_, i) => Math.sin(i));
    const out = new Float32Array(clip.length);
    windowWeights(plan, perUnit).forEach((weights, w) => {
      const first = (plan.starts[w] ?? 0) * perUnit;
      addWindow(out, readWindow(clip, first, latents, stride), first, weights, stride);
    });
    out.forEach((value, i) => expect(Math.abs(value - (clip[i] ?? NaN))).toBeLessThan(1e-5));
  });
});

test('audio and video windows cover the same time whichever latent is coarser', () => {
  for (const [audioLatents, videoLatents] of [
    [128, 32],
    [32, 64],
    [96, 64],
  ] as const) {
    const plan = planWindows({ windowSeconds: 4, audioLatents, videoLatents }, 9);
    expect(plan.windowUnits * plan.audioPerUnit).toBe(audioLatents);
    expect(plan.windowUnits * plan.videoPerUnit).toBe(videoLatents);
  }
});

test('a clip without a length is refused', () => {
  for (const duration of [0, -1, NaN, Infinity]) expect(() => planWindows(grid, duration)).toThrow(RangeError);
});
