import { describe, expect, test } from 'vitest';
import { fromDb, peak, rms, toDb } from './levels.ts';
import { limitTogether } from './limiter.ts';
import { defaultEdit, isSilent, renderMix, toMono, type Edit, type Sound } from './mix.ts';
import { resample } from './resample.ts';
import { hits, noise, sine } from './signals.testing.ts';

const RATE = 48_000;
const mono = (samples: Float32Array, sampleRate = RATE): Sound => ({ channels: [samples], sampleRate });
const quiet = mono(sine(500, 2, RATE, 0.25));
const edited = (changes: Partial<Edit>): Edit => ({ ...defaultEdit, ...changes });
const mixOf = (generated: Sound | undefined, changes: Partial<Edit> = {}, original?: Sound, duration = 2) =>
  renderMix({ original, generated, edit: edited(changes), duration });

/** The largest step between neighbouring samples: a click stands out of what the sound itself does. */
function largestStep(samples: Float32Array): number {
  let most = 0;
  for (let i = 1; i < samples.length; i++) most = Math.max(most, Math.abs((samples[i] ?? 0) - (samples[i - 1] ?? 0)));
  return most;
}

/** Level of one frequency in dB, under a window whose leakage lies below -90 dB. */
function levelAt(samples: Float32Array, sampleRate: number, hz: number): number {
  let re = 0;
  let im = 0;
  let sum = 0;
  samples.forEach((value, i) => {
    const t = (2 * Math.PI * i) / samples.length;
    const window = 0.35875 - 0.48829 * Math.cos(t) + 0.14128 * Math.cos(2 * t) - 0.01168 * Math.cos(3 * t);
    const phase = (2 * Math.PI * hz * i) / sampleRate;
    re += value * window * Math.cos(phase);
    im += value * window * Math.sin(phase);
    sum += window;
  });
  return toDb((2 * Math.hypot(re, im)) / sum);
}

describe('sample-rate conversion for a mix', () => {
  test.each([1000, 5000, 7000, 7900])('images of %d Hz lie 80 dB down', (hz) => {
    const got = resample(sine(hz, 1, 16_000), 16_000, RATE).slice(12_000, 36_000);
    for (const image of [16_000 - hz, 16_000 + hz]) expect(levelAt(got, RATE, image)).toBeLessThan(-80);
    if (hz < 6900) expect(levelAt(got, RATE, hz)).toBeCloseTo(0, 1);
  });
  test('aliases lie 80 dB down', () => {
    for (const hz of [8200, 9000, 12_000]) {
      const got = resample(sine(hz, 1, RATE), RATE, 16_000).slice(4000, 12_000);
      expect(levelAt(got, 16_000, 16_000 - hz)).toBeLessThan(-80);
    }
  });
  test('the ends of short sounds are met at any pair of rates', () => {
    for (const [from, to] of [
      [16_000, 48_000],
      [44_100, 48_000],
      [48_000, 44_100],
      [16_000, 22_050],
    ] as const) {
      for (let length = 0; length < 40; length++) {
        const got = resample(new Float32Array(length).fill(1), from, to);
        expect(got.length).toBe(Math.round((length * to) / from));
        expect(got.every(Number.isFinite)).toBe(true);
      }
    }
  });
});

