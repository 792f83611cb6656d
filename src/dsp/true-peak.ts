/**
 * True peaks as in ITU-R BS.1770-4, Annex 2: the largest value of the waveform, also between its samples. A converter or
 * a lossy codec meets those, and they can lie several decibels above every sample.
 */
import { makeKernel } from './resample.ts';

/** Points looked at for each sample. Twice as many find .1 dB more at the very top of the band, where sounds hold little. */
const OVERSAMPLING = 4;
/** Samples to each side that a point is made of. */
const REACH = 12;
/** Between samples that all lie this far below the threshold, no waveform of a sound rises above it. */
const NEAR = 0.5;

const KERNELS = Array.from({ length: OVERSAMPLING - 1 }, (_, phase) =>
  makeKernel((phase + 1) / OVERSAMPLING, 1, REACH),
);

/**
 * For each sample the largest absolute value of the waveform from the sample before it to the one after it. Exact above
 * `threshold`; below it, at least the sample itself.
 */
export function peaksAround(samples: Float32Array, threshold = 0): Float32Array {
  const peaks = samples.map(Math.abs);
  const near = threshold * NEAR;
  for (let i = 0; i + 1 < samples.length; i++) {
    if (Math.abs(samples[i]!) <= near && Math.abs(samples[i + 1]!) <= near) continue;
    const most = peakAfter(samples, i);
    if (most > peaks[i]!) peaks[i] = most;
    if (most > peaks[i + 1]!) peaks[i + 1] = most;
  }
  return peaks;
}

/** Largest absolute value of the waveform, 0 for no samples. Times 20 log10 it is in dBTP. */
export function truePeak(samples: Float32Array): number {
  let loudest = 0;
  for (let i = 0; i < samples.length; i++) loudest = Math.max(loudest, Math.abs(samples[i]!));
  for (const level of peaksAround(samples, loudest)) loudest = Math.max(loudest, level);
  return loudest;
}

/** Of the points between a sample and the next one. */
function peakAfter(samples: Float32Array, index: number): number {
  const first = index + 1 - REACH;
  const from = Math.max(0, -first);
  const to = Math.min(2 * REACH, samples.length - first);
  let most = 0;
  for (const kernel of KERNELS) {
    let sum = 0;
    for (let k = from; k < to; k++) sum += kernel[k]! * samples[first + k]!;
    most = Math.max(most, Math.abs(sum));
  }
  return most;
}
