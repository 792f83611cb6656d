import { expect, test } from 'vitest';
import { fromDb } from '../dsp/levels.ts';
import type { Sound } from '../dsp/mix.ts';
import { onsetF1 } from '../dsp/onset-score.ts';
import { findEvents } from '../dsp/sound-events.ts';
import { timingOfSound } from './from-sound.ts';
import { levelAt } from './level.ts';

const RATE = 16_000;
const SECONDS = 6;

/** Noise, the same every time. */
function noise(seed = 1): () => number {
  let state = seed;
  return () => ((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647) * 2 - 1;
}

interface Strike {
  readonly time: number;
  readonly db: number;
}

/** Strikes that die away, over noise whose amplitude is given for every time. */
function soundOf(strikes: readonly Strike[], under: (time: number) => number = () => 0): Sound {
  const random = noise();
  const samples = Float32Array.from({ length: SECONDS * RATE }, (_, i) => under(i / RATE) * random());
  for (const { time, db } of strikes) {
    const first = Math.round(time * RATE);
    for (let i = first; i < Math.min(samples.length, first + RATE / 2); i++) {
      samples[i] = (samples[i] ?? 0) + fromDb(db) * random() * Math.exp((first - i) / (0.04 * RATE));
    }
  }
  return { channels: [samples], sampleRate: RATE };
}

const strikes: Strike[] = [
  { time: 0.5, db: -6 },
  { time: 1.3, db: -18 },
  { time: 2.75, db: -6 },
  { time: 4, db: -12 },
  { time: 5.2, db: -24 },
];
const times = strikes.map(({ time }) => time);
const timing = (sound: Sound) => timingOfSound(findEvents(sound));

test('hits lie where the strikes do, and the louder are the stronger', () => {
  const { hits, level } = timing(soundOf(strikes));
  expect(hits.map(({ time }) => Math.round(time * 100) / 100)).toEqual(times);
  const strengths = hits.map(({ strength }) => strength);
  expect(strengths[0]).toBeGreaterThan(0.9);
  expect(strengths[0]).toBeGreaterThan(strengths[3]! + 0.1);
  expect(strengths[3]).toBeGreaterThan(strengths[1]! + 0.1);
  expect(strengths[1]).toBeGreaterThan(strengths[4]! + 0.1);
  expect(level).toEqual([]);
});

test('the noise of a camera is no level, and how loud the recording is does not matter', () => {
  const plain = timing(soundOf(strikes, () => fromDb(-40)));
  expect(plain.level).toEqual([]);
  expect(onsetF1(times, plain.hits.map(({ time }) => time), 0.05)).toBeGreaterThan(0.85); // prettier-ignore
  const { channels, sampleRate } = soundOf(strikes);
  const quiet = timing({ channels: channels.map((samples) => samples.map((value) => value * 0.05)), sampleRate });
  const loud = timing({ channels, sampleRate });
  expect(quiet.hits.map(({ time }) => time)).toEqual(loud.hits.map(({ time }) => time));
  quiet.hits.forEach(({ strength }, i) => expect(strength).toBeCloseTo(loud.hits[i]!.strength, 1));
});

test('rain is a level and no string of hits; a swell keeps its shape', () => {
  const rain = timing(soundOf([], () => 0.2));
  expect(rain.hits.length).toBeLessThan(3);
  expect(levelAt(rain.level, 3)).toBeGreaterThan(0.8);
  const swell = timing(soundOf([], (time) => (time > 1 && time < 5 ? 0.3 * Math.sin((Math.PI * (time - 1)) / 4) : 0)));
  expect(levelAt(swell.level, 0.5)).toBe(0);
  expect(levelAt(swell.level, 3)).toBeGreaterThan(levelAt(swell.level, 1.4) + 0.1);
  expect(levelAt(swell.level, 5.5)).toBe(0);
  expect(swell.level.length).toBeLessThan(60);
});

test('an engine goes on under the strikes', () => {
  const { hits, level } = timing(soundOf(strikes, (time) => (time > 2 && time < 5.8 ? 0.06 : 0)));
  expect(onsetF1([0.5, 1.3, 2, 2.75, 4], hits.map(({ time }) => time), 0.06)).toBeGreaterThan(0.8); // prettier-ignore
  expect(levelAt(level, 3.5)).toBeGreaterThan(0.4);
  expect(levelAt(level, 4.5)).toBeGreaterThan(0.4);
  expect(levelAt(level, 1.7)).toBe(0);
});

test('silence, and a sound without samples, have nothing', () => {
  expect(timing(soundOf([]))).toEqual({ hits: [], level: [] });
  expect(timing({ channels: [new Float32Array()], sampleRate: RATE })).toEqual({ hits: [], level: [] });
});
