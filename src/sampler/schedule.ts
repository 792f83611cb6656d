/** Flow times of a sampling run; t = 0 is noise, t = 1 is data. */

/**
 * `steps + 1` times from 0 to 1. With `shift` > 1 more of the steps lie near noise: t' = t / (t + shift (1 - t));
 * 1 spaces them evenly.
 */
export function flowTimes(steps: number, shift: number): Float64Array {
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`Steps must be a whole number from 1, not ${steps}.`);
  if (!(shift > 0)) throw new RangeError(`The time shift must be above 0, not ${shift}.`);
  return Float64Array.from({ length: steps + 1 }, (_, index) => {
    const t = index / steps;
    return t / (t + shift * (1 - t));
  });
}
