import { describe, expect, test } from 'vitest';
import { asksForSilence, timingToTrack } from './track.ts';
import { telling } from './telling.testing.ts';
import type { Timing } from './types.ts';

const grid = { rate: 31.25, latents: 64, start: 10 };
const tell = (timing: Partial<Timing>, change: Partial<typeof grid> = {}) =>
  timingToTrack({ hits: [], level: [], ...timing }, { ...grid, ...change }, telling);
const onset = (track: Float32Array, i: number) => track[2 * i] ?? NaN;
const level = (track: Float32Array, i: number) => track[2 * i + 1] ?? NaN;
/** As the blocks will take it. */
const probability = (track: Float32Array, i: number) => 1 / (1 + Math.exp(-(onset(track, i) + 0.7)));
/** Seconds on the source's clock at `latents` after the clip's start. */
const at = (latents: number) => 10 + latents / 31.25;

test('where nothing is set silence is asked for', () => {
  const track = tell({});
  expect(track).toHaveLength(128);
  for (let i = 0; i < 64; i++) {
    expect(onset(track, i)).toBeCloseTo(-7.7, 5);
    expect(level(track, i)).toBeCloseTo(-1.6, 5);
  }
  expect(asksForSilence(track, telling)).toBe(true);
});

describe('a hit', () => {
  const track = tell({ hits: [{ time: at(20.5), strength: 1 }] });

  test('is a bump of the probability about its time', () => {
    expect(probability(track, 20)).toBeCloseTo(0.98, 3);
    expect(probability(track, 21)).toBeCloseTo(0.98 * Math.exp(-0.5), 4);
    expect(probability(track, 18)).toBeCloseTo(0.98 * Math.exp(-2), 4);
    expect(onset(track, 15)).toBeCloseTo(-7.7, 5);
    const between = tell({ hits: [{ time: at(21), strength: 1 }] });
    expect(probability(between, 20)).toBeCloseTo(probability(between, 21), 5);
    expect(probability(between, 20)).toBeCloseTo(0.98 * Math.exp(-0.125), 4);
  });

  test('lifts the level by its strength, at once, and lets it fall evenly', () => {
    expect(level(track, 19)).toBeCloseTo(-1.6, 5);
    expect(level(track, 20)).toBeCloseTo(1.5, 5);
    expect(level(track, 25)).toBeCloseTo(1.5 - 4.5 * 0.18, 5);
    expect(level(track, 40)).toBeCloseTo(-1.6, 5);
    const soft = tell({ hits: [{ time: at(20.9), strength: 0.2 }] });
    expect(level(soft, 20)).toBeCloseTo(-1.6 + 3.1 * (0.35 + 0.65 * 0.2), 5);
  });

  test('that is sure beyond measure stops at the largest logit', () => {
    const sure = timingToTrack({ hits: [{ time: at(20.5), strength: 1 }], level: [] }, grid, {
      ...telling,
      height: 0.999,
    });
    expect(onset(sure, 20)).toBeCloseTo(4 - 0.7, 5);
  });

  test('is heard through the tail of the one before it', () => {
    const two = tell({
      hits: [
        { time: at(20.5), strength: 1 },
        { time: at(22.5), strength: 0.1 },
      ],
    });
    expect(probability(two, 22)).toBeCloseTo(0.98, 3);
    expect(level(two, 22)).toBeCloseTo(1.5 - 1.5 * 0.18, 5);
  });

  test('at the ends of the clip is told, and beyond them it is not', () => {
    const ends = tell({
      hits: [
        { time: at(0), strength: 1 },
        { time: at(63.9), strength: 1 },
      ],
    });
    expect(probability(ends, 0)).toBeGreaterThan(0.8);
    expect(probability(ends, 63)).toBeGreaterThan(0.8);
    const outside = [at(-0.1), at(64), at(1e6)].map((time) => ({ time, strength: 1 }));
    expect(tell({ hits: outside })).toEqual(tell({}));
  });
});

describe('a drawn level', () => {
  const drawn = tell({
    level: [
      { time: at(10.5), level: 0 },
      { time: at(20.5), level: 1 },
      { time: at(30.25), level: 0.5 },
    ],
  });

  test('is told along its lines, between silence and the loudest, and ends with its points', () => {
    expect(level(drawn, 15)).toBeCloseTo(-1.6 + 3.1 * 0.5, 5);
    expect(level(drawn, 20)).toBeCloseTo(1.5, 5);
    expect(level(drawn, 29)).toBeCloseTo(-1.6 + 3.1 * (1 - (0.5 * 9) / 9.75), 5);
    expect(level(drawn, 30)).toBeCloseTo(-1.6, 5);
    expect(onset(drawn, 20)).toBeCloseTo(-7.7, 5);
  });

  test('and hits share the level: the louder one counts', () => {
    const flat = [
      { time: at(0), level: 0.6 },
      { time: at(64), level: 0.6 },
    ];
    const both = tell({ hits: [{ time: at(20.5), strength: 1 }], level: flat });
    expect(level(both, 20)).toBeCloseTo(1.5, 5);
    expect(level(both, 19)).toBeCloseTo(-1.6 + 3.1 * 0.6, 5);
    expect(level(both, 63)).toBeCloseTo(-1.6 + 3.1 * 0.6, 5);
  });
});

test('silence is not asked for where a hit or something audible is', () => {
  const flat = (height: number) => [at(5), at(30)].map((time) => ({ time, level: height }));
  expect(asksForSilence(tell({ hits: [{ time: at(9), strength: 0.01 }] }), telling)).toBe(false);
  expect(asksForSilence(tell({ level: flat(0.5) }), telling)).toBe(false);
  expect(asksForSilence(tell({ level: flat(0.1) }), telling)).toBe(true);
});

test('ten thousand hits', () => {
  const hits = Array.from({ length: 10_000 }, (_, i) => ({ time: 10 + i * 0.006, strength: 1 }));
  const track = tell({ hits }, { latents: 1920 });
  expect(track.every(Number.isFinite)).toBe(true);
  expect(Math.min(...Array.from({ length: 1800 }, (_, i) => probability(track, i)))).toBeGreaterThan(0.95);
});
