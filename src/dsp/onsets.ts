/**
 * Where sounds begin: spectral flux (how much louder, in decibels, the bands of a spectrum get from one moment to the
 * next), its peaks, and a look at the waveform around each for the exact time.
 */
import { createPowerSpectrum } from './fft.ts';

export interface Onset {
  /** Seconds from the start of the sound. */
  readonly time: number;
  /** Rise of the level at this moment in decibels, averaged over the bands. */
  readonly strength: number;
}

/** Rate and length of the analysis, in seconds. */
const HOP = 0.008;
const WINDOW = 0.032;
const BANDS = 40;
const LOWEST_HZ = 80;
/** Quieter than this below full scale counts as silence, so that dither has no onsets. */
const FLOOR_DB = -70;
/** A peak must stand out from the mean of this many seconds around it by this many decibels. */
const AROUND = 0.12;
const DEFAULT_THRESHOLD = 3.5;
/** Onsets closer than this are one, in seconds. */
const CLOSEST = 0.05;
/** Resolution of the look at the waveform, in seconds. */
const FINE = 0.002;

/**
 * Onsets of mono `samples`, rising in time.
 * @param threshold decibels by which the flux must exceed its surroundings; lower finds softer onsets
 */
export function detectOnsets(samples: Float32Array, sampleRate: number, threshold = DEFAULT_THRESHOLD): Onset[] {
  const hop = Math.max(1, Math.round(HOP * sampleRate));
  const size = 2 ** Math.round(Math.log2(WINDOW * sampleRate));
  const flux = spectralFlux(samples, sampleRate, hop, size);
  const around = Math.round(AROUND / HOP);
  const closest = Math.round(CLOSEST / HOP);

  const onsets: Onset[] = [];
  let last = -Infinity;
  flux.forEach((value, frame) => {
    const near = flux.subarray(Math.max(0, frame - closest), frame + closest + 1);
    if (frame - last < closest || near.some((other) => other > value)) return;
    const wide = flux.subarray(Math.max(0, frame - around), frame + around + 1);
    const mean = wide.reduce((sum, other) => sum + other, 0) / wide.length;
    if (value < mean + threshold) return;
    last = frame;
    const start = frame * hop - size;
    onsets.push({ time: steepestRise(samples, start, start + size + hop, sampleRate), strength: value });
  });
  return onsets;
}

/** Mean rise of the bands at each frame, in decibels; frame k ends at sample k * hop, so that frame 0 is silence. */
function spectralFlux(samples: Float32Array, sampleRate: number, hop: number, size: number): Float32Array {
  const spectrum = createPowerSpectrum(size);
  const edges = bandEdges(sampleRate, size, spectrum.bins);
  // The power of a full-scale sine under the Hann window.
  const floor = (size / 4) ** 2 * 10 ** (FLOOR_DB / 10);
  const frames = Math.ceil((samples.length + size) / hop);
  const silence = 10 * Math.log10(floor);
  const before = new Float32Array(edges.length - 1).fill(silence);
  let total = 0;
  return Float32Array.from({ length: frames }, (_, frame) => {
    const power = spectrum.at(samples, frame * hop - size);
    let rise = 0;
    const totalBefore = total;
    total = 0;
    for (let band = 0; band < before.length; band++) {
      let sum = floor;
      for (let bin = edges[band] ?? 0; bin < (edges[band + 1] ?? 0); bin++) sum += power[bin] ?? 0;
      const level = 10 * Math.log10(sum);
      rise += Math.max(0, level - (before[band] ?? 0));
      before[band] = level;
      total += sum;
    }
    // A tone that breaks off splashes over all bands too, but takes power away.
    return total > totalBefore ? rise / before.length : 0;
  });
}

/** First bins of bands of equal width on a logarithmic frequency scale, at least one bin each, and the end of the last. */
function bandEdges(sampleRate: number, size: number, bins: number): number[] {
  const lowest = Math.max(1, (LOWEST_HZ * size) / sampleRate);
  const edges: number[] = [];
  for (let band = 0; band <= BANDS; band++) {
    const edge = Math.round(lowest * (bins / lowest) ** (band / BANDS));
    edges.push(Math.min(bins, Math.max(edge, (edges.at(-1) ?? 0) + 1)));
  }
  return [...new Set(edges)];
}

/** Seconds at which the energy between two samples grows most. */
export function steepestRise(samples: Float32Array, from: number, to: number, sampleRate: number): number {
  const step = Math.max(1, Math.round(FINE * sampleRate));
  const start = Math.max(0, from);
  let best = start;
  let most = 0;
  let before = 0;
  for (let at = start - step; at < to; at += step) {
    let energy = 0;
    for (let i = Math.max(0, at); i < Math.min(samples.length, at + step); i++) energy += (samples[i] ?? 0) ** 2;
    if (at >= start && energy - before > most) {
      most = energy - before;
      best = at;
    }
    before = energy;
  }
  return best / sampleRate;
}
