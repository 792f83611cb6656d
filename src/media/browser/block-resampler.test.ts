import { expect, test } from 'vitest';
import { resample } from '../../dsp/resample.ts';
import { BlockResampler } from './block-resampler.ts';

const tone = (seconds: number, rate: number) =>
  Float32Array.from({ length: seconds * rate }, (_, n) => Math.sin((2 * Math.PI * 441 * n) / rate));

test.each([
  [44_100, 16_000],
  [48_000, 16_000],
  [16_000, 48_000],
  [48_000, 48_000],
])('a sound in pieces becomes what it does as a whole: %i to %i Hz', (from, to) => {
  const whole = tone(23, from);
  const pieces = new BlockResampler(from, to, 23 * to);
  for (let at = 0; at < whole.length; at += 1024) pieces.push(whole.subarray(at, at + 1024));
  const made = pieces.finish();
  const want = resample(whole, from, to);
  expect(made.length).toBe(want.length);
  let worst = 0;
  made.forEach((value, n) => (worst = Math.max(worst, Math.abs(value - want[n]!))));
  expect(worst).toBeLessThan(1e-5);
});

test('a sound that ends early is followed by silence, one that is too long ends', () => {
  const short = new BlockResampler(16_000, 16_000, 100);
  short.push(new Float32Array(40).fill(1));
  expect([...short.finish()]).toEqual([...new Array<number>(40).fill(1), ...new Array<number>(60).fill(0)]);
  const long = new BlockResampler(16_000, 16_000, 10);
  long.push(new Float32Array(400_000).fill(1));
  expect([...long.finish()]).toEqual(new Array<number>(10).fill(1));
});
