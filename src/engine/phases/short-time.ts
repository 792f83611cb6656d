/** Between sound and its short-time spectrum, with frames that overlap by three quarters. */
import { complexZeros, createFourier, separate } from '../../dsp/fourier.ts';

export interface ShortTime {
  readonly bins: number;
  /** Spectra [frames, bins] -> samples [frames * hop], by overlap-add. */
  synthesise(re: Float32Array, im: Float32Array): Float32Array;
  /**
   * Samples [frames * hop] -> spectra, frame by frame: `each` gets one of [bins], which lies in the arrays until the next
   * call. Frame t has its middle at the middle of hop t. `synthesise` undoes it.
   */
  analyse(samples: Float32Array, each: (frame: number, re: Float64Array, im: Float64Array) => void): void;
}

/** Squared Hann windows a quarter apart add up to this. */
const OVERLAPPED = 1.5;

/** @param frame samples of a frame, four times `hop` */
export function createShortTime(frame: number, hop: number): ShortTime {
  const fourier = createFourier(frame);
  const bins = frame / 2 + 1;
  const before = (frame - hop) / 2;
  const window = hann(frame);
  const scaled = window.map((value) => value / (OVERLAPPED * frame));
  const [a, b] = [new Float64Array(frame), new Float64Array(frame)];
  const [one, other] = [complexZeros(bins), complexZeros(bins)];

  function add(out: Float32Array, start: number, values: Float64Array): void {
    const [from, to] = [Math.max(0, -start), Math.min(frame, out.length - start)];
    for (let i = from; i < to; i++) {
      out[start + i] = (out[start + i] ?? 0) + (values[i] ?? 0) * (scaled[i] ?? 0);
    }
  }

  function cut(samples: Float32Array, start: number, into: Float64Array): void {
    for (let i = 0; i < frame; i++) into[i] = (samples[start + i] ?? 0) * (window[i] ?? 0);
  }

  return {
    bins,
    synthesise(re, im) {
      const frames = re.length / bins;
      const out = new Float32Array(frames * hop);
      // Two real frames are one complex one.
      for (let t = 0; t < frames; t += 2) {
        const first = t * bins;
        const second = t + 1 < frames ? first + bins : re.length;
        a[0] = re[first] ?? 0;
        b[0] = re[second] ?? 0;
        a[frame / 2] = re[first + bins - 1] ?? 0;
        b[frame / 2] = re[second + bins - 1] ?? 0;
        for (let k = 1; k < bins - 1; k++) {
          const ar = re[first + k] ?? 0;
          const ai = im[first + k] ?? 0;
          const br = re[second + k] ?? 0;
          const bi = im[second + k] ?? 0;
          a[k] = ar - bi;
          b[k] = ai + br;
          a[frame - k] = ar + bi;
          b[frame - k] = br - ai;
        }
        fourier.transform(b, a);
        add(out, t * hop - before, a);
        add(out, (t + 1) * hop - before, b);
      }
      return out;
    },
    analyse(samples, each) {
      const frames = samples.length / hop;
      const padded = between(samples, before, before + hop);
      for (let t = 0; t < frames; t += 2) {
        cut(padded, t * hop, a);
        cut(padded, (t + 1) * hop, b);
        fourier.transform(a, b);
        separate(a, b, one, other);
        each(t, one.re, one.im);
        if (t + 1 < frames) each(t + 1, other.re, other.im);
      }
    },
  };
}

/** The samples with silence on either side: reading beyond the ends of an array is slow, before its beginning very. */
export function between(samples: Float32Array, before: number, after: number): Float32Array {
  const padded = new Float32Array(before + samples.length + after);
  padded.set(samples, before);
  return padded;
}

/** As it repeats: the first value is 0, the last is not. */
export function hann(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
}
