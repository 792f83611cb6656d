import { expect, test } from 'vitest';
import { gaussianNoise } from './noise.ts';

test('the same seed gives the same noise, another seed or stream gives other noise', () => {
  expect(gaussianNoise(7, 'audio', 64)).toEqual(gaussianNoise(7, 'audio', 64));
  expect(gaussianNoise(8, 'audio', 64)).not.toEqual(gaussianNoise(7, 'audio', 64));
  expect(gaussianNoise(7, 'video', 64)).not.toEqual(gaussianNoise(7, 'audio', 64));
  expect(gaussianNoise(7 + 2 ** 32, 'audio', 64)).not.toEqual(gaussianNoise(7, 'audio', 64));
});

test('any stretch equals the same positions of a longer run', () => {
  const whole = gaussianNoise(123456789012, 'video', 1000);
  for (const [start, count] of [
    [0, 1],
    [1, 6],
    [3, 5],
    [997, 3],
    [400, 600],
  ] as const) {
    expect(gaussianNoise(123456789012, 'video', count, start)).toEqual(whole.slice(start, start + count));
  }
});

test('the values are standard normal and the streams uncorrelated', () => {
  const count = 200_000;
  const a = gaussianNoise(1, 'audio', count);
  const b = gaussianNoise(1, 'conditioning', count);
  const mean = (f: (i: number) => number) =>
    Array.from({ length: count }, (_, i) => f(i)).reduce((x, y) => x + y) / count;
  const at = (x: Float32Array, i: number) => x[i] ?? NaN;
  expect(Math.abs(mean((i) => at(a, i)))).toBeLessThan(0.01);
  expect(mean((i) => at(a, i) ** 2)).toBeCloseTo(1, 1.7);
  expect(mean((i) => at(a, i) ** 4)).toBeCloseTo(3, 0.5);
  expect(Math.abs(mean((i) => at(a, i) * at(b, i)))).toBeLessThan(0.01);
  expect(Math.abs(mean((i) => at(a, i) * at(a, (i + 1) % count)))).toBeLessThan(0.01);
});

test('a seed that is no whole number is refused', () => {
  for (const seed of [-1, 0.5, NaN, 2 ** 53]) expect(() => gaussianNoise(seed, 'audio', 1)).toThrow(RangeError);
});
