/**
 * Windows over a clip of any length. The networks see one window of fixed length; a longer clip is covered by
 * overlapping windows that are denoised together, their velocities averaged where they overlap, so that no seam can
 * form. Positions are counted in *units*: the shortest time that is a whole number of latents in both modalities.
 */

/** Latents of each modality in one window (from the manifest's grid). */
export interface WindowGrid {
  readonly windowSeconds: number;
  readonly audioLatents: number;
  readonly videoLatents: number;
}

export interface WindowPlan {
  /** Units in one window. */
  readonly windowUnits: number;
  /** Units of the padded clip: at least one window, and at least the clip. */
  readonly totalUnits: number;
  /** First unit of each window, rising; the last window ends exactly at `totalUnits`. */
  readonly starts: readonly number[];
  readonly audioPerUnit: number;
  readonly videoPerUnit: number;
}

/** Most windows and guidance branches in one run of the networks; more gains no speed and costs memory. */
export const MAX_BATCH = 4;

/** Part of a window that the next one covers again. */
const OVERLAP = 0.25;
/** Slack for durations that carry rounding errors, in units. */
const UNIT_SLACK = 1e-6;

/** Windows that cover `duration` seconds (above 0). */
export function planWindows(grid: WindowGrid, duration: number): WindowPlan {
  if (!(duration > 0) || !Number.isFinite(duration)) throw new RangeError(`A clip cannot last ${duration} seconds.`);
  const windowUnits = greatestCommonDivisor(grid.audioLatents, grid.videoLatents);
  const unitSeconds = grid.windowSeconds / windowUnits;
  const totalUnits = Math.max(windowUnits, Math.ceil(duration / unitSeconds - UNIT_SLACK));
  const stride = Math.max(1, Math.round(windowUnits * (1 - OVERLAP)));
  const starts: number[] = [];
  for (let start = 0; start + windowUnits < totalUnits; start += stride) starts.push(start);
  starts.push(totalUnits - windowUnits);
  return {
    windowUnits,
    totalUnits,
    starts,
    audioPerUnit: grid.audioLatents / windowUnits,
    videoPerUnit: grid.videoLatents / windowUnits,
  };
}

/**
 * How much each window counts at each of its latents: triangular over the window, normalised so that the weights of all
 * windows that cover a latent sum to 1.
 * @param perUnit latents in a unit of the modality
 * @returns one array of `windowUnits * perUnit` weights for each window
 */
export function windowWeights(plan: WindowPlan, perUnit: number): Float32Array[] {
  const length = plan.windowUnits * perUnit;
  const triangle = Float64Array.from({ length }, (_, i) => Math.min(i + 0.5, length - i - 0.5));
  const sums = new Float64Array(plan.totalUnits * perUnit);
  for (const start of plan.starts) {
    triangle.forEach((value, i) => (sums[start * perUnit + i] = (sums[start * perUnit + i] ?? 0) + value));
  }
  return plan.starts.map((start) =>
    Float32Array.from(triangle, (value, i) => value / (sums[start * perUnit + i] ?? 1)),
  );
}

/** Copies a window's latents out of the whole clip; `stride` is the number of values of one latent. */
export function readWindow(clip: Float32Array, firstLatent: number, latents: number, stride: number): Float32Array {
  return clip.subarray(firstLatent * stride, (firstLatent + latents) * stride);
}

/** clip += weights * window, latent by latent, from `firstLatent` on. */
export function addWindow(
  clip: Float32Array,
  window: Float32Array,
  firstLatent: number,
  weights: Float32Array,
  stride: number,
): void {
  for (let latent = 0; latent < weights.length; latent++) {
    const weight = weights[latent] ?? 0;
    const from = latent * stride;
    const to = (firstLatent + latent) * stride;
    for (let i = 0; i < stride; i++) clip[to + i] = (clip[to + i] ?? 0) + weight * (window[from + i] ?? 0);
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
