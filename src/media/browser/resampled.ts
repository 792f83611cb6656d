/** A long sound at another rate, a block at a time: no more of it is held than a block. */

import { resample } from '../../dsp/resample.ts';

/** Seconds of a block, and of what the conversion looks at on each side of it, far more than its reach. */
const BLOCK = 5;
const CONTEXT = 1;

/**
 * `count` samples of `samples` at `toRate`, in blocks one after the other; silence where the sound is shorter. Rates are
 * whole numbers from 1.
 */
export function* resampled(
  samples: Float32Array,
  fromRate: number,
  toRate: number,
  count: number,
): Generator<Float32Array, void> {
  // Whole seconds are a whole number of samples at every rate.
  for (let second = 0, made = 0; made < count; second += BLOCK) {
    const before = Math.min(CONTEXT, second);
    const part = new Float32Array((before + BLOCK + CONTEXT) * fromRate);
    const from = (second - before) * fromRate;
    part.set(samples.subarray(from, from + part.length));
    const wanted = Math.min(BLOCK * toRate, count - made);
    yield resample(part, fromRate, toRate).slice(before * toRate, before * toRate + wanted);
    made += wanted;
  }
}
