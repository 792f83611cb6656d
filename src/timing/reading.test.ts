import { describe, expect, test } from 'vitest';
import { readingToTiming, OWN_SENSITIVITY } from './reading.ts';
import { timingToTrack } from './track.ts';
import { telling } from './telling.testing.ts';
import type { Timing } from './types.ts';

const grid = { rate: 31.25, latents: 128, start: 3 };
const clip = { rate: 31.25, start: 3, duration: 4 };
const read = (track: Float32Array, sensitivity = OWN_SENSITIVITY) => readingToTiming(track, clip, telling, sensitivity);
const told = (timing: Partial<Timing>) => timingToTrack({ hits: [], level: [], ...timing }, grid, telling);
/** Logits as the sync encoder gives them, with bumps of the given probability. */
const bumps = (heights: Readonly<Record<number, number>>) => {
  const track = told({});
  for (const [latent, height] of Object.entries(heights)) {
    track[2 * Number(latent)] = Math.log(height / (1 - height)) - telling.onsetBias;
  }
  return track;
};

test('a told timing reads as what it was', () => {
  const hits = [
    { time: 3.0123, strength: 1 },
    { time: 3.5, strength: 0.3 },
    { time: 4.871, strength: 0.05 },
    { time: 6.98, strength: 0.8 },
  ];
  const timing = read(told({ hits }));
  expect(timing.hits).toHaveLength(hits.length);
  timing.hits.forEach((hit, i) => {
    expect(Math.abs(hit.time - (hits[i]?.time ?? NaN))).toBeLessThan(0.006);
    expect(hit.strength).toBeCloseTo(hits[i]?.strength ?? NaN, 4);
    expect(hit.certainty).toBeGreaterThan(0.8);
    expect(hit.certainty).toBeLessThanOrEqual(1);
  });
  // A hit alone is nothing that goes on.
  expect(timing.level).toEqual([]);
});

test('silence reads as nothing', () => {
  expect(read(told({}))).toEqual({ hits: [], level: [] });
});

describe('sensitivity', () => {
  const track = bumps({ 20: 0.9, 40: 0.35, 60: 0.25, 80: 0.05 });
  const places = (sensitivity: number) =>
    read(track, sensitivity).hits.map(({ time }) => Math.round((time - 3) * 31.25 - 0.5));

  test('from what is sure to whatever may be', () => {
    expect(places(0)).toEqual([20]);
    expect(places(OWN_SENSITIVITY)).toEqual([20, 40]);
    expect(places(0.6)).toEqual([20, 40, 60]);
    expect(places(1)).toEqual([20, 40, 60, 80]);
  });

  test('certainty is the probability that is told, however sensitive', () => {
    expect(read(track, 1).hits.map(({ certainty }) => Number(certainty?.toFixed(3)))).toEqual([0.9, 0.35, 0.25, 0.05]);
  });
});

test('of peaks that touch the higher is the hit; equal neighbours are one', () => {
  expect(read(bumps({ 20: 0.9, 21: 0.5, 22: 0.8 })).hits).toHaveLength(1);
  expect(read(bumps({ 20: 0.9, 21: 0.9 })).hits).toHaveLength(1);
  expect(read(bumps({ 20: 0.9, 23: 0.8 })).hits).toHaveLength(2);
});

test('padding behind the clip is not read', () => {
  const { hits } = read(bumps({ 123: 0.9, 126: 0.95 }));
  expect(hits).toHaveLength(1);
});

describe('what goes on', () => {
  const drawn = [
    { time: 4, level: 0.8 },
    { time: 5, level: 0.5 },
    { time: 6, level: 0.9 },
  ];

  test('is drawn in few points, near to what was read, and hits on it do not show', () => {
    const track = told({ level: drawn, hits: [{ time: 4.5, strength: 1 }] });
    const timing = read(track);
    expect(timing.hits).toHaveLength(1);
    expect(timing.level.length).toBeLessThan(12);
    const times = timing.level.map(({ time }) => time);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
    expect(timing.level[0]?.level).toBe(0);
    expect(timing.level.at(-1)?.level).toBe(0);
    const again = timingToTrack({ hits: [], level: timing.level }, grid, telling);
    const asked = told({ level: drawn });
    // Away from the ends and the hit.
    for (const latent of [35, 60, 70, 80, 90]) {
      expect(Math.abs((again[2 * latent + 1] ?? NaN) - (asked[2 * latent + 1] ?? NaN))).toBeLessThan(0.5);
    }
  });

  test('from the first moment to the last needs no silence about it', () => {
    const { level } = read(
      told({
        level: [
          { time: 2, level: 0.7 },
          { time: 8, level: 0.7 },
        ],
      }),
    );
    expect(level).toHaveLength(2);
    level.forEach((point) => expect(point.level).toBeCloseTo(0.7, 5));
    expect(level[1]?.time).toBeLessThanOrEqual(7);
  });

  test('in two stretches falls to silence between', () => {
    const { level } = read(
      told({
        level: [
          { time: 3, level: 0.7 },
          { time: 4.2, level: 0.7 },
          { time: 4.24, level: 0 },
          { time: 5.5, level: 0 },
          { time: 5.54, level: 0.7 },
          { time: 6.9, level: 0.7 },
        ],
      }),
    );
    const between = level.filter(({ time }) => time > 4.3 && time < 5.5);
    expect(between.every((point) => point.level === 0)).toBe(true);
    expect(level.filter((point) => point.level === 0).length).toBeGreaterThanOrEqual(3);
  });
});
