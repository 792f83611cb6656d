import { expect, test } from 'vitest';
import { branchWeights, guidanceOfLevel, mixBranches } from './guidance.ts';

const none = Float32Array.of(1, 2);
const text = Float32Array.of(3, -1);
const full = Float32Array.of(0.5, 4);

test.each([
  [1, 1],
  [3, 1],
  [3, 2.5],
  [1, 0],
  [0, 2],
])('s_text %d, s_av %d follow the formula', (guidanceText, guidanceAv) => {
  const weights = branchWeights({ guidanceText, guidanceAv }, false, 0.9);
  expect(weights.none + weights.text + weights.full).toBeCloseTo(1, 12);
  const mixed = mixBranches({ weights }, { none, text, full });
  full.forEach((f, i) => {
    const ofText = (guidanceText - 1) * (f - (none[i] ?? 0));
    expect(mixed[i]).toBeCloseTo(f + ofText + (guidanceAv - 1) * (f - (text[i] ?? 0)), 5);
  });
});

test('where a person directs, what words change is seen untold', () => {
  const untold = Float32Array.of(2, 3);
  const weights = branchWeights({ guidanceText: 3, guidanceAv: 2 }, false, 0, true);
  expect(weights).toEqual({ none: -2, text: -1, untold: 2, full: 2 });
  const mixed = mixBranches({ weights }, { none, text, untold, full });
  full.forEach((f, i) => {
    const ofText = 2 * ((untold[i] ?? 0) - (none[i] ?? 0));
    expect(mixed[i]).toBeCloseTo(f + ofText + (f - (text[i] ?? 0)), 5);
  });
  // Its limit is of that contrast, and takes nothing from the told velocity.
  const limited = mixBranches({ weights: branchWeights({ guidanceText: 3, guidanceAv: 1 }, false, 0, true), most: 1 }, { none, untold, full }); // prettier-ignore
  full.forEach((f, i) => expect(limited[i]).toBeCloseTo(f + (untold[i] ?? 0) - (none[i] ?? 0), 5));
  expect(branchWeights({ guidanceText: 3, guidanceAv: 1 }, true, 0, true).untold).toBe(0);
});

test('needless branches weigh nothing', () => {
  const plain = { none: 0, text: 0, untold: 0, full: 1 };
  expect(branchWeights({ guidanceText: 1, guidanceAv: 1 }, false, 0)).toEqual(plain);
  expect(branchWeights({ guidanceText: 4, guidanceAv: 1 }, true, 0)).toEqual(plain);
  expect(branchWeights({ guidanceText: 4, guidanceAv: 2 }, true, 0)).toEqual({ none: 0, text: -1, untold: 0, full: 2 });
  expect(branchWeights({ guidanceText: 3, guidanceAv: 1 }, false, 0).text).toBe(0);
  expect(branchWeights({ guidanceText: 1, guidanceAv: 0 }, false, 0)).toEqual({ none: 0, text: 1, untold: 0, full: 0 });
});

test('guidance over the other modality ends at its flow time, and that over text goes on', () => {
  const guidance = { guidanceText: 3, guidanceAv: 2, guidanceAvUntil: 0.5 };
  expect(branchWeights(guidance, false, 0.49)).toEqual({ none: -2, text: -1, untold: 0, full: 4 });
  expect(branchWeights(guidance, false, 0.5)).toEqual({ none: -2, text: 0, untold: 0, full: 3 });
  // Whoever does not want it followed gets none of it, early or late.
  const ignored = { guidanceText: 1, guidanceAv: 0, guidanceAvUntil: 0.5 };
  expect(branchWeights(ignored, false, 0.9)).toEqual({ none: 0, text: 1, untold: 0, full: 0 });
});

test('channels of the level are guided by the words as much as they allow, and by the picture like the others', () => {
  const guidance = { guidanceText: 5, guidanceLevel: 2, guidanceAv: 3 };
  expect(branchWeights(guidanceOfLevel(guidance), false, 0)).toEqual({ none: -1, text: -2, untold: 0, full: 4 });
  expect(guidanceOfLevel({ ...guidance, guidanceText: 1 }).guidanceText).toBe(1);
  expect(guidanceOfLevel({ guidanceText: 5, guidanceAv: 3 }).guidanceText).toBe(5);
  const apart = { channels: 1, stride: 3, weights: { none: 0, text: 0, untold: 0, full: 1 } };
  const ramp = Float32Array.of(1, 2, 3, 4, 5, 6);
  const mixed = mixBranches(
    { weights: { none: -1, text: 0, untold: 0, full: 2 }, apart },
    { none: new Float32Array(6), full: ramp },
  );
  expect([...mixed]).toEqual([1, 4, 6, 4, 10, 12]);
});

test('what guidance over text adds is no more than it may be, the level aside', () => {
  const weights = branchWeights({ guidanceText: 5, guidanceAv: 1 }, false, 0);
  const velocities = { none: new Float32Array(4), full: Float32Array.of(9, 1, 9, -1) };
  const apart = { channels: 1, stride: 2, weights: { none: 0, text: 0, untold: 0, full: 1 } };
  // Without a limit it adds 4 to 1.
  expect([...mixBranches({ weights, apart }, velocities)]).toEqual([9, 5, 9, -5]);
  expect([...mixBranches({ weights, apart, most: 4 }, velocities)]).toEqual([9, 5, 9, -5]);
  expect([...mixBranches({ weights, apart, most: 0.5 }, velocities)]).toEqual([9, 1.5, 9, -1.5]);
});

test('what words change counts as far as it reaches, latent by latent', () => {
  const weights = branchWeights({ guidanceText: 3, guidanceAv: 1 }, false, 0, true);
  const velocities = {
    none: new Float32Array(6),
    untold: Float32Array.of(1, 1, 1, 1, 1, 1),
    full: Float32Array.of(5, 6, 7, 8, 9, 10),
  };
  expect([...mixBranches({ weights }, velocities, Float32Array.of(1, 0.5, 0))]).toEqual([7, 8, 8, 9, 9, 10]);
  expect([...mixBranches({ weights }, velocities)]).toEqual([7, 8, 9, 10, 11, 12]);
});

test('a branch that weighs something must be there', () => {
  expect(() => mixBranches({ weights: { none: -1, text: 0, untold: 0, full: 2 } }, { full })).toThrow(RangeError);
});
