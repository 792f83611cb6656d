/** Sample-rate conversion with a windowed sinc. */

/** Zero crossings of the sinc on each side; more is steeper and slower. */
const CROSSINGS = 24;
/** Passband edge relative to the lower Nyquist frequency; the rest is the filter's slope. */
const PASSBAND = 0.94;

/** Mono samples at another whole-number rate; the length is rounded to the nearest sample. */
export function resample(samples: Float32Array, fromRate: number, toRate: number): Float32Array {
  if (!Number.isInteger(fromRate) || !Number.isInteger(toRate) || fromRate < 1 || toRate < 1) {
    throw new RangeError(`Sample rates must be whole numbers from 1, not ${fromRate} and ${toRate}.`);
  }
  if (fromRate === toRate) return samples.slice();
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const phases = toRate / divisor;
  const stride = fromRate / divisor;
  const cutoff = Math.min(1, toRate / fromRate) * PASSBAND;
  const reach = Math.ceil(CROSSINGS / cutoff);
  // Output n lies at n * stride / phases input samples: only `phases` different fractions occur.
  const kernels = new Map<number, Float32Array>();
  const kernelOf = (phase: number) => {
    let kernel = kernels.get(phase);
    if (!kernel) kernels.set(phase, (kernel = makeKernel(phase / phases, cutoff, reach)));
    return kernel;
  };
  const out = new Float32Array(Math.round((samples.length * toRate) / fromRate));
  for (let n = 0; n < out.length; n++) {
    const position = n * stride;
    const kernel = kernelOf(position % phases);
    const first = Math.floor(position / phases) - reach + 1;
    let sum = 0;
    for (let k = 0; k < kernel.length; k++) sum += (kernel[k] ?? 0) * (samples[first + k] ?? 0);
    out[n] = sum;
  }
  return out;
}

/** Weights of the 2 * reach samples around a point `fraction` after one of them; they sum to 1. */
function makeKernel(fraction: number, cutoff: number, reach: number): Float32Array {
  const weights = Float64Array.from({ length: 2 * reach }, (_, k) => {
    const x = k - reach + 1 - fraction;
    const hann = Math.cos((Math.PI * x) / (2 * reach)) ** 2;
    const angle = Math.PI * cutoff * x;
    return hann * (x === 0 ? 1 : Math.sin(angle) / angle);
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  return Float32Array.from(weights, (weight) => weight / sum);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
