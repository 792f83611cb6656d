/** The level of sound in the bands that latents stand for: those of the log-mel, and a few above it. */
import { complexZeros, createFourier, separate, type Complex, type Fourier } from '../../dsp/fourier.ts';
import type { Phases } from '../../model/phases.ts';
import { between, hann } from './short-time.ts';

export interface Bands {
  readonly count: number;
  /** Samples from one row to the next. */
  readonly hop: number;
  /** Their middles in Hz, rising. */
  readonly centres: readonly number[];
  /** Samples [rows * hop] -> power [rows, count], without any floor. */
  measure(samples: Float32Array): Float32Array;
}

/** Bins from `first` on with their weights in one band. */
interface Filter {
  readonly first: number;
  readonly weights: Float64Array;
}

const LOWEST = 30;

/** @param rate of the samples, in Hz */
export function createBands({ lower, upper }: Pick<Phases, 'lower' | 'upper'>, rate: number): Bands {
  const { factor, taps, cutoff, beta, bands } = lower;
  const low = rate / factor;
  const edges = melEdges(bands, low);
  const filters = melFilters(edges, lower.transform, low);
  const upperBins = upper.edges.slice(0, -1).map((from, band) => {
    const [first, end] = [from, upper.edges[band + 1] ?? 0].map((hertz) => Math.ceil((hertz * upper.window) / rate));
    const count = (end ?? 0) - (first ?? 0);
    return { first: first ?? 0, weights: new Float64Array(count).fill(1 / count) };
  });
  const filter = lowPass(taps, cutoff / factor, beta);
  const below = createPowers(createFourier(lower.transform), lower.window);
  const above = createPowers(createFourier(upper.window), upper.window);
  const count = bands + upperBins.length;
  const hop = lower.hop * factor;

  return {
    count,
    hop,
    centres: [
      ...edges.slice(1, -1),
      ...upper.edges.slice(0, -1).map((from, band) => Math.sqrt(from * (upper.edges[band + 1] ?? 0))),
    ],
    measure(samples) {
      const rows = samples.length / hop;
      const out = new Float32Array(rows * count);
      const before = (lower.window - lower.hop) / 2;
      const slow = between(decimate(samples, filter, factor), before, before + lower.hop);
      for (let row = 0; row < rows; row += 2) {
        const [one, other] = below(slow, row * lower.hop, (row + 1) * lower.hop);
        sum(one, filters, out, row * count, 1);
        if (row + 1 < rows) sum(other, filters, out, (row + 1) * count, 1);
      }
      // The upper bands have two frames a row.
      const step = hop / 2;
      const early = (upper.window - step) / 2;
      const all = between(samples, early, early);
      for (let row = 0; row < rows; row++) {
        const [one, other] = above(all, row * hop, row * hop + step);
        sum(one, upperBins, out, row * count + bands, 0.5);
        sum(other, upperBins, out, row * count + bands, 0.5);
      }
      return out;
    },
  };
}

function sum(power: Float64Array, filters: readonly Filter[], out: Float32Array, at: number, share: number): void {
  for (let band = 0; band < filters.length; band++) {
    const filter = filters[band];
    if (!filter) continue;
    const { first, weights } = filter;
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += (power[first + i] ?? 0) * (weights[i] ?? 0);
    out[at + band] = (out[at + band] ?? 0) + share * total;
  }
}

/** Power spectra of two windows of samples at once, of which a full-scale tone has a quarter; reused by the next call. */
function createPowers(fourier: Fourier, length: number) {
  const { size } = fourier;
  const window = hann(length);
  const [a, b] = [new Float64Array(size), new Float64Array(size)];
  const bins = size / 2 + 1;
  const spectra = [complexZeros(bins), complexZeros(bins)] as const;
  const [one, other] = [new Float64Array(bins), new Float64Array(bins)];
  const scale = 4 / length ** 2;
  const power = ({ re, im }: Complex, out: Float64Array) => {
    for (let k = 0; k < bins; k++) out[k] = scale * (re[k]! ** 2 + im[k]! ** 2);
  };
  return (samples: Float32Array, first: number, second: number): readonly [Float64Array, Float64Array] => {
    for (let i = 0; i < length; i++) {
      a[i] = (samples[first + i] ?? 0) * (window[i] ?? 0);
      b[i] = (samples[second + i] ?? 0) * (window[i] ?? 0);
    }
    a.fill(0, length);
    b.fill(0, length);
    fourier.transform(a, b);
    separate(a, b, ...spectra);
    power(spectra[0], one);
    power(spectra[1], other);
    return [one, other];
  };
}

