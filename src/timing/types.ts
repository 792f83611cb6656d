/** When something is to be heard: hits, and the level of what goes on beneath them. Types only. */

export interface Hit {
  /** Seconds on the clock of the source file. */
  readonly time: number;
  /** How hard it is, above 0 and at most 1. */
  readonly strength: number;
  /** How sure the sync encoder is of it, 0..1; a hit that a person set or moved has none. */
  readonly certainty?: number;
}

export interface LevelPoint {
  /** Seconds on the clock of the source file. */
  readonly time: number;
  /** 0 is silence, 1 as loud as the model can be told. */
  readonly level: number;
}

export interface Timing {
  /** Rising in time; no two at the same time. */
  readonly hits: readonly Hit[];
  /** Rising in time, with straight lines between; what goes on ends before the first and after the last. Empty: nothing goes on. */
  readonly level: readonly LevelPoint[];
}

/**
 * What the sound generator is told: an onset logit and a level (log RMS, about zero mean and unit spread) for every audio
 * latent of the padded clip, [latents, 2]. The sync encoder reads it off the pixels; a `Timing` is turned into it.
 */
export type TimingTrack = Float32Array;
