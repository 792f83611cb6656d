import { describe, expect, test } from 'vitest';
import { createPowerSpectrum } from './fft.ts';
import { fromDb, peak, peakEnvelope, rms, rmsEnvelope, toDb } from './levels.ts';
import { limitPeaks } from './limiter.ts';
import { integratedLoudness } from './loudness.ts';
import { detectOnsets } from './onsets.ts';
import { resample } from './resample.ts';
import { matchingGains, SUMMARY_POINTS, summarizeSound } from './sound-summary.ts';
import { hits, mix, noise, sine } from './signals.testing.ts';

describe('power spectrum', () => {
  test('agrees with the definition of the Fourier transform', () => {
    const size = 64;
    const samples = noise(1, 100, 1);
    const got = createPowerSpectrum(size).at(samples, 7);
    for (const bin of [0, 1, 13, 32]) {
      let re = 0;
      let im = 0;
      for (let i = 0; i < size; i++) {
        const value = (samples[7 + i] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size));
        re += value * Math.cos((2 * Math.PI * bin * i) / size);
        im += value * Math.sin((2 * Math.PI * bin * i) / size);
      }
      expect(got[bin]).toBeCloseTo(re * re + im * im, 3);
    }
  });
  test('wants a power of two', () => {
    expect(() => createPowerSpectrum(100)).toThrow(RangeError);
  });
});

describe('levels', () => {
  test('of a sine', () => {
    const tone = sine(100, 1, 8000, 0.5);
    expect(toDb(peak(tone))).toBeCloseTo(-6.02, 1);
    expect(toDb(rms(tone))).toBeCloseTo(-9.03, 1);
    expect(fromDb(-6)).toBeCloseTo(0.501, 3);
    expect(toDb(peak(new Float32Array(4)))).toBe(-Infinity);
    expect(rms(new Float32Array())).toBe(0);
  });
  test('envelopes follow the sound and cover all of it', () => {
    const sound = Float32Array.from({ length: 1000 }, (_, i) => (i < 500 ? 0.1 : 0.8));
    expect([...rmsEnvelope(sound, 4)].map((x) => x.toFixed(1))).toEqual(['0.1', '0.1', '0.8', '0.8']);
    expect(peakEnvelope(sound, 3)[2]).toBeCloseTo(0.8);
    expect(peakEnvelope(Float32Array.of(0.5, -1), 4)).toEqual(Float32Array.of(0.5, 0.5, 1, 1));
  });
});

describe('limiter', () => {
  const rate = 16_000;
  test('keeps the ceiling, whatever comes', () => {
    for (const sound of [sine(300, 1, rate, 3), hits([0, 0.3, 0.31], 1, rate, 8), noise(1, rate, 1.4)]) {
      expect(peak(limitPeaks(sound, rate, -1))).toBeLessThanOrEqual(fromDb(-1) + 1e-6);
    }
  });
  test('leaves quiet sound alone, and the sound away from a peak', () => {
    const quiet = sine(300, 1, rate, 0.5);
    expect(limitPeaks(quiet, rate, -1)).toEqual(quiet);
    const one = quiet.slice();
    one[8000] = 4;
    const limited = limitPeaks(one, rate, -1);
    expect(limited.slice(0, 7900)).toEqual(quiet.slice(0, 7900));
    expect(rms(limited, 14_000)).toBeCloseTo(rms(quiet, 14_000), 2);
  });
  test('turns down without clipping: a loud sine stays a sine', () => {
    const limited = limitPeaks(sine(200, 2, rate, 2), rate, -1).slice(rate);
    expect(rms(limited) / peak(limited)).toBeLessThan(0.75);
  });
});

describe('loudness', () => {
  test.each([16_000, 44_100, 48_000])('a full-scale 997 Hz sine reads -3.01 LUFS at %d Hz', (rate) => {
    // Only 48 kHz is normative; prototypes warp a little at 16 kHz.
    expect(integratedLoudness(sine(997, 3, rate), rate)).toBeCloseTo(-3.01, rate === 16_000 ? 0 : 1);
  });
  test('silence around the sound does not count', () => {
    const tone = sine(997, 4, 48_000, 0.1);
    const padded = new Float32Array(tone.length * 3);
    padded.set(tone, tone.length);
    expect(integratedLoudness(padded, 48_000)).toBeCloseTo(integratedLoudness(tone, 48_000), 0);
  });
  test('silence is minus infinity, a short sound is measured', () => {
    expect(integratedLoudness(new Float32Array(48_000), 48_000)).toBe(-Infinity);
    expect(integratedLoudness(sine(997, 0.1, 48_000), 48_000)).toBeCloseTo(-3, 0);
  });
});

