import { expect, test } from 'vitest';
import { onsetF1 } from '../dsp/onset-score.ts';
import { fitDelay, hitsOfTaps, measureDelay, USUAL_DELAY, type Delay, type Tap } from './taps.ts';

const range = { start: 0, end: 60 };

/** Normal numbers, the same every time. */
function normal(seed: number): () => number {
  let state = seed;
  const uniform = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Hits at uneven distances of 0.25 to 1 s. */
function hitsOf(seed: number, count = 40): number[] {
  const random = normal(seed);
  let time = 1;
  return Array.from({ length: count }, () => (time += 0.25 + Math.min(0.75, Math.abs(random()) * 0.4)));
}

/** A person who follows a picture: late by the mean, with a spread, in real time. */
function person(hits: readonly number[], seed: number, mean = 0.04, spread = 0.035, rate = 1): Tap[] {
  const random = normal(seed);
  return hits.map((time) => ({ time: time + (mean + spread * random()) * rate }));
}

const score = (truth: readonly number[], taps: readonly Tap[], delay: Delay, within = 0.1, rate = 1) =>
  onsetF1(truth, hitsOfTaps(taps, delay, range, rate).map(({ time }) => time), within); // prettier-ignore
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const seeds = Array.from({ length: 20 }, (_, i) => i * 977 + 13);

test('a person who is 40 +- 35 ms late is in time after the usual delay is taken off', () => {
  const scores = seeds.map((seed) => score(hitsOf(seed), person(hitsOf(seed), seed + 1), USUAL_DELAY));
  expect(mean(scores)).toBeGreaterThan(0.97);
  const strict = (delay: Delay) => mean(seeds.map((seed) => score(hitsOf(seed), person(hitsOf(seed), seed + 1), delay, 0.05))); // prettier-ignore
  expect(strict(USUAL_DELAY)).toBeGreaterThan(strict({ ...USUAL_DELAY, mean: 0 }) + 0.15);
});

test('someone who is much later is found out by what is seen, though a third of that is wrong', () => {
  for (const late of [-0.03, 0.1, 0.16]) {
    const found = seeds.map((seed) => {
      const truth = hitsOf(seed);
      // Every fourth hit is not seen, and as many things are seen that make no sound.
      const seen = [...truth.filter((_, i) => i % 4 !== 0), ...hitsOf(seed + 7, 12).map((time) => time * 1.3)];
      return fitDelay(person(truth, seed + 1, late), seen);
    });
    const fitted = found.flatMap((delay) => (delay ? [delay.mean] : []));
    expect(fitted.length).toBeGreaterThan(15);
    expect(Math.abs(mean(fitted) - late)).toBeLessThan(0.015);
    expect(fitted.filter((at) => Math.abs(at - late) > 0.04).length).toBeLessThan(3);
  }
});

test('what has nothing to do with the taps tells nothing', () => {
  expect(fitDelay(person(hitsOf(3), 4), [])).toBeUndefined();
  expect(fitDelay([{ time: 1 }, { time: 2 }], [1, 2])).toBeUndefined();
  expect(fitDelay(person(hitsOf(3), 4), [0.2, 55])).toBeUndefined();
});

test('a slow picture is tapped along in real time', () => {
  for (const rate of [0.5, 0.25]) {
    const truth = hitsOf(5);
    const taps = person(truth, 6, 0.12, 0.035, rate);
    const delay = fitDelay(taps, truth, rate)!;
    expect(delay.mean).toBeCloseTo(0.12, 1);
    expect(score(truth, taps, delay, 0.1 * rate, rate)).toBeGreaterThan(0.95);
  }
});

test('eight cues measure the delay; one that is missed does not matter', () => {
  const cues = Array.from({ length: 8 }, (_, i) => 10 + i * 0.7);
  const taps = person(cues, 9, 0.09, 0.02).map(({ time }) => time);
  const delay = measureDelay([...taps.slice(0, 4), ...taps.slice(5), 17], cues);
  expect(delay?.mean).toBeCloseTo(0.09, 1);
  expect(delay?.spread).toBeLessThan(0.05);
  expect(delay?.from).toBe('measured');
  expect(measureDelay(taps.slice(0, 3), cues)).toBeUndefined();
  expect(measureDelay([], cues)).toBeUndefined();
});

test('taps that bounce are one, and those before the beginning are at it', () => {
  const delay: Delay = { mean: 0.05, spread: 0, from: 'measured' };
  const taps = [{ time: 2 }, { time: 0.02 }, { time: 1 }, { time: 1.03 }, { time: 1.08 }];
  expect(hitsOfTaps(taps, delay, range).map(({ time }) => time)).toEqual([0, 0.95, 1.95]);
  // At a quarter of the speed they are four times as far apart on a real clock.
  expect(hitsOfTaps(taps, delay, range, 0.25).map(({ time }) => time)).toHaveLength(5);
});

test('pressure is strength where the device measures it', () => {
  const delay: Delay = { mean: 0, spread: 0, from: 'measured' };
  const strengths = (...pressures: (number | undefined)[]) =>
    hitsOfTaps(pressures.map((pressure, i) => ({ time: i + 1, pressure })), delay, range).map(({ strength }) => strength); // prettier-ignore
  expect(strengths(0.25, 1, 0.5)).toEqual([0.5, 1, Math.SQRT1_2]);
  expect(strengths(0.5, 0.5, 0.5)).toEqual([0.8, 0.8, 0.8]);
  expect(strengths(0, 0.5, 0.5)).toEqual([0.8, 0.8, 0.8]);
  expect(strengths(undefined, undefined)).toEqual([0.8, 0.8]);
});
