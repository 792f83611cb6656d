/** Sample-rate conversion: a sinc under a Kaiser window, one set of weights for each position between two samples. */

/** Samples of the lower rate that each side of the sinc reaches over; more is steeper and slower. */
const REACH = 32;
/** Shape of the window: what must not be heard (images, aliases) lies 80 dB below what may. */
const KAISER = 8;
/** Where the filter has fallen by half, relative to the lower Nyquist frequency: it is shut at that frequency. */
const CUTOFF = 0.93;

/** Mono samples at another whole-number rate; the length is rounded to the nearest sample. Throws RangeError for odd rates. */
export function resample(samples: Float32Array, fromRate: number, toRate: number): Float32Array {
  if (!Number.isInteger(fromRate) || !Number.isInteger(toRate) || fromRate < 1 || toRate < 1) {
    throw new RangeError(`Sample rates must be whole numbers from 1, not ${fromRate} and ${toRate}.`);
  }
  if (fromRate === toRate) return samples.slice();
  const divisor = greatestCommonDivisor(fromRate, toRate);
  // Output n lies at n * stride / phases input samples: only `phases` different fractions occur.
  const phases = toRate / divisor;
  const stride = fromRate / divisor;
  const lower = Math.min(1, toRate / fromRate);
  // A multiple of 2 on each side makes the inner loop's fours come out even.
  const reach = 2 * Math.ceil(REACH / lower / 2);
  const out = new Float32Array(Math.round((samples.length * toRate) / fromRate));
  // Silence around the sound spares the inner loop every question about its ends.
  const padded = new Float64Array(samples.length + 2 * reach);
  padded.set(samples, reach);
  for (let phase = 0; phase < phases; phase++) {
    const kernel = makeKernel(((phase * stride) % phases) / phases, lower * CUTOFF, reach);
    for (let n = phase, at = Math.floor((phase * stride) / phases) + 1; n < out.length; n += phases, at += stride) {
      out[n] = weigh(padded, at, kernel);
    }
  }
  return out;
}

// Four sums side by side keep the processor from waiting for one addition after the other. An index past the end would
// only come of samples.length + reach being exceeded, which rounding the length by half a sample cannot do.
function weigh(samples: Float64Array, at: number, kernel: Float64Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let k = 0; k < kernel.length; k += 4) {
    a += kernel[k]! * samples[at + k]!;
    b += kernel[k + 1]! * samples[at + k + 1]!;
    c += kernel[k + 2]! * samples[at + k + 2]!;
    d += kernel[k + 3]! * samples[at + k + 3]!;
  }
  return a + b + (c + d);
}

/** Weights of the 2 * reach samples around a point `fraction` after one of them; they sum to 1. */
export function makeKernel(fraction: number, cutoff: number, reach: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * reach }, (_, k) => {
    const x = k - reach + 1 - fraction;
    const window = bessel(KAISER * Math.sqrt(Math.max(0, 1 - (x / reach) ** 2)));
    const angle = Math.PI * cutoff * x;
    return window * (x === 0 ? 1 : Math.sin(angle) / angle);
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** Modified Bessel function of order zero, by its series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
