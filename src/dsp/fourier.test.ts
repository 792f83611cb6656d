import { describe, expect, test } from 'vitest';
import { createFourier } from './fourier.ts';

/** The sum itself. */
function direct(re: Float64Array, im: Float64Array): { re: Float64Array; im: Float64Array } {
  const n = re.length;
  const out = { re: new Float64Array(n), im: new Float64Array(n) };
  for (let k = 0; k < n; k++) {
    for (let t = 0; t < n; t++) {
      const [c, s] = [Math.cos((-2 * Math.PI * k * t) / n), Math.sin((-2 * Math.PI * k * t) / n)];
      out.re[k] = (out.re[k] ?? 0) + (re[t] ?? 0) * c - (im[t] ?? 0) * s;
      out.im[k] = (out.im[k] ?? 0) + (re[t] ?? 0) * s + (im[t] ?? 0) * c;
    }
  }
  return out;
}

const some = (n: number, seed: number) => Float64Array.from({ length: n }, (_, i) => Math.sin((i + seed) ** 2 * 0.37));
const farthest = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] ?? NaN))), 0);

describe('Fourier transforms', () => {
  test.each([1, 2, 3, 4, 6, 8, 12, 32, 48, 81, 512, 1536])('of %d values are the sum', (n) => {
    const [re, im] = [some(n, 1), some(n, 7)];
    const want = direct(re, im);
    createFourier(n).transform(re, im);
    expect(farthest(re, want.re)).toBeLessThan(1e-9);
    expect(farthest(im, want.im)).toBeLessThan(1e-9);
  });

  test('with both parts exchanged are undone, but for their size', () => {
    const [re, im] = [some(1536, 2), some(1536, 5)];
    const fourier = createFourier(1536);
    fourier.transform(re, im);
    fourier.transform(im, re);
    expect(
      farthest(
        re.map((v) => v / 1536),
        some(1536, 2),
      ),
    ).toBeLessThan(1e-12);
    expect(
      farthest(
        im.map((v) => v / 1536),
        some(1536, 5),
      ),
    ).toBeLessThan(1e-12);
  });

  test.each([5, 7, 10])('of %d values are refused', (n) => {
    expect(() => createFourier(n)).toThrow(RangeError);
  });
});
