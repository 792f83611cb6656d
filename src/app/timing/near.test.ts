import { expect, test } from 'vitest';
import { valueAtY, yOfValue } from './lane-layout.ts';
import { ends, lowerBound, nearestHit, nearestPoint, neighbour } from './near.ts';

const times = [1, 2, 4];

test('the hit that is meant by a time, within reach', () => {
  expect([0, 1.4, 1.6, 3.1, 9].map((time) => nearestHit(times, time))).toEqual([1, 1, 2, 4, 4]);
  expect(nearestHit(times, 3, 0.5)).toBeUndefined();
  expect(nearestHit([], 3)).toBeUndefined();
  expect([0, 1, 1.5, 4, 5].map((time) => lowerBound(times, time))).toEqual([0, 0, 1, 2, 3]);
});

test('the next and the previous one, from a hit and from between', () => {
  expect([0, 1, 1.5, 4].map((time) => neighbour(times, time, 1))).toEqual([1, 2, 2, undefined]);
  expect([1, 1.5, 4, 9].map((time) => neighbour(times, time, -1))).toEqual([undefined, 1, 2, 4]);
});

test('the level point that is meant by a place', () => {
  const level = [{ time: 1, level: 0.2 }, { time: 1.1, level: 0.8 }]; // prettier-ignore
  expect(nearestPoint(level, { time: 1.02, level: 0.75 }, 0.2, 0.1)).toEqual(level[1]);
  expect(nearestPoint(level, { time: 1.02, level: 0.5 }, 0.2, 0.1)).toBeUndefined();
});

test('the ends of very many times', () => {
  expect(ends(Array.from({ length: 200_000 }, (_, n) => (n * 7919) % 200_000))).toEqual([0, 199_999]);
});

test.each([64, 84])('heights and values agree in a lane of %i pixels', (height) => {
  for (const value of [0, 0.05, 0.5, 1]) expect(valueAtY(yOfValue(value, height), height)).toBeCloseTo(value);
  expect([valueAtY(-50, height), valueAtY(500, height)]).toEqual([1, 0]);
  expect(yOfValue(1, height)).toBeGreaterThan(5);
});
