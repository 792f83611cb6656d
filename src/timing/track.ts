/**
 * What the sound generator is told of hits and of a drawn level. `training/avlink/directed.py` is the same.
 *
 * A hit is a bump of the onset's probability, narrow and all but certain, and a level that rises at once and falls evenly.
 * What goes on is told as it was drawn. Where there is neither, silence is asked for.
 */
import type { Timing, TimingTrack } from './types.ts';

/** Values of a timing track at every audio latent: the logit of an onset and the level. */
export const TRACK_VALUES = 2;

/** How a pack is told of hits and levels; the manifest's `timing.directed`. */
export interface DirectedTiming {
  /** Probability of an onset at the very time of a hit, above 0 and below 1. */
  readonly height: number;
  /** Standard deviation of a hit's bump, in audio latents. */
  readonly width: number;
  /** Largest and smallest logit of an onset. */
  readonly most: number;
  readonly least: number;
  /** Level where nothing sounds, and the loudest that is told; units of the reading. */
  readonly quiet: number;
  readonly loud: number;
  /** How much of the way from `quiet` to `loud` the softest hit lifts the level, 0..1. */
  readonly floor: number;
  /** What the level loses in a latent after a hit. */
  readonly decay: number;
}

/** How packs are told that do not say it themselves. */
export const USUAL_DIRECTED: DirectedTiming = {
  height: 0.98,
  width: 1,
  most: 4,
  least: -7,
  quiet: -1.6,
  loud: 1.5,
  floor: 0.35,
  decay: 0.35,
};

/** All that a track depends on beside the timing. */
export interface Telling extends DirectedTiming {
  /** Logit that the timing blocks add themselves; it is taken off here. */
  readonly onsetBias: number;
}

/** The latents that a track is made for. */
export interface TrackGrid {
  /** Audio latents a second. */
  readonly rate: number;
  /** Audio latents of the padded clip. */
  readonly latents: number;
  /** Seconds on the source's clock at which the clip begins. */
  readonly start: number;
}

/** Hits before the clip begins, and from its last latent's end on, are not told: only their tails would be heard. */
export function timingToTrack(timing: Timing, { rate, latents, start }: TrackGrid, telling: Telling): TimingTrack {
  const { height, width, most, least, quiet, loud, floor, decay, onsetBias } = telling;
  const onsets = new Float64Array(latents);
  const levels = new Float64Array(latents).fill(quiet);
  const raise = (values: Float64Array, at: number, value: number) => {
    if (value > (values[at] ?? Infinity)) values[at] = value;
  };
  // Farther away a bump lies below the smallest logit.
  const reach = Math.ceil(width * Math.sqrt(2 * Math.max(0, Math.log(height * (1 + Math.exp(-least)))))) + 1;

  for (const { time, strength } of timing.hits) {
    const place = (time - start) * rate;
    const first = Math.floor(place);
    if (first < 0 || first >= latents) continue;
    for (let i = Math.max(0, first - reach); i <= Math.min(latents - 1, first + reach); i++) {
      raise(onsets, i, height * Math.exp(-0.5 * ((i + 0.5 - place) / width) ** 2));
    }
    const lifted = quiet + (loud - quiet) * (floor + (1 - floor) * strength);
    for (let i = first; i < latents; i++) {
      // The latent that holds the hit is as loud as it.
      const level = lifted - decay * Math.max(0, i - place);
      if (level <= quiet) break;
      raise(levels, i, level);
    }
  }

  timing.level.slice(1).forEach((to, index) => {
    const from = timing.level[index];
    if (!from) return;
    const place = (time: number) => (time - start) * rate - 0.5;
    for (let i = Math.max(0, Math.ceil(place(from.time))); i <= Math.min(latents - 1, place(to.time)); i++) {
      const share = (i - place(from.time)) / (place(to.time) - place(from.time));
      raise(levels, i, quiet + (loud - quiet) * (from.level + share * (to.level - from.level)));
    }
  });

  const track = new Float32Array(latents * TRACK_VALUES);
  onsets.forEach((probability, i) => {
    const logit = Math.log(probability / (1 - probability));
    track[i * TRACK_VALUES] = Math.min(most, Math.max(least, logit)) - onsetBias;
    track[i * TRACK_VALUES + 1] = levels[i] ?? quiet;
  });
  return track;
}

/** How far from `quiet` to `loud` a level is still so low that the app takes its sound for silence. */
const INAUDIBLE = 0.3;

/** Whether a track has no hit, and nowhere a level that is to be heard. */
export function asksForSilence(track: TimingTrack, { quiet, loud, onsetBias }: Telling): boolean {
  const audible = quiet + INAUDIBLE * (loud - quiet);
  // More likely than not is a hit.
  return track.every((value, i) => value < (i % TRACK_VALUES === 0 ? -onsetBias : audible));
}
