/** Power spectra of windowed sound. */
import { createFourier } from './fourier.ts';

export interface PowerSpectrum {
  /** Frequency bins: size / 2 + 1. */
  readonly bins: number;
  /** Squared magnitudes of the Hann-windowed samples from `start` on; positions outside the sound count as 0. */
  at(samples: Float32Array, start: number): Float32Array;
}

/** @param size samples of one spectrum, a power of two; the returned array is reused by the next call of `at` */
export function createPowerSpectrum(size: number): PowerSpectrum {
  if (size < 2 || (size & (size - 1)) !== 0) throw new RangeError(`${size} is not a power of two.`);
  const window = Float32Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size));
  const fourier = createFourier(size);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const power = new Float32Array(size / 2 + 1);

  return {
    bins: power.length,
    at(samples, start) {
      for (let i = 0; i < size; i++) re[i] = (samples[start + i] ?? 0) * (window[i] ?? 0);
      im.fill(0);
      fourier.transform(re, im);
      for (let i = 0; i < power.length; i++) power[i] = (re[i] ?? 0) ** 2 + (im[i] ?? 0) ** 2;
      return power;
    },
  };
}
