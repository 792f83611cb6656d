import { expect, test } from 'vitest';
import { resample } from '../../dsp/resample.ts';
import { resampled } from './resampled.ts';

const tone = (seconds: number, rate: number) =>
  Float32Array.from({ length: seconds * rate }, (_, n) => Math.sin((2 * Math.PI * 441 * n) / rate));

const joined = (blocks: Iterable<Float32Array>) => Float32Array.from([...blocks].flatMap((block) => [...block]));

test.each([
  [16_000, 48_000],
  [44_100, 48_000],
  [48_000, 48_000],
])('a sound in blocks becomes what it does as a whole: %i to %i Hz', (from, to) => {
  const whole = tone(13, from);
  const made = joined(resampled(whole, from, to, 13 * to));
  const want = resample(whole, from, to);
  expect(made.length).toBe(want.length);
  let worst = 0;
  made.forEach((value, n) => (worst = Math.max(worst, Math.abs(value - want[n]!))));
  expect(worst).toBeLessThan(1e-5);
});

test('silence follows a short sound, and a long one ends', () => {
  const one = new Float32Array(8).fill(1);
  expect([...joined(resampled(one, 8, 8, 12))]).toEqual([...one, 0, 0, 0, 0]);
  expect([...joined(resampled(one, 8, 8, 3))]).toEqual([1, 1, 1]);
});
