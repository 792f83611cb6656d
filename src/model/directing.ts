/** What turns readings of a pack into timing, and timing into what the pack is told. */
import { readingToTiming } from '../timing/reading.ts';
import { timingToTrack, type Telling } from '../timing/track.ts';
import type { Timing, TimingTrack } from '../timing/types.ts';
import { planWindows, type WindowGrid } from '../sampler/windows.ts';
import type { Manifest } from './manifest.ts';

export interface Directing {
  /** Audio latents a second. */
  readonly rate: number;
  readonly grid: WindowGrid;
  readonly telling: Telling;
}

/** The part of the source that sound is made for, in seconds on the source's clock. */
export interface DirectedClip {
  readonly start: number;
  /** Above 0. */
  readonly duration: number;
}

/** Undefined where the pack does not read or take timing. */
export function directingOf({ grid, timing }: Pick<Manifest, 'grid' | 'timing'>): Directing | undefined {
  if (!timing) return undefined;
  const { windowSeconds, audioLatents, videoLatents } = grid;
  const telling = { ...timing.directed, onsetBias: timing.level?.onsetBias ?? 0 };
  return { rate: audioLatents / windowSeconds, grid: { windowSeconds, audioLatents, videoLatents }, telling };
}

/** What a request is told of a timing, over the padded clip; hits after the clip's end are not told. */
export function trackOf(directing: Directing, timing: Timing, { start, duration }: DirectedClip): TimingTrack {
  const { rate, grid, telling } = directing;
  const { totalUnits, audioPerUnit } = planWindows(grid, duration);
  const hits = timing.hits.filter(({ time }) => time < start + duration);
  return timingToTrack({ ...timing, hits }, { rate, latents: totalUnits * audioPerUnit, start }, telling);
}

/** Hits and level of a reading, on the source's clock; see `readingToTiming`. */
export function timingOf(
  { rate, telling }: Directing,
  reading: TimingTrack,
  { start, duration }: DirectedClip,
  sensitivity: number,
): Timing {
  return readingToTiming(reading, { rate, start, duration }, telling, sensitivity);
}
