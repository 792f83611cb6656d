import { describe, expect, test } from 'vitest';
import { applyGain, CEILING_DBTP, levelTo } from './levelling.ts';
import { fromDb, peak, toDb } from './levels.ts';
import { limitTogether } from './limiter.ts';
import { integratedLoudness } from './loudness.ts';
import { defaultEdit, levelSound, renderMix, unshaped } from './mix.ts';
import { hits, noise, sine } from './signals.testing.ts';
import { peaksAround, truePeak } from './true-peak.ts';

const RATE = 48_000;

/** 1 kHz at a level (dBFS of its peak) for some quarters of a second, one after the other. */
function tones(...parts: readonly (readonly [db: number, seconds: number])[]): Float32Array {
  const made = parts.map(([db, seconds]) => sine(1000, seconds / 4, RATE, fromDb(db)));
  const out = new Float32Array(made.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of made) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

describe('integrated loudness, by EBU Tech 3341', () => {
  // Its signals have the same tone in two channels, which adds 3 dB: one channel alone reads 3.01 LU less. A quarter of their
  // lengths is enough for the gates to tell the parts apart.
  test.each([
    ['1: -23 dBFS', [[-23, 20]], -26.01],
    ['2: -33 dBFS', [[-33, 20]], -36.01],
    [
      '3: the relative gate',
      [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
      -26.01,
    ],
    [
      '4: both gates',
      [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10],
      ],
      -26.01,
    ],
    [
      '5: parts of two levels',
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
      -26.01,
    ],
  ] as const)('signal %s', (_, parts, lufs) => {
    expect(Math.abs(integratedLoudness(tones(...parts), RATE) - lufs)).toBeLessThan(0.1);
  });
});

describe('true peak, by EBU Tech 3341', () => {
  test.each([
    ['15', 4, 0.5, 0, -6],
    ['16', 4, 0.5, 45, -6],
    ['17', 6, 0.5, 60, -6],
    ['18', 8, 0.5, 67.5, -6],
    ['19', 4, 1.41, 45, 3],
  ] as const)('signal %s', (_, divisor, amplitude, degrees, dbtp) => {
    const phase = (degrees * Math.PI) / 180;
    const samples = Float32Array.from({ length: RATE / 10 }, (_, i) => {
      // The standard fades its signals, as a hard beginning is a peak of its own.
      const fade = Math.min(1, i / 480, (RATE / 10 - i) / 480);
      return fade * amplitude * Math.sin((2 * Math.PI * i) / divisor + phase);
    });
    const read = toDb(truePeak(samples));
    expect(read).toBeLessThan(dbtp + 0.2);
    expect(read).toBeGreaterThan(dbtp - 0.4);
  });

  test('never lies below a sample, and silence has none', () => {
    const samples = noise(0.2, RATE, 0.5);
    const around = peaksAround(samples);
    samples.forEach((value, i) => expect(around[i]).toBeGreaterThanOrEqual(Math.abs(value)));
    expect(truePeak(new Float32Array(100))).toBe(0);
    expect(truePeak(new Float32Array())).toBe(0);
  });

  test('the limiter holds the ceiling between the samples as well, where it is told to', () => {
    const between = Float32Array.from({ length: RATE }, (_, i) => Math.sin((Math.PI * i) / 2 + Math.PI / 4));
    expect(toDb(peak(between))).toBeCloseTo(-3, 1);
    expect(limitTogether([between], RATE, -1).reduction).toBe(0);
    const { channels, reduction } = limitTogether([between], RATE, -1, { truePeaks: true });
    expect(toDb(truePeak(channels[0]!))).toBeLessThan(-0.98);
    expect(reduction).toBeGreaterThan(0.8);
    // Also where gains change quickly.
    const bursts = applyGain(hits([0.1, 0.15, 0.3, 0.301], 0.5, RATE, 0.9), RATE, 12);
    expect(toDb(truePeak(bursts))).toBeLessThan(CEILING_DBTP + 0.02);
  });
});

describe('levelling', () => {
  const loudnessAt = (lufs: number, samples: Float32Array) => {
    const { gain } = levelTo(lufs, samples, RATE);
    if (gain === undefined) throw new Error('It is left as it is.');
    const out = applyGain(samples, RATE, gain);
    expect(toDb(truePeak(out))).toBeLessThan(CEILING_DBTP + 0.02);
    return integratedLoudness(out, RATE);
  };

  test.each([-14, -20, -30])('brings sounds to %d LUFS, up or down', (lufs) => {
    for (const samples of [
      noise(2, RATE, 0.02),
      noise(2, RATE, 0.8),
      sine(200, 2, RATE, 0.02),
      // What is all peaks cannot be as loud as the loudest: that is the next test's.
      ...(lufs < -14 ? [hits([0.2, 0.9, 1.4], 2, RATE, 0.05)] : []),
    ]) {
      expect(Math.abs(loudnessAt(lufs, samples) - lufs)).toBeLessThan(0.2);
    }
  });

  test('makes up for what the limiter takes', () => {
    // Its peaks lie 18 dB above its loudness.
    const samples = hits([0.5, 2.5], 4, RATE, 0.3);
    const linear = -16 - integratedLoudness(samples, RATE);
    expect(toDb(truePeak(samples)) + linear).toBeGreaterThan(CEILING_DBTP + 2);
    expect(Math.abs(loudnessAt(-16, samples) + 16)).toBeLessThan(0.2);
    expect(levelTo(-16, samples, RATE).gain).toBeGreaterThan(linear + 0.1);
  });

  test('works for a sound shorter than a block of the meter', () => {
    expect(loudnessAt(-20, noise(0.3, RATE, 0.02))).toBeCloseTo(-20, 1);
    expect(loudnessAt(-20, noise(0.02, RATE, 0.02))).toBeCloseTo(-20, 1);
  });

  test('a single click in silence is limited by 18 dB at most, and does not clip', () => {
    const click = new Float32Array(2 * RATE);
    click.set([0.3, -0.2], RATE);
    const { gain = NaN } = levelTo(-20, click, RATE);
    expect(gain).toBeCloseTo(CEILING_DBTP + 18 - toDb(truePeak(click)), 5);
    expect(toDb(truePeak(applyGain(click, RATE, gain)))).toBeLessThan(CEILING_DBTP + 0.02);
  });

  test('silence stays silence, and noise is no more than 30 dB louder', () => {
    expect(levelTo(-20, new Float32Array(RATE), RATE)).toEqual({ lufs: -20 });
    expect(levelTo(-20, noise(1, RATE, 0.009), RATE)).toEqual({ lufs: -20 });
    const sparse = hits([0.2], 1, RATE, 0.012);
    expect(levelTo(-20, sparse, RATE).gain).toBe(30);
  });
});

describe('a levelled sound in a mix', () => {
  const quiet = { channels: [hits([0.2, 0.9, 1.4], 2, 16_000, 0.05)], sampleRate: 16_000 };
  const loudness = levelSound(quiet, -20);
  const edit = { ...defaultEdit, loudness };

  test('is at its loudness', () => {
    const { channels } = renderMix({ generated: quiet, edit, duration: 2 });
    expect(Math.abs(integratedLoudness(channels[0]!, RATE) + 20)).toBeLessThan(0.1);
  });

  test('edits come after it: what is turned down is not turned up again', () => {
    const muted = { ...edit, generatedGain: -12, spans: [{ span: { start: 0.7, end: 2 }, gain: -Infinity }] };
    const [all] = renderMix({ generated: quiet, edit, duration: 2 }).channels;
    const [part] = renderMix({ generated: quiet, edit: muted, duration: 2 }).channels;
    for (const i of [10_000, 10_123, 11_000]) expect(part?.[i]).toBeCloseTo(fromDb(-12) * (all?.[i] ?? NaN), 5);
    expect(unshaped(muted)).toEqual(edit);
    expect(unshaped(defaultEdit)).toEqual(defaultEdit);
  });

  test('with the original beside it, true peaks of both together stay below the ceiling', () => {
    const original = { channels: [noise(2, RATE, 0.9), sine(12_000, 2, RATE, 0.9)], sampleRate: RATE };
    const { channels, limitedBy } = renderMix({ generated: quiet, original, edit: { ...edit, originalGain: 0 }, duration: 2 }); // prettier-ignore
    for (const samples of channels) expect(toDb(truePeak(samples))).toBeLessThan(CEILING_DBTP + 0.02);
    expect(limitedBy).toBeGreaterThan(0);
  });

  test('a sound that is too quiet, or has no loudness to reach, is what it was', () => {
    const as = (edit: typeof defaultEdit) => renderMix({ generated: quiet, edit, duration: 2 }).channels;
    expect(as({ ...defaultEdit, loudness: { lufs: -20 } })).toEqual(as(defaultEdit));
    expect(() => as({ ...defaultEdit, loudness: { lufs: -20, gain: NaN } })).toThrow(RangeError);
  });
});
