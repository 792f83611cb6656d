/**
 * What the sampler takes from a timing that a person set: where its hits are, which level was drawn, and where words count.
 * `training/avlink/directed.py` is the same.
 */

/** Float32 rounds a timing. */
export const SAME = 1e-3;
/** Latents after a hit that are all its own: a quarter of a second. */
export const STROKE = 8;

/** How a person's timing is told, of the manifest's `timing.directed`. */
export interface Directed {
  /** The level of silence. */
  readonly quiet: number;
  /** What the level loses in a latent after a hit. */
  readonly decay: number;
}

/** The probability of a hit at every latent of `timing`, onset logits and levels [Ta, 2]. */
export function hitProbabilities(timing: Float32Array, onsetBias: number): Float32Array {
  return Float32Array.from(
    { length: timing.length / 2 },
    (_, i) => 1 / (1 + Math.exp(-((timing[2 * i] ?? 0) + onsetBias))),
  );
}

/** How sure it is that a window has no hit at all, 0..1. */
export function hitless(hits: Float32Array): number {
  return Math.max(0, 1 - 2 * hits.reduce((most, hit) => Math.max(most, hit), 0));
}

/** The highest probability of a hit at a latent and so many before it. */
export function lasting(hits: Float32Array, latents: number): Float32Array {
  return hits.map((_, i) => Math.max(...hits.subarray(Math.max(0, i - latents), i + 1)));
}

/** Whether a level is one that a person drew, neither silence nor the fall after a hit. */
export function isDrawn(levels: Float32Array, { quiet, decay }: Directed): boolean[] {
  return Array.from(levels, (level, i) => level > quiet + SAME && level > (levels[i - 1] ?? quiet) - decay + SAME);
}

/**
 * How much of what words change counts at every latent of a timing [Ta, 2], 0..1.
 *
 * Words are guided untold, beside the hits that the generator would set itself: all through a window they bring those along.
 * A material is heard in its hits; a window without any takes its words throughout.
 */
export function reachOfWords(timing: Float32Array, onsetBias: number): Float32Array {
  const hits = hitProbabilities(timing, onsetBias);
  const least = hitless(hits);
  return lasting(hits, STROKE).map((reach) => Math.max(least, reach));
}
