/**
 * Making part of a clip anew and keeping the rest. Kept latents ride along on their own straight path from the noise to
 * what they are to stay, so that at every flow time the networks see them just as noisy as the rest and can join on.
 */
import type { TimeSpan } from '../dsp/span.ts';

/** Slack for times that carry rounding errors, in latents. */
const SLACK = 1e-3;

/** Puts `x` on a constraint at flow time `t`, in place. */
export type Constrain = (x: Float32Array, t: number) => void;

/** The clip whose latents are counted. */
export interface LatentClip {
  /** Latents of the padded clip. */
  readonly count: number;
  /** Seconds one latent covers. */
  readonly seconds: number;
  /** Seconds of the clip without its padding. */
  readonly duration: number;
}

/**
 * Which latents the spans touch: 1 for every latent to be made anew, 0 for every one to be kept. Edges move outward to
 * the latents' grid; a span that reaches the end of the clip takes the padding behind it along.
 * @throws RangeError for a span that is not one, and when the spans touch nothing of the clip
 */
export function renewedLatents(spans: readonly TimeSpan[], { count, seconds, duration }: LatentClip): Uint8Array {
  const renewed = new Uint8Array(count);
  for (const { start, end } of spans) {
    if (!(start < end) || !Number.isFinite(start) || !Number.isFinite(end)) {
      throw new RangeError(`A span cannot last from ${start} s to ${end} s.`);
    }
    if (start >= duration || end <= 0) continue;
    const last = duration / seconds - SLACK;
    const first = Math.max(0, Math.floor(start / seconds + SLACK));
    renewed.fill(1, first, end / seconds >= last ? count : Math.ceil(end / seconds - SLACK));
  }
  if (!renewed.includes(1)) throw new RangeError('The spans touch nothing of the clip.');
  return renewed;
}

/** Runs of 1 in `renewed`, as latents `from`..`to`, `to` not included. */
export function renewedRuns(renewed: Uint8Array): { readonly from: number; readonly to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (let from = renewed.indexOf(1); from >= 0;) {
    const next = renewed.indexOf(0, from);
    const to = next < 0 ? renewed.length : next;
    runs.push({ from, to });
    from = renewed.indexOf(1, to);
  }
  return runs;
}

/**
 * Puts the kept latents at (1 - t) noise + t kept, exactly `kept` at t = 1, and leaves the renewed ones alone.
 * @param stride values of one latent; `noise` and `kept` hold `renewed.length * stride` of them
 */
export function keepLatents(noise: Float32Array, kept: Float32Array, renewed: Uint8Array, stride: number): Constrain {
  const values = renewed.length * stride;
  if (noise.length !== values || kept.length !== values) {
    throw new RangeError(`${kept.length} kept values and ${noise.length} of noise for ${values}.`);
  }
  return (x, t) => {
    for (let latent = 0; latent < renewed.length; latent++) {
      if (renewed[latent] === 1) continue;
      const end = (latent + 1) * stride;
      for (let i = latent * stride; i < end; i++) {
        const value = kept[i] ?? 0;
        x[i] = t === 1 ? value : (1 - t) * (noise[i] ?? 0) + t * value;
      }
    }
  };
}
