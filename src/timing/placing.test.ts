import { expect, test } from 'vitest';
import { levelAt } from './level.ts';
import { placeTiming } from './placing.ts';
import type { Timing } from './types.ts';

const at = (...times: number[]): Timing => ({ hits: times.map((time) => ({ time, strength: 0.5 })), level: [] });
const timesOf = ({ hits }: Timing) => hits.map(({ time }) => time);
const now: Timing = {
  hits: [0.5, 1.5, 2.5].map((time) => ({ time, strength: 0.9, certainty: 0.4 })),
  level: [
    { time: 0, level: 0.5 },
    { time: 4, level: 0.5 },
  ],
};

test('takes the place of all hits, or of those in the marked part, or joins them', () => {
  const span = { start: 1, end: 2 };
  expect(timesOf(placeTiming(now, at(1, 3), { mode: 'replace', duration: 4 }))).toEqual([1, 3]);
  expect(timesOf(placeTiming(now, at(1.1, 1.2, 3), { mode: 'replace', span, duration: 4 }))).toEqual([
    0.5, 1.1, 1.2, 2.5,
  ]);
  expect(timesOf(placeTiming(now, at(1.1, 3), { mode: 'add', span, duration: 4 }))).toEqual([0.5, 1.1, 1.5, 2.5]);
  expect(timesOf(placeTiming(undefined, at(1, 9), { mode: 'add', duration: 4 }))).toEqual([1]);
});

test('hits alone leave the level; a level takes the place of the one in the span', () => {
  expect(placeTiming(now, at(1), { mode: 'replace', duration: 4 }).level).toBe(now.level);
  const rain: Timing = {
    hits: [],
    level: [
      { time: 0, level: 1 },
      { time: 4, level: 1 },
    ],
  };
  expect(placeTiming(now, rain, { mode: 'replace', duration: 4 }).level).toEqual(rain.level);
  const { level } = placeTiming(now, rain, { mode: 'add', span: { start: 1, end: 2 }, duration: 4 });
  expect([0.5, 1.5, 3].map((time) => levelAt(level, time))).toEqual([0.5, 1, 0.5]);
});