describe('mix', () => {
  test('of the generated sound alone is that sound at the mix rate', () => {
    const { channels, limitedBy, sampleRate } = mixOf(mono(sine(500, 2, 16_000, 0.25), 16_000));
    expect(sampleRate).toBe(RATE);
    expect(limitedBy).toBe(0);
    expect(channels).toHaveLength(1);
    expect(channels[0]).toHaveLength(2 * RATE);
    const want = sine(500, 2, RATE, 0.25);
    for (let i = 1000; i < 95_000; i++)
      expect(Math.abs((channels[0]?.[i] ?? NaN) - (want[i] ?? NaN))).toBeLessThan(1e-4);
  });

  test.each([0.0001, 0.1, -0.25, 3, -3])('a nudge of %d s moves the sound by exactly that', (offset) => {
    const source = noise(2, RATE, 0.3);
    const [got] = mixOf(mono(source), { offset }).channels;
    const shift = Math.round(offset * RATE);
    for (let i = 0; i < 2 * RATE; i += 97) expect(got?.[i]).toBe(source[i - shift] ?? 0);
  });

  test('is as long as asked for: short parts are followed by silence, long ones cut', () => {
    expect(
      mixOf(quiet, {}, undefined, 3)
        .channels[0]?.slice(2 * RATE)
        .every((value) => value === 0),
    ).toBe(true);
    expect(mixOf(quiet, {}, undefined, 0.5).channels[0]).toEqual(quiet.channels[0]?.slice(0, RATE / 2));
    expect(mixOf(quiet, {}, undefined, 0).channels[0]).toHaveLength(0);
  });

  test('adds the original at its gain, in stereo where it is stereo', () => {
    const left = sine(300, 2, RATE, 0.2);
    const right = sine(900, 2, RATE, 0.2);
    const original = { channels: [left, right], sampleRate: RATE };
    const { channels } = mixOf(quiet, { originalGain: -6, generatedGain: -12 }, original);
    expect(channels).toHaveLength(2);
    for (const [index, part] of [left, right].entries()) {
      for (const i of [100, 5000, 90_000]) {
        const want = fromDb(-6) * (part[i] ?? 0) + fromDb(-12) * (quiet.channels[0]?.[i] ?? 0);
        expect(channels[index]?.[i]).toBeCloseTo(want, 6);
      }
    }
    // Turned off it does not count, neither as sound nor as a channel.
    expect(mixOf(quiet, {}, original).channels).toEqual(quiet.channels);
  });

  test('mutes a stretch of the generated sound only, without a click', () => {
    const span = { start: 0.5, end: 1 };
    const [got] = mixOf(quiet, { spans: [{ span, gain: -Infinity }] }).channels;
    if (!got) throw new Error('No channel.');
    expect(rms(got, 0.51 * RATE, 0.99 * RATE)).toBe(0);
    expect(got.slice(0, 0.5 * RATE)).toEqual(quiet.channels[0]?.slice(0, 0.5 * RATE));
    expect(got.slice(RATE)).toEqual(quiet.channels[0]?.slice(RATE));
    expect(largestStep(got)).toBeLessThanOrEqual(largestStep(quiet.channels[0] ?? got) * 1.01);
    // And of the mix, everything but the original is gone.
    const original = mono(sine(200, 2, RATE, 0.1));
    const [both] = mixOf(quiet, { originalGain: 0, spans: [{ span, gain: -Infinity }] }, original).channels;
    expect(both?.slice(0.51 * RATE, 0.99 * RATE)).toEqual(original.channels[0]?.slice(0.51 * RATE, 0.99 * RATE));
  });

  test('ramps keep their splash out of the treble, where a hard cut is heard', () => {
    const tone = mono(sine(200, 2, RATE, 0.5));
    const [soft] = mixOf(tone, { spans: [{ span: { start: 0.5012, end: 1.4987 }, gain: -Infinity }] }).channels;
    const hard = tone.channels[0]?.map((value, i) => (i > 0.5012 * RATE && i < 1.4987 * RATE ? 0 : value));
    if (!soft || !hard) throw new Error('No channel.');
    const splash = (samples: Float32Array) => Math.max(...[6000, 9000, 13_000].map((hz) => levelAt(samples, RATE, hz)));
    const [around, hardAround] = [soft.slice(0.48 * RATE, 0.52 * RATE), hard.slice(0.48 * RATE, 0.52 * RATE)];
    expect(splash(around)).toBeLessThan(-90);
    expect(splash(hardAround)).toBeGreaterThan(splash(around) + 20);
  });

  test('a stretch at the very beginning or end is muted to its last sample', () => {
    const spans = [
      { span: { start: 0, end: 0.2 }, gain: -Infinity },
      { span: { start: 1.8, end: 2 }, gain: -Infinity },
    ];
    const [got] = mixOf(quiet, { spans }).channels;
    expect(peak(got?.slice(0, 0.19 * RATE) ?? new Float32Array([1]))).toBe(0);
    expect(peak(got?.slice(1.81 * RATE) ?? new Float32Array([1]))).toBe(0);
  });

  test('fades a stretch in and out, and gains of overlapping stretches add up', () => {
    const flat = mono(new Float32Array(2 * RATE).fill(0.5));
    const at = (samples: Float32Array | undefined, seconds: number) =>
      (samples?.[Math.round(seconds * RATE)] ?? NaN) / 0.5;
    const span = { start: 0.5, end: 1.5 };
    const [out] = mixOf(flat, { spans: [{ span, gain: -Infinity, shape: 'out' }] }).channels;
    const values = [0.49, 0.6, 1, 1.4, 1.6].map((seconds) => at(out, seconds).toFixed(2));
    expect(values).toEqual(['1.00', '0.98', '0.50', '0.02', '1.00']);
    const [into] = mixOf(flat, { spans: [{ span, gain: -Infinity, shape: 'in' }] }).channels;
    expect([0.49, 0.6, 1, 1.4, 1.6].map((seconds) => at(into, seconds).toFixed(2))).toEqual(['1.00', '0.02', '0.50', '0.98', '1.00']); // prettier-ignore
    const [twice] = mixOf(flat, {
      spans: [
        { span, gain: -6 },
        { span: { start: 0.9, end: 1.1 }, gain: -6 },
      ],
    }).channels;
    expect(toDb(at(twice, 0.7))).toBeCloseTo(-6, 2);
    expect(toDb(at(twice, 1))).toBeCloseTo(-12, 2);
    for (const samples of [out, into, twice]) expect(largestStep(samples ?? flat.channels[0]!)).toBeLessThan(0.01);
  });

  test('the whole mix fades in and out', () => {
    const flat = mono(new Float32Array(2 * RATE).fill(0.5));
    const [got] = mixOf(flat, { fadeIn: 0.5, fadeOut: 1 }).channels;
    const at = (seconds: number) => got?.[Math.round(seconds * RATE)] ?? NaN;
    expect(at(0)).toBe(0);
    expect([at(0.25), at(0.75), at(1.5)].map((value) => value.toFixed(2))).toEqual(['0.25', '0.50', '0.25']);
    expect(got?.at(-1)).toBe(0);
    // Longer than the sound, both at once.
    const [long] = mixOf(flat, { fadeIn: 9, fadeOut: 9 }).channels;
    expect(long?.every(Number.isFinite)).toBe(true);
    expect(long?.at(0)).toBe(0);
  });

  test('fades only the part that the take is about', () => {
    const generated = mono(new Float32Array(2 * RATE).fill(0.5));
    const edit = edited({ fadeIn: 0.2, fadeOut: 0.2 });
    const [got] = renderMix({ generated, edit, duration: 2, faded: { start: 0.5, end: 1.5 } }).channels;
    const at = (seconds: number) => Number((got?.[Math.round(seconds * RATE)] ?? NaN).toFixed(2));
    expect([0.4, 0.5, 0.6, 1, 1.4, 1.6].map(at)).toEqual([0.5, 0, 0.25, 0.5, 0.25, 0.5]);
  });

  test('begins in the original where it is told to', () => {
    const original = mono(Float32Array.from({ length: RATE }, (_, i) => i / (4 * RATE)));
    const edit = edited({ originalGain: 0 });
    const [got] = renderMix({ original, originalStart: 0.5, edit, duration: 0.75 }).channels;
    expect(got).toHaveLength(0.75 * RATE);
    expect(got?.[0]).toBeCloseTo(0.125, 6);
    expect(got?.[RATE / 4]).toBeCloseTo(0.1875, 6);
    expect(got?.at(-1)).toBe(0);
  });

  test('never exceeds -1 dBFS and says by how much it was turned down; both sides together', () => {
    const left = sine(300, 2, RATE, 0.8);
    const original = { channels: [left, left.map((value) => value * 0.25)], sampleRate: RATE };
    const { channels, limitedBy } = mixOf(mono(sine(300, 2, RATE, 0.8)), { originalGain: 0 }, original);
    expect(Math.max(...channels.map(peak))).toBeLessThanOrEqual(fromDb(-1) + 1e-6);
    expect(limitedBy).toBeCloseTo(toDb(1.6) + 1, 1);
    // The limiter must not change the balance between the sides: 1.6 to 1.0.
    for (const i of [10_000, 40_040, 70_010])
      expect((channels[0]?.[i] ?? 0) / (channels[1]?.[i] ?? 1)).toBeCloseTo(1.6, 3);
    expect(limitTogether([left.slice()], RATE, 0).reduction).toBe(0);
  });

  test('is never made of anything but numbers', () => {
    const broken = Float32Array.of(0.5, NaN, Infinity, -Infinity, 1e30, 0.5);
    const { channels } = mixOf(mono(broken), { generatedGain: 500 }, undefined, 0.001);
    expect(channels[0]?.every(Number.isFinite)).toBe(true);
    expect(peak(channels[0] ?? broken)).toBeGreaterThan(0.4);
    expect(() => mixOf(quiet, { offset: NaN })).toThrow(RangeError);
    expect(() => mixOf(quiet, { generatedGain: Infinity })).toThrow(RangeError);
    expect(() => mixOf(quiet, { spans: [{ span: { start: NaN, end: 1 }, gain: 0 }] })).toThrow(RangeError);
    expect(() => mixOf(quiet, {}, undefined, -1)).toThrow(RangeError);
  });

  test('silence can be told', () => {
    expect(isSilent(mixOf(undefined))).toBe(true);
    expect(isSilent(mixOf(quiet, { generatedGain: -Infinity }))).toBe(true);
    expect(isSilent(mixOf(quiet, { offset: 5 }))).toBe(true);
    expect(isSilent(mixOf(mono(hits([1], 2, RATE, 0.0005))))).toBe(true);
    expect(isSilent(mixOf(mono(hits([1], 2, RATE, 0.01))))).toBe(false);
    expect(isSilent({ channels: [], sampleRate: RATE })).toBe(true);
  });

  test('mono for measuring is the mean of both sides', () => {
    expect(toMono({ channels: [Float32Array.of(1, 0), Float32Array.of(0, 0.5)], sampleRate: 1 })).toEqual(
      Float32Array.of(0.5, 0.25),
    );
    expect(toMono({ channels: [], sampleRate: 1 })).toEqual(new Float32Array());
  });
});
