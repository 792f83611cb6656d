/** Samples in and out of files: interleaving, and what the preflight wants to know of a sound. Pure. */

import { fitSamples, sampleCount } from '../model/counts.ts';
import type { MediaNotice, Pcm } from './types.ts';

/** The first `count` samples of every channel in turn, silence where the sound is shorter. Always a new array. */
export function interleave({ channels }: Pcm, count: number): Float32Array<ArrayBuffer> {
  const [left, right] = channels;
  if (right === undefined) return new Float32Array(fitSamples(left, count));
  const out = new Float32Array(2 * count);
  for (let n = 0; n < count; n++) {
    out[2 * n] = left[n] ?? 0;
    out[2 * n + 1] = right[n] ?? 0;
  }
  return out;
}

export function deinterleave(samples: Float32Array): [Float32Array, Float32Array] {
  const count = Math.floor(samples.length / 2);
  const left = new Float32Array(count);
  const right = new Float32Array(count);
  for (let n = 0; n < count; n++) {
    left[n] = samples[2 * n] ?? 0;
    right[n] = samples[2 * n + 1] ?? 0;
  }
  return [left, right];
}

/** A mean of two channels this much weaker than the louder one (-20 dB) has cancelled out. */
const CANCELLED = 0.1;

/**
 * The mean of two channels of equal length, or the louder one where they are of opposite phase and nothing would be left.
 * The mean is written over `left`: of ten minutes a further array would be 115 MB.
 */
export function mixToMono(left: Float32Array, right: Float32Array): Float32Array {
  let [l, r, mean] = [0, 0, 0];
  for (let n = 0; n < left.length; n++) {
    const [a, b] = [left[n] ?? 0, right[n] ?? 0];
    l += a * a;
    r += b * b;
    mean += ((a + b) / 2) ** 2;
  }
  if (mean < CANCELLED ** 2 * Math.max(l, r)) return l >= r ? left : right;
  for (let n = 0; n < left.length; n++) left[n] = ((left[n] ?? 0) + (right[n] ?? 0)) / 2;
  return left;
}

/** What to say of a sound that does not last the `seconds` of its picture: it is cut or silence follows it. */
export function lengthNotice({ channels, sampleRate }: Pcm, seconds: number): MediaNotice | undefined {
  const difference = (channels[0].length - sampleCount(seconds, sampleRate)) / sampleRate;
  // A few hundredths come from rounding to frames and are nobody's news.
  if (difference > 0.05) {
    const message = `The sound was ${difference.toFixed(1)} s longer than the picture; its end is left out.`;
    return { code: 'sound-cut', message, values: { seconds: difference } };
  }
  if (difference < -0.05) {
    const message = `The sound was ${(-difference).toFixed(1)} s shorter than the picture; silence follows it.`;
    return { code: 'sound-padded', message, values: { seconds: -difference } };
  }
  return undefined;
}

export function channelCount({ channels }: Pcm): 1 | 2 {
  return channels.length;
}

/** A sound that never gets louder than this (-60 dBFS) is taken for a mistake. */
const AUDIBLE = 1e-3;
/** Coders spend next to nothing on stretches below this (-80 dBFS). */
const QUIET = 1e-4;
const BLOCK = 1024;

/** What the preflight needs of a sound, measured once. */
export interface SoundFacts {
  readonly seconds: number;
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  /** Nothing in it can be heard. */
  readonly silent: boolean;
  /** Share of it, 0..1, that is not as good as silent. */
  readonly busy: number;
}

export function soundFacts(sound: Pcm): SoundFacts {
  const { channels, sampleRate } = sound;
  const length = channels[0].length;
  let loudest = 0;
  let busy = 0;
  for (let from = 0; from < length; from += BLOCK) {
    const to = Math.min(length, from + BLOCK);
    let peak = 0;
    for (const samples of channels) {
      for (let n = from; n < to; n++) peak = Math.max(peak, Math.abs(samples[n] ?? 0));
    }
    loudest = Math.max(loudest, peak);
    if (peak > QUIET) busy += to - from;
  }
  return {
    seconds: length / sampleRate,
    sampleRate,
    channels: channelCount(sound),
    silent: loudest < AUDIBLE,
    busy: length === 0 ? 0 : busy / length,
  };
}
