import { describe, expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import { addHit, changeStrength, clipTiming, emptyTiming, hitsIn, inOrder, MAX_HITS, MIN_STRENGTH, moveHits, removeHits, repeatHits, roundTime, setStrength, stretchHits } from './edit.ts'; // prettier-ignore
import {
  cutLevel,
  drawLevel,
  levelAt,
  moveLevelPoint,
  removeLevelPoint,
  setLevelPoint,
  straightened,
} from './level.ts';
import type { LevelPoint, Timing } from './types.ts';

const ALL = { start: 0, end: 10 };
const timing: Timing = {
  hits: [
    { time: 1, strength: 0.5, certainty: 0.9 },
    { time: 2, strength: 0.6, certainty: 0.4 },
    { time: 4, strength: 1 },
  ],
  level: [
    { time: 3, level: 0.2 },
    { time: 5, level: 0.8 },
    { time: 8, level: 0 },
  ],
};
const timesOf = (of: Timing) => of.hits.map(({ time }) => time);

describe('hits', () => {
  test('one is added in its place, and takes the place of one that is there', () => {
    const added = addHit(timing, { time: 1.50004, strength: 2 }, ALL);
    expect(added.times).toEqual([1.5]);
    expect(added.timing.hits[1]).toEqual({ time: 1.5, strength: 1 });
    const again = addHit(timing, { time: 2, strength: 0.1 }, ALL).timing;
    expect(again.hits[1]).toEqual({ time: 2, strength: 0.1 });
    expect(addHit(emptyTiming, { time: 99, strength: 0.5 }, ALL).times).toEqual([10]);
  });
  test('they move together, stop at the ends, and lose what the model thought of them', () => {
    const moved = moveHits(timing, [1, 2], 0.25, ALL);
    expect(timesOf(moved.timing)).toEqual([1.25, 2.25, 4]);
    expect(moved.timing.hits[0]).toEqual({ time: 1.25, strength: 0.5 });
    expect(moveHits(timing, [1, 2], -5, ALL).times).toEqual([0, 1]);
    expect(moveHits(timing, [2, 4], 50, ALL).times).toEqual([8, 10]);
  });
  test('one that lands on another lies beside it', () => {
    expect(moveHits(timing, [1], 1, ALL).times).toEqual([2.001]);
    expect(moveHits(timing, [2], -1, ALL).times).toEqual([0.999]);
    const atEnd = addHit(timing, { time: 10, strength: 1 }, ALL).timing;
    expect(moveHits(atEnd, [4], 6, ALL).times).toEqual([9.999]);
  });
  test('stretched, they keep their proportions', () => {
    const { times } = stretchHits(timing, [1, 2, 4], { start: 1, end: 4 }, { start: 1, end: 7 }, ALL);
    expect(times).toEqual([1, 3, 7]);
    // To nothing: beside each other, none lost.
    const { timing: squeezed } = stretchHits(timing, [1, 2, 4], { start: 1, end: 4 }, { start: 5, end: 5 }, ALL);
    expect(new Set(timesOf(squeezed)).size).toBe(3);
  });
  test('strength stays in its range', () => {
    expect(setStrength(timing, [1], 7).hits[0]).toEqual({ time: 1, strength: 1 });
    expect(changeStrength(timing, [1, 4], -0.7).hits.map(({ strength }) => strength)).toEqual([MIN_STRENGTH, 0.6, expect.closeTo(0.3)]); // prettier-ignore
  });
  test('a span is repeated a number of times or to the end, in place of what was there', () => {
    const twice = repeatHits(timing, [1, 2], { span: { start: 1, end: 2.5 }, period: 1.5, count: 2, end: 10 });
    expect(timesOf(twice.timing)).toEqual([1, 2, 2.5, 3.5, 4, 5]);
    expect(twice.timing.hits.find(({ time }) => time === 4)?.strength).toBe(0.5);
    const filled = repeatHits(timing, [4], { span: { start: 4, end: 4 }, period: 2, end: 10 });
    expect(filled.times).toEqual([6, 8]);
    expect(repeatHits(timing, [4], { span: { start: 4, end: 5 }, period: 7, end: 10 }).times).toEqual([]);
  });
  test('too many are refused in words', () => {
    const many = Array.from({ length: 6000 }, (_, n) => ({ time: n / 1000, strength: 0.5 }));
    const full: Timing = { hits: many, level: [] };
    const repeat = () => repeatHits(full, timesOf(full), { span: { start: 0, end: 6 }, period: 6, count: 2, end: 60 });
    expect(repeat).toThrow(AppError);
    expect(repeat).toThrow(/12000 hits; the timeline holds 10000/);
    expect(() => inOrder(Array.from({ length: MAX_HITS + 1 }, (_, n) => ({ time: n, strength: 1 })))).toThrow(AppError);
  });
  test('clipped, nothing lies outside', () => {
    const clipped = clipTiming(timing, { start: 1.5, end: 4 });
    expect(timesOf(clipped)).toEqual([2, 4]);
    expect(clipped.level).toEqual([{ time: 3, level: 0.2 }, { time: 4, level: 0.5 }]); // prettier-ignore
    expect(hitsIn(timing, { start: 1, end: 2 })).toEqual([1, 2]);
  });
});

describe('level', () => {
  test('straight lines between points, silence outside', () => {
    expect([2.9, 3, 4, 6.5, 8, 9].map((time) => levelAt(timing.level, time))).toEqual([
      0,
      0.2,
      0.5,
      expect.closeTo(0.4),
      0,
      0,
    ]);
  });
  test('points are set, moved between their neighbours, and removed', () => {
    const set = setLevelPoint(timing.level, { time: 4, level: 3 }, ALL);
    expect(set[1]).toEqual({ time: 4, level: 1 });
    expect(moveLevelPoint(set, 4, { time: 7, level: 0.3 }, ALL)[1]?.time).toBeCloseTo(4.999);
    expect(removeLevelPoint(set, 4)).toEqual(timing.level);
    // One point alone is no line.
    expect(removeLevelPoint(timing.level.slice(0, 2), 3)).toEqual([]);
  });
  test('a stroke takes the place of what was between its ends and leaves the rest', () => {
    const stroke = [4, 4.5, 5, 5.5, 6].map((time) => ({ time, level: 0.9 }));
    const drawn = drawLevel(timing.level, stroke, ALL);
    for (const time of [3, 3.5, 3.99, 6.01, 7, 8]) {
      expect(levelAt(drawn, time)).toBeCloseTo(levelAt(timing.level, time), 3);
    }
    for (const time of [4, 4.3, 5, 6]) expect(levelAt(drawn, time)).toBeCloseTo(0.9, 3);
    // Backwards it is the same.
    expect(drawLevel(timing.level, [...stroke].reverse(), ALL)).toEqual(drawn);
    // At the bottom it erases.
    expect(drawLevel(timing.level, [{ time: 0, level: 0 }, { time: 10, level: 0 }], ALL)).toEqual([]); // prettier-ignore
  });
  test('a stroke that turns back counts as it was drawn last', () => {
    const out = Array.from({ length: 41 }, (_, n) => ({ time: 1 + n / 20, level: 0.8 }));
    const back = Array.from({ length: 20 }, (_, n) => ({ time: 3 - n / 20, level: 0.3 }));
    const drawn = drawLevel([], [...out, ...back], ALL);
    expect(levelAt(drawn, 1.5)).toBeCloseTo(0.8);
    expect(levelAt(drawn, 2.7)).toBeCloseTo(0.3);
  });
  test('a curve is straightened to few points without leaving it', () => {
    const curve = Array.from({ length: 2000 }, (_, n) => ({ time: n / 200, level: 0.5 + 0.4 * Math.sin(n / 160) }));
    const simple = straightened(curve);
    expect(simple.length).toBeLessThan(60);
    const off = curve.map(({ time, level }) => Math.abs(levelAt(simple, time) - level));
    expect(Math.max(...off)).toBeLessThan(0.02);
  });
  test('it is repeated with the hits, with silence where the period is longer', () => {
    const source: Timing = { hits: [], level: [{ time: 1, level: 0.5 }, { time: 2, level: 1 }] }; // prettier-ignore
    const { timing: repeated } = repeatHits(source, [], { span: { start: 1, end: 2 }, period: 1.5, count: 2, end: 10 });
    for (const by of [0, 1.5, 3]) {
      for (const time of [1.1, 1.5, 1.9]) {
        expect(levelAt(repeated.level, time + by)).toBeCloseTo(levelAt(source.level, time), 2);
      }
      expect(levelAt(repeated.level, 2.2 + by)).toBe(0);
    }
  });
});

/** The same numbers every time. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What is wrong with a timing, in words: one assertion for a timing is much faster than one for each of its numbers. */
function wrongIn({ hits, level }: Timing): string[] {
  const rounded = hits.map(({ time }) => Math.round(time * 1e4));
  const outside = (time: number) => !(time >= 0 && time <= ALL.end);
  return [
    ...(new Set(rounded).size === hits.length ? [] : ['two hits at one time']),
    ...hits.flatMap(({ time, strength }, n) => [
      ...(time > (hits[n - 1]?.time ?? -1) ? [] : [`hit ${n} at ${time} does not rise`]),
      ...(outside(time) ? [`hit at ${time}`] : []),
      ...(strength > 0 && strength <= 1 ? [] : [`strength ${strength}`]),
    ]),
    ...level.flatMap((point, n) => [
      ...(point.time > (level[n - 1]?.time ?? -1) ? [] : [`level ${n} at ${point.time} does not rise`]),
      ...(outside(point.time) ? [`level at ${point.time}`] : []),
      ...(point.level >= 0 && point.level <= 1 ? [] : [`level ${point.level}`]),
    ]),
  ];
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('whatever is done, in any order, keeps the promises of a timing (%i)', (seed) => {
  const random = randomOf(seed);
  const time = () => (random() < 0.5 ? random() * 10 : roundTime(Math.floor(random() * 20) / 2));
  const some = (of: Timing) => timesOf(of).filter(() => random() < 0.4);
  const span = () => {
    const [a, b] = [time(), time()];
    return { start: Math.min(a, b), end: Math.max(a, b) };
  };
  let now: Timing = emptyTiming;
  for (let n = 0; n < 250; n++) {
    const before = now.hits.length;
    const chosen = some(now);
    const stroke: LevelPoint[] = Array.from({ length: 12 }, () => ({ time: time(), level: random() * 1.4 - 0.2 }));
    switch (Math.floor(random() * 9)) {
      case 0:
      case 1:
        now = addHit(now, { time: time(), strength: random() }, ALL).timing;
        break;
      case 2: {
        const moved = moveHits(now, chosen, random() * 8 - 4, ALL);
        now = moved.timing;
        expect(now.hits.length).toBe(before);
        expect(moved.times.length).toBe(chosen.length);
        expect(moved.times.every((at) => timesOf(now).includes(at))).toBe(true);
        break;
      }
      case 3:
        now = stretchHits(now, chosen, span(), span(), ALL).timing;
        expect(now.hits.length).toBe(before);
        break;
      case 4: {
        const part = span();
        const within = hitsIn(now, part).slice(0, 4);
        now = repeatHits(now, within, { span: part, period: 0.3 + random() * 3, count: 1 + Math.floor(random() * 4), end: 10 }).timing; // prettier-ignore
        break;
      }
      case 5:
        now = { ...now, level: drawLevel(now.level, stroke, ALL) };
        break;
      case 6:
        now = { ...now, level: setLevelPoint(now.level, { time: time(), level: random() }, ALL) };
        if (now.level.length === 1) now = { ...now, level: [] };
        break;
      case 7: {
        const point = now.level[Math.floor(random() * now.level.length)];
        if (point)
          now = { ...now, level: moveLevelPoint(now.level, point.time, { time: time(), level: random() }, ALL) };
        break;
      }
      default:
        now = removeHits(changeStrength(now, chosen, random() - 0.5), chosen.slice(0, 2));
        now = { ...now, level: cutLevel(now.level, { start: 0, end: 10 }) };
    }
    expect(wrongIn(now)).toEqual([]);
  }
});
