/** Decibels relative to full scale, and levels over time. Samples are mono with a nominal range of -1..1. */

/** 20 log10 of an amplitude; -Infinity for 0. */
export function toDb(amplitude: number): number {
  return 20 * Math.log10(amplitude);
}

export function fromDb(db: number): number {
  return 10 ** (db / 20);
}

/** Largest absolute sample, 0 for no samples. */
export function peak(samples: Float32Array): number {
  let most = 0;
  for (let i = 0; i < samples.length; i++) most = Math.max(most, Math.abs(samples[i] ?? 0));
  return most;
}

/** Root mean square of samples `from`..`to`, 0 for none. */
export function rms(samples: Float32Array, from = 0, to = samples.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (samples[i] ?? 0) ** 2;
  return to > from ? Math.sqrt(sum / (to - from)) : 0;
}

/** Level over time: the RMS of `points` stretches of equal length that cover all samples. */
export function rmsEnvelope(samples: Float32Array, points: number): Float32Array {
  return overStretches(samples, points, (from, to) => rms(samples, from, to));
}

/** What a waveform drawing wants: the largest absolute sample of each of `points` stretches. */
export function peakEnvelope(samples: Float32Array, points: number): Float32Array {
  return overStretches(samples, points, (from, to) => peak(samples.subarray(from, to)));
}

function overStretches(
  samples: Float32Array,
  points: number,
  measure: (from: number, to: number) => number,
): Float32Array {
  return Float32Array.from({ length: points }, (_, i) => {
    const from = Math.floor((i * samples.length) / points);
    // At least one sample, also when there are more points than samples.
    return measure(from, Math.min(samples.length, Math.max(from + 1, Math.floor(((i + 1) * samples.length) / points))));
  });
}