describe('resampling', () => {
  test.each([
    [48_000, 16_000],
    [44_100, 16_000],
    [16_000, 48_000],
    [16_000, 22_050],
  ])('%d -> %d Hz keeps a tone in place and level', (from, to) => {
    const got = resample(sine(1000, 1, from), from, to);
    const want = sine(1000, 1, to);
    expect(got.length).toBe(to);
    // Away from the ends, where the sound breaks off.
    for (let i = 1000; i < to - 1000; i++) expect(Math.abs((got[i] ?? NaN) - (want[i] ?? NaN))).toBeLessThan(2e-3);
  });
  test('what the lower rate cannot hold is gone, not folded back', () => {
    const got = resample(sine(11_000, 1, 48_000), 48_000, 16_000).slice(500, -500);
    expect(toDb(peak(got))).toBeLessThan(-60);
  });
  test('the same rate is a copy; odd rates are refused', () => {
    const sound = noise(0.1, 8000, 1);
    expect(resample(sound, 8000, 8000)).toEqual(sound);
    expect(() => resample(sound, 0, 8000)).toThrow(RangeError);
    expect(() => resample(sound, 8000, 44_100.5)).toThrow(RangeError);
  });
});

describe('onsets', () => {
  const times = [0.25, 0.6, 1.0, 1.13, 2.5, 2.9];
  const near = (found: readonly { time: number }[], wanted: readonly number[], within: number) => {
    expect(found.map((onset) => onset.time.toFixed(2))).toHaveLength(wanted.length);
    wanted.forEach((time, i) => expect(Math.abs((found[i]?.time ?? NaN) - time)).toBeLessThan(within));
  };

  test.each([16_000, 22_050, 48_000])('hits are found to within 5 ms at %d Hz', (rate) => {
    near(detectOnsets(hits(times, 3.2, rate), rate), times, 0.005);
  });
  test('hits in noise, and quiet ones', () => {
    near(detectOnsets(mix(hits(times, 3.2, 16_000), noise(3.2, 16_000, 0.02)), 16_000).slice(1), times, 0.005);
    near(detectOnsets(hits(times, 3.2, 16_000, 0.02), 16_000), times, 0.005);
  });
  test('a tone has one onset, where it begins and not where it breaks off', () => {
    const tone = sine(440, 2, 16_000, 0.3);
    near(detectOnsets(tone, 16_000), [0], 0.005);
    const late = new Float32Array(60_000);
    late.set(tone, 8000);
    near(detectOnsets(late, 16_000), [0.5], 0.01);
  });
  test('silence and steady noise after its beginning have none', () => {
    expect(detectOnsets(new Float32Array(16_000), 16_000)).toEqual([]);
    expect(detectOnsets(noise(1, 16_000, 1e-5), 16_000)).toEqual([]);
    expect(detectOnsets(noise(4, 16_000, 0.3), 16_000).filter(({ time }) => time > 0.05)).toEqual([]);
    expect(detectOnsets(new Float32Array(), 16_000)).toEqual([]);
  });
});

describe('summaries of sounds', () => {
  test('show the outline, the onsets and the loudness of a sound', () => {
    const sound = hits([0.5, 1.5], 2, 16_000);
    const { peaks, onsets, loudness } = summarizeSound(sound, 16_000);
    expect(peaks).toHaveLength(SUMMARY_POINTS);
    expect(Math.max(...peaks.slice(0, SUMMARY_POINTS / 4 - 1))).toBe(0);
    expect(onsets.map((time) => time.toFixed(2))).toEqual(['0.50', '1.50']);
    expect(loudness).toBeCloseTo(integratedLoudness(sound, 16_000));
    expect(summarizeSound(new Float32Array(16_000), 16_000)).toMatchObject({ onsets: [], loudness: undefined });
  });

  test('are played equally loud by turning the louder ones down', () => {
    expect(matchingGains([-20, -26, undefined]).map((gain) => gain.toFixed(2))).toEqual(['0.50', '1.00', '1.00']);
    expect(matchingGains([-10, -60])[0]).toBeCloseTo(10 ** (-18 / 20));
    expect(matchingGains([undefined])).toEqual([1]);
  });
});
