/**
 * While a sound is made, its level is drawn to the one that was read off the picture's pixels. The reading is the mean of
 * what may be heard and knows better how loud it is than the generators do, who draw one of the sounds that may be heard:
 * often silence, where the picture leaves open whether there is any sound. `training/avlink/following.py` is the same.
 */

/** How a pack has the level follow the reading. */
export interface LevelFollowing {
  /** How much of the way to what was read the level is moved where no hit is near, 0..1. */
  readonly share: number;
  /** Flow time from which on the sound keeps the level it has. */
  readonly until: number;
  /** Audio latents around a moment in which hits are looked for: an odd number. */
  readonly reach: number;
  /** Logit by which hits are seen sooner than they are read. */
  readonly lean: number;
  /** Latent level of a level that was read: silence + gain * softplus(slope * (level - middle)). */
  readonly silence: number;
  readonly gain: number;
  readonly slope: number;
  readonly middle: number;
}

/**
 * The velocity of a window's sound, so that the level of the clean latents it heads for comes nearer to the one read.
 * @param velocity [Ta, stride]; the level is the first of the `stride` values of a latent
 * @param x the window's latents at flow time t, shaped like it
 * @param timing onset logit and level of every audio latent [Ta, 2]
 * @returns the same array where the level has been settled already, a new one otherwise
 */
export function followLevel(
  velocity: Float32Array,
  x: Float32Array,
  t: number,
  timing: Float32Array,
  stride: number,
  following: LevelFollowing,
): Float32Array {
  const { share, until, reach, lean, silence, gain, slope, middle } = following;
  if (t >= until) return velocity;
  const count = velocity.length / stride;
  const hits = Array.from({ length: count }, (_, i) => 1 / (1 + Math.exp(-((timing[2 * i] ?? 0) + lean))));
  const side = Math.floor(reach / 2);
  const out = velocity.slice();
  for (let i = 0; i < count; i++) {
    // The mean over where hits may be is flatter than any of them: near one the level is left as it is.
    const near = Math.max(...hits.slice(Math.max(0, i - side), i + side + 1));
    const target = silence + gain * softplus(slope * ((timing[2 * i + 1] ?? 0) - middle));
    const at = i * stride;
    const headsFor = (x[at] ?? 0) + (1 - t) * (velocity[at] ?? 0);
    out[at] = (velocity[at] ?? 0) + (share * (1 - near) ** 2 * (target - headsFor)) / (1 - t);
  }
  return out;
}

function softplus(value: number): number {
  return Math.max(0, value) + Math.log1p(Math.exp(-Math.abs(value)));
}
