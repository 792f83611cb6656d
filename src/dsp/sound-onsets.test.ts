import { describe, expect, test } from 'vitest';
import { detectSoundOnsets } from './sound-onsets.ts';

const RATE = 48_000;
const TIMES = [0.42, 1.1, 1.37, 2.6];

/** Noise, the same every time. */
function noise(): () => number {
  let state = 7;
  return () => ((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647) * 2 - 1;
}

/** Strikes that fade, over noise of an amplitude. */
function strikes(times: readonly number[], under: number, loudness = 0.5): Float32Array {
  const random = noise();
  const samples = Float32Array.from({ length: 3.5 * RATE }, () => under * random());
  for (const time of times) {
    const first = Math.round(time * RATE);
    for (let i = 0; i < RATE / 4; i++) {
      samples[first + i] = (samples[first + i] ?? 0) + loudness * random() * Math.exp(-i / (0.05 * RATE));
    }
  }
  return samples;
}

describe('strikes are found within 12 ms', () => {
  test.each([
    ['in silence', 0, 0.5],
    ['over the noise of a microphone', 0.005, 0.5],
    ['in a sound 50 dB softer', 0.000_02, 0.0016],
  ])('%s', (_, under, loudness) => {
    const found = detectSoundOnsets(strikes(TIMES, under, loudness), RATE);
    expect(found).toHaveLength(TIMES.length);
    found.forEach((time, i) => expect(Math.abs(time - (TIMES[i] ?? NaN))).toBeLessThan(0.012));
  });
});

test('a recording that is cut right at its strike begins with a hit', () => {
  expect(detectSoundOnsets(strikes([0, 1.5], 0), RATE)[0]).toBe(0);
  expect(detectSoundOnsets(strikes([0.3], 0.001), RATE)[0]).toBeGreaterThan(0.25);
});

test('steady noise begins at most, silence and no samples have nothing', () => {
  expect(detectSoundOnsets(strikes([], 0.3), RATE).filter((time) => time > 0.1)).toEqual([]);
  expect(detectSoundOnsets(new Float32Array(RATE), RATE)).toEqual([]);
  expect(detectSoundOnsets(new Float32Array(0), RATE)).toEqual([]);
});

test('a lower threshold finds softer events', () => {
  const samples = strikes([0.5, 2], 0.01);
  samples.set(strikes([0.1], 0, 0.03).subarray(0, RATE / 4), RATE);
  expect(detectSoundOnsets(samples, RATE, 0.05).length).toBeGreaterThan(detectSoundOnsets(samples, RATE, 0.9).length);
});
