import { describe, expect, test } from 'vitest';
import { keepLatents, renewedLatents, renewedRuns } from './inpaint.ts';

/** Ten latents of 0.032 s, the last two of them padding. */
const clip = { count: 10, seconds: 0.032, duration: 0.25 };
const marks = (...spans: [number, number][]) =>
  [
    ...renewedLatents(
      spans.map(([start, end]) => ({ start, end })),
      clip,
    ),
  ].join('');

describe('which latents are made anew', () => {
  test('edges move outward to the grid, and stay where they lie on it already', () => {
    expect(marks([0.04, 0.05])).toBe('0100000000');
    expect(marks([0.06, 0.07])).toBe('0110000000');
    expect(marks([0.032, 0.064])).toBe('0100000000');
    // 0.096 / 0.032 is 3.0000000000000004 or 2.9999999999999996, depending on how it was reached.
    expect(marks([0.096, 0.032 * 4])).toBe('0001000000');
    expect(marks([0.1 - 0.004, 0.16])).toBe('0001100000');
  });
  test('several spans, overlapping or not', () => {
    expect(marks([0, 0.01], [0.1, 0.11])).toBe('1001000000');
    expect(marks([0.02, 0.05], [0.04, 0.08])).toBe('1110000000');
  });
  test('a span to the end of the clip takes the padding along; parts outside the clip are cut off', () => {
    expect(marks([0.2, 0.25])).toBe('0000001111');
    expect(marks([0.2, 9])).toBe('0000001111');
    expect(marks([-5, 0.01])).toBe('1000000000');
    expect(marks([0.2, 0.22])).toBe('0000001000');
  });
  test('what is no span, or touches nothing, is refused', () => {
    for (const span of [
      [0.1, 0.1],
      [0.2, 0.1],
      [NaN, 1],
      [0, Infinity],
      [0.25, 0.3],
      [-1, 0],
    ] as [number, number][]) {
      expect(() => marks(span)).toThrow(RangeError);
    }
    expect(() => marks()).toThrow(RangeError);
  });
});

test('runs of renewed latents', () => {
  expect(renewedRuns(Uint8Array.of(0, 1, 1, 0, 1))).toEqual([
    { from: 1, to: 3 },
    { from: 4, to: 5 },
  ]);
  expect(renewedRuns(Uint8Array.of(1, 1))).toEqual([{ from: 0, to: 2 }]);
  expect(renewedRuns(Uint8Array.of(0))).toEqual([]);
});

test('kept latents lie between their noise and what they stay, exactly the latter at the end', () => {
  const noise = Float32Array.of(1, -1, 3, 5);
  const kept = Float32Array.of(0.1, 0.2, 0.3, 0.7);
  const constrain = keepLatents(noise, kept, Uint8Array.of(1, 0), 2);
  const x = Float32Array.of(9, 9, 9, 9);
  constrain(x, 0);
  expect([...x]).toEqual([9, 9, 3, 5]);
  constrain(x, 0.25);
  expect(x[2]).toBeCloseTo(0.75 * 3 + 0.25 * 0.3, 6);
  constrain(x, 1);
  expect([...x]).toEqual([9, 9, kept[2], kept[3]]);
  expect(() => keepLatents(noise, kept.subarray(1), Uint8Array.of(1, 0), 2)).toThrow(RangeError);
});
