import { expect, test } from 'vitest';
import { branchWeights, mixBranches } from './guidance.ts';

const none = Float32Array.of(1, 2);
const text = Float32Array.of(3, -1);
const full = Float32Array.of(0.5, 4);

test.each([
  [1, 1],
  [3, 1],
  [3, 2.5],
  [1, 0],
  [0, 2],
])('s_text %d, s_av %d follow the formula', (sText, sAv) => {
  const weights = branchWeights(sText, sAv, false);
  expect(weights.none + weights.text + weights.full).toBeCloseTo(1, 12);
  const mixed = mixBranches(weights, { none, text, full });
  none.forEach((n, i) => {
    const t = text[i] ?? 0;
    expect(mixed[i]).toBeCloseTo(n + sText * (t - n) + sAv * ((full[i] ?? 0) - t), 5);
  });
});

test('needless branches weigh nothing', () => {
  expect(branchWeights(1, 1, false)).toEqual({ none: 0, text: 0, full: 1 });
  expect(branchWeights(4, 1, true)).toEqual({ none: 0, text: 0, full: 1 });
  expect(branchWeights(4, 2, true)).toEqual({ none: 0, text: -1, full: 2 });
  expect(branchWeights(3, 3, false).text).toBe(0);
  expect(branchWeights(1, 0, false)).toEqual({ none: 0, text: 1, full: 0 });
});

test('a branch that weighs something must be there', () => {
  expect(() => mixBranches(branchWeights(2, 1, false), { full })).toThrow(RangeError);
});
