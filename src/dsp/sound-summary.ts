/** What a person sees and compares of a sound without playing it: its outline, its onsets and how loud it is. */
import { peakEnvelope } from './levels.ts';
import { knownLoudness } from './loudness.ts';
import { detectOnsets } from './onsets.ts';

export interface SoundSummary {
  /** Largest absolute sample of each of `SUMMARY_POINTS` equal stretches, 0..1. */
  readonly peaks: readonly number[];
  /** Onset times in seconds. */
  readonly onsets: readonly number[];
  /** LUFS; undefined for silence, which has no loudness. */
  readonly loudness: number | undefined;
}

export const SUMMARY_POINTS = 120;

/** @param samples mono, nominal range -1..1 */
export function summarizeSound(samples: Float32Array, sampleRate: number): SoundSummary {
  return {
    peaks: Array.from(peakEnvelope(samples, SUMMARY_POINTS), (value) => Math.min(1, value)),
    onsets: detectOnsets(samples, sampleRate).map(({ time }) => time),
    loudness: knownLoudness(samples, sampleRate),
  };
}

/**
 * Amplitude factors that make sounds equally loud, at most 1: the quietest is played as it is, the others are turned
 * down. A sound whose loudness is unknown is played as it is, and one more than `range` decibels louder than the
 * quietest is turned down by no more than that.
 */
export function matchingGains(loudness: readonly (number | undefined)[], range = 18): number[] {
  const quietest = Math.min(...loudness.filter((value) => value !== undefined));
  return loudness.map((value) => (value === undefined ? 1 : 10 ** (-Math.min(range, value - quietest) / 20)));
}
