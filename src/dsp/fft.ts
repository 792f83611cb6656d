/** Power spectra by a radix-2 FFT. */

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
  const cosines = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sines = Float64Array.from({ length: size / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / size));
  const bits = Math.log2(size);
  const reversed = Uint32Array.from({ length: size }, (_, i) => {
    let out = 0;
    for (let bit = 0; bit < bits; bit++) out |= ((i >> bit) & 1) << (bits - 1 - bit);
    return out;
  });
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const power = new Float32Array(size / 2 + 1);

  return {
    bins: power.length,
    at(samples, start) {
      for (let i = 0; i < size; i++) {
        const from = reversed[i] ?? 0;
        re[i] = (samples[start + from] ?? 0) * (window[from] ?? 0);
        im[i] = 0;
      }
      for (let half = 1; half < size; half *= 2) {
        const stride = size / (2 * half);
        for (let base = 0; base < size; base += 2 * half) {
          for (let k = 0; k < half; k++) {
            const c = cosines[k * stride] ?? 0;
            const s = sines[k * stride] ?? 0;
            const a = base + k;
            const b = a + half;
            const bRe = (re[b] ?? 0) * c + (im[b] ?? 0) * s;
            const bIm = (im[b] ?? 0) * c - (re[b] ?? 0) * s;
            re[b] = (re[a] ?? 0) - bRe;
            im[b] = (im[a] ?? 0) - bIm;
            re[a] = (re[a] ?? 0) + bRe;
            im[a] = (im[a] ?? 0) + bIm;
          }
        }
      }
      for (let i = 0; i < power.length; i++) power[i] = (re[i] ?? 0) ** 2 + (im[i] ?? 0) ** 2;
      return power;
    },
  };
}
