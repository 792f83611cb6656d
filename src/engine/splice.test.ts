import { expect, test } from 'vitest';
import { spliceSound } from './splice.ts';

const SPAN = 8; // samples of a latent: fades of 2

const earlier = new Float32Array(40).fill(1);
const fresh = new Float32Array(40).fill(-1);
const spliced = (...runs: [number, number][]) => [
  ...spliceSound(
    earlier,
    fresh,
    runs.map(([from, to]) => ({ from, to })),
    5,
    SPAN,
  ),
];

test('outside the stretch nothing changes, inside it is the fresh sound, with fades inside the edges', () => {
  const out = spliced([1, 3]);
  expect(out.slice(0, 8)).toEqual(new Array(8).fill(1));
  expect(out.slice(8, 10)).toEqual([0.5, -0.5]);
  expect(out.slice(10, 22)).toEqual(new Array(12).fill(-1));
  expect(out.slice(22, 24)).toEqual([-0.5, 0.5]);
  expect(out.slice(24)).toEqual(new Array(16).fill(1));
  expect(earlier.every((value) => value === 1)).toBe(true);
});

test('no fade at the ends of the clip', () => {
  expect(spliced([0, 5])).toEqual([...fresh]);
  const out = spliced([0, 1], [4, 5]);
  expect(out.slice(0, 6)).toEqual(new Array(6).fill(-1));
  expect(out.slice(6, 34)).toEqual([-0.5, 0.5, ...new Array<number>(24).fill(1), 0.5, -0.5]);
  expect(out.slice(34)).toEqual(new Array(6).fill(-1));
});

test('a clip that ends within its last latent', () => {
  const out = spliceSound(earlier.subarray(0, 37), fresh.subarray(0, 37), [{ from: 3, to: 5 }], 5, SPAN);
  expect(out).toHaveLength(37);
  expect(out[36]).toBe(-1);
});
