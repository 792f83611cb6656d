import { expect, test } from 'vitest';
import { evenSteps, snapTime } from './snap.ts';

test('the nearest of frames, movement and hits within reach', () => {
  expect(snapTime(1.03, { fps: 25 }, 0.02)).toBeCloseTo(1.04);
  expect(snapTime(1.03, { fps: 25, movement: [0.5, 1.031, 2] }, 0.02)).toBe(1.031);
  expect(snapTime(1.03, { movement: [0.5, 1.2], hits: [1.045] }, 0.02)).toBe(1.045);
  expect(snapTime(1.03, { movement: [0.5, 1.2] }, 0.02)).toBe(1.03);
  expect(snapTime(1.03, {}, 1)).toBe(1.03);
  expect(snapTime(-0.01, { movement: [0] }, 0.05)).toBe(0);
});

test('in step with the others: midway, and as far beyond as they are apart', () => {
  expect(evenSteps([1, 2, 4], 3.1)).toEqual([3, 3]);
  expect(evenSteps([1, 2, 4, 5], 3.1)).toEqual([3, 3, 3]);
  expect(evenSteps([1, 2], 2.9)).toEqual([3]);
  expect(evenSteps([1], 2)).toEqual([]);
});