/** Every `factor`th sample of what the filter leaves; a sample is the middle one of `factor` samples. */
function decimate(samples: Float32Array, filter: Float64Array, factor: number): Float32Array {
  const out = new Float32Array(samples.length / factor);
  const half = (filter.length - 1) / 2;
  const shift = Math.floor(factor / 2);
  // Silence on either side, so that the innermost loop need not ask where the sound ends.
  const padded = new Float64Array(samples.length + 2 * half + 4 * factor);
  padded.set(samples, half - shift);
  // Four at a time: each value of the filter is read once for all of them.
  for (let i = 0; i < out.length; i += 4) {
    let [first, last] = [i * factor, i * factor + 2 * half];
    const middle = filter[half] ?? 0;
    let one = middle * (padded[first + half] ?? 0);
    let two = middle * (padded[first + half + factor] ?? 0);
    let three = middle * (padded[first + half + 2 * factor] ?? 0);
    let four = middle * (padded[first + half + 3 * factor] ?? 0);
    for (let j = 0; j < half; j++, first++, last--) {
      const tap = filter[j] ?? 0;
      one += tap * ((padded[first] ?? 0) + (padded[last] ?? 0));
      two += tap * ((padded[first + factor] ?? 0) + (padded[last + factor] ?? 0));
      three += tap * ((padded[first + 2 * factor] ?? 0) + (padded[last + 2 * factor] ?? 0));
      four += tap * ((padded[first + 3 * factor] ?? 0) + (padded[last + 3 * factor] ?? 0));
    }
    out[i] = one;
    out[i + 1] = two;
    out[i + 2] = three;
    out[i + 3] = four;
  }
  return out;
}

/** A sinc in a Kaiser window, of unit gain. `cutoff` in shares of half the sample rate. */
function lowPass(taps: number, cutoff: number, beta: number): Float64Array {
  const half = (taps - 1) / 2;
  const made = Float64Array.from({ length: taps }, (_, i) => {
    const x = Math.PI * cutoff * (i - half);
    return (x === 0 ? 1 : Math.sin(x) / x) * bessel(beta * Math.sqrt(Math.max(0, 1 - ((i - half) / half) ** 2)));
  });
  const gain = made.reduce((total, value) => total + value, 0);
  return made.map((value) => value / gain);
}

/** The modified Bessel function of the first kind and order 0. */
function bessel(x: number): number {
  let [total, term] = [1, 1];
  for (let k = 1; term > 1e-17 * total; k++) {
    term *= (x / (2 * k)) ** 2;
    total += term;
  }
  return total;
}

/** Edges of bands that are evenly spaced on the mel scale up to half the rate: that of band i lies between i and i + 2. */
function melEdges(bands: number, rate: number): number[] {
  const toMel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const [from, to] = [toMel(LOWEST), toMel(rate / 2)];
  return Array.from({ length: bands + 2 }, (_, i) => {
    return 700 * (10 ** ((from + ((to - from) * i) / (bands + 1)) / 2595) - 1);
  });
}

/** Triangles that add up to one. */
function melFilters(edges: readonly number[], transform: number, rate: number): Filter[] {
  return edges.slice(0, -2).map((from, band) => {
    const [middle, to] = [edges[band + 1] ?? 0, edges[band + 2] ?? 0];
    const first = Math.ceil((from * transform) / rate);
    const end = Math.min(transform / 2, Math.floor((to * transform) / rate));
    const weights = Float64Array.from({ length: Math.max(0, end - first + 1) }, (_, i) => {
      const hertz = ((first + i) * rate) / transform;
      return Math.max(0, Math.min((hertz - from) / (middle - from), (to - hertz) / (to - middle)));
    });
    const total = Math.max(
      1e-3,
      weights.reduce((all, value) => all + value, 0),
    );
    return { first, weights: weights.map((value) => value / total) };
  });
}
