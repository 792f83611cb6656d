import { expect, test } from 'vitest';
import { gaussianNoise, variedNoise } from './noise.ts';

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

test('varied noise stays standard normal and moves from one seed to the other as far as it is told', () => {
  const count = 100_000;
  const a = gaussianNoise(1, 'audio', count);
  const b = gaussianNoise(2, 'audio', count);
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? NaN), 0) / count;
  for (const amount of [0.1, 0.3, 0.7, 0.95]) {
    const varied = variedNoise(1, [{ seed: 2, amount }], 'audio', count);
    expect(Math.abs(dot(varied, varied) - 1)).toBeLessThan(0.02);
    expect(Math.abs(dot(varied, a) - Math.sqrt(1 - amount ** 2))).toBeLessThan(0.02);
    expect(Math.abs(dot(varied, b) - amount)).toBeLessThan(0.02);
    expect(variedNoise(1, [{ seed: 2, amount }], 'audio', count)).toEqual(varied);
  }
});

test('no variation, none of it, all of it, and one by the same seed', () => {
  const plain = gaussianNoise(1, 'video', 10);
  expect(variedNoise(1, [], 'video', 10)).toEqual(plain);
  expect(variedNoise(1, [{ seed: 2, amount: 0 }], 'video', 10)).toEqual(plain);
  expect(variedNoise(1, [{ seed: 2, amount: 1 }], 'video', 10)).toEqual(gaussianNoise(2, 'video', 10));
  expect(variedNoise(1, [{ seed: 1, amount: 0.5 }], 'video', 10)).toEqual(plain);
});

test('variations add up, and stay standard normal', () => {
  const count = 100_000;
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? NaN), 0) / count;
  const first = variedNoise(1, [{ seed: 2, amount: 0.4 }], 'audio', count);
  const both = [
    { seed: 2, amount: 0.4 },
    { seed: 3, amount: 0.4 },
  ];
  const second = variedNoise(1, both, 'audio', count);
  expect(Math.abs(dot(second, second) - 1)).toBeLessThan(0.02);
  expect(Math.abs(dot(second, first) - Math.sqrt(1 - 0.4 ** 2))).toBeLessThan(0.02);
});

test('a variation out of range is refused', () => {
  for (const amount of [-0.1, 1.1, NaN]) {
    expect(() => variedNoise(1, [{ seed: 2, amount }], 'audio', 1)).toThrow(RangeError);
  }
  expect(() => variedNoise(1, [{ seed: 0.5, amount: 0.5 }], 'audio', 1)).toThrow(RangeError);
});
