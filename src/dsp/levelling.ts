/**
 * Bringing a sound to a loudness: one gain for all of it, and a limiter for the peaks that the gain makes too high. How
 * its parts stand to each other stays.
 */
import { fromDb, peak, toDb } from './levels.ts';
import { limitTogether } from './limiter.ts';
import { integratedLoudness } from './loudness.ts';
import { truePeak } from './true-peak.ts';

export interface Levelling {
  /** Integrated loudness that is wanted (BS.1770), in LUFS. */
  readonly lufs: number;
  /** Decibels that reach it; left out where the sound is too quiet to be more than noise, and stays as it is. */
  readonly gain?: number | undefined;
}

/** Highest true peak of a levelled sound, in dBTP: leaves room for what lossy codecs add. */
export const CEILING_DBTP = -1;
/** Sound whose peaks all lie below this is taken for silence with noise in it, in dBFS. */
const GATE_DB = -40;
/** Decibels by which a sound is turned up at most: beyond that mostly noise comes up. */
const MOST_GAIN = 30;
/** Decibels by which the limiter may turn a peak down: a hit that loses more is no hit any more. */
const MOST_LIMITING = 18;
/** Seconds in which the limiter recovers: soon enough to leave a hit its tail, which is most of its loudness. */
const RELEASE = 0.01;
/** Decibels that are near enough, and how often the gain is corrected for what the limiter took. */
const NEAR = 0.05;
const ROUNDS = 8;
/** Decibels of loudness that one of gain is taken to bring at least. */
const LEAST_SLOPE = 0.2;

/** @param samples mono, nominal range -1..1 */
export function levelTo(lufs: number, samples: Float32Array, sampleRate: number): Levelling {
  const own = integratedLoudness(samples, sampleRate);
  if (!Number.isFinite(own) || peak(samples) < fromDb(GATE_DB)) return { lufs };
  const loudestPeak = toDb(truePeak(samples));
  const within = (gain: number) => Math.min(gain, MOST_GAIN, CEILING_DBTP + MOST_LIMITING - loudestPeak);
  const loudnessAt = (gain: number) => integratedLoudness(applyGain(samples, sampleRate, gain), sampleRate);
  // Without limiting the first guess is exact. Where the limiter takes loudness away, more gain makes up for it, by the
  // slope that the last two guesses showed.
  let gain = within(lufs - own);
  let reached = loudnessAt(gain);
  let slope = 1;
  for (let round = 0; round < ROUNDS && Math.abs(lufs - reached) > NEAR; round++) {
    const next = within(gain + (lufs - reached) / slope);
    if (next === gain) break;
    const after = loudnessAt(next);
    slope = Math.max(LEAST_SLOPE, (after - reached) / (next - gain));
    [gain, reached] = [next, after];
  }
  return { lufs, gain };
}

/** A copy that is louder by `gain` decibels, with its true peaks at `CEILING_DBTP` at most. */
export function applyGain(samples: Float32Array, sampleRate: number, gain: number): Float32Array {
  const factor = fromDb(gain);
  const louder = samples.map((value) => value * factor);
  return limitTogether([louder], sampleRate, CEILING_DBTP, { truePeaks: true, release: RELEASE }).channels[0] ?? louder;
}
