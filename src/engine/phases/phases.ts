/**
 * From magnitudes of a short-time spectrum to a wave that has them: the fast Griffin-Lim algorithm (Perraudin, Balazs and
 * Sondergaard 2013) from fixed phases. Latents also tell the level of every band at every moment, so some of the steps
 * compare the bands of their own wave with them and correct the magnitudes. What training/avlink/wideband/phases.py does;
 * a test compares the two. It runs here and not in the graph because no provider of ONNX Runtime transforms fast: its DFT
 * takes 0.35 s for 4 s of sound, and this makes 34 of them.
 */
import type { Phases } from '../../model/phases.ts';
import { gaussianNoise } from '../../sampler/noise.ts';
import { createBands } from './bands.ts';
import { createShortTime } from './short-time.ts';

export interface Spectrum {
  /** Log magnitudes [frames, bins]. */
  readonly magnitudes: Float32Array;
  /** Log power of the bands that the wave is to have [rows, bands]. */
  readonly bands: Float32Array;
}

export interface PhaseFinder {
  /**
   * Samples [frames * hop]. `pause` is awaited between steps; what it throws ends the work.
   *
   * @param steps as many as the pack says when left out; with none, levels are right and phases are random
   */
  find(spectrum: Spectrum, pause: () => Promise<void>, steps?: number): Promise<Float32Array>;
}

/** Below this, a direction has no meaning. */
const NO_POWER = 1e-9;

/** @param rate of the samples, in Hz */
export function createPhaseFinder(spec: Phases, rate: number): PhaseFinder {
  const { frame, hop, floor, faintest } = spec;
  const shortTime = createShortTime(frame, hop);
  const { bins } = shortTime;
  const bands = createBands(spec, rate);
  const stretches = stretchesBetween(bands.centres, rate / frame, bins);
  const start = startingDirections(spec.startFrames, bins);
  const audible = (power: number) => Math.log(Math.max(0, power) + faintest * floor);

  /** Calls `apply` with what each frame's magnitudes are to be multiplied by [bins] for the bands to have the wanted power. */
  function correct(wanted: Float32Array, samples: Float32Array, apply: (frame: number, gain: Float64Array) => void) {
    const { count } = bands;
    const power = bands.measure(samples);
    const rows = power.length / count;
    const lack = new Float64Array(power.length);
    for (let i = 0; i < lack.length; i++) {
      const off = (wanted[i] ?? 0) - audible(power[i] ?? 0);
      lack[i] = 0.5 * Math.max(-spec.mostCorrected, Math.min(spec.mostCorrected, off));
    }
    const perRow = bands.hop / hop;
    const here = new Float64Array(count);
    const gain = new Float64Array(bins);
    for (let t = 0; t < rows * perRow; t++) {
      const place = Math.max(0, (t + 0.5) / perRow - 0.5);
      const row = Math.floor(place);
      const next = Math.min(rows - 1, row + 1);
      const share = place - row;
      for (let band = 0; band < count; band++) {
        here[band] = (1 - share) * (lack[row * count + band] ?? 0) + share * (lack[next * count + band] ?? 0);
      }
      for (const { band, first, end, share: begin, step } of stretches) {
        const low = here[band] ?? 0;
        const rise = (here[band + 1] ?? 0) - low;
        let value = Math.exp(low + begin * rise);
        const factor = Math.exp(step * rise);
        for (let k = first; k < end; k++, value *= factor) gain[k] = value;
      }
      apply(t, gain);
    }
  }

  return {
    async find({ magnitudes, bands: levels }, pause, steps = spec.iterations) {
      const wanted = levels.map((level) => audible(Math.exp(level) - floor));
      const size = magnitudes.length;
      const [re, im] = [new Float32Array(size), new Float32Array(size)];
      const [pastRe, pastIm] = [new Float32Array(size), new Float32Array(size)];
      const scale = magnitudes.map((value) => Math.sqrt(Math.max(NO_POWER, Math.exp(2 * value) - spec.under)));
      for (let i = 0; i < size; i++) {
        re[i] = (scale[i] ?? 0) * (start.re[i % start.re.length] ?? 0);
        im[i] = (scale[i] ?? 0) * (start.im[i % start.im.length] ?? 0);
      }
      for (let step = 0; step < steps; step++) {
        await pause();
        const samples = shortTime.synthesise(re, im);
        const corrects = step % spec.correctEvery === 0;
        if (corrects)
          correct(wanted, samples, (t, gain) => {
            for (let k = 0; k < bins; k++) scale[t * bins + k] = (scale[t * bins + k] ?? 0) * (gain[k] ?? 1);
          });
        const momentum = step === 0 ? 0 : spec.momentum;
        shortTime.analyse(samples, (t, nowRe, nowIm) => {
          for (let k = 0; k < bins; k++) {
            const i = t * bins + k;
            const nr = nowRe[k] ?? 0;
            const ni = nowIm[k] ?? 0;
            const x = nr + momentum * (nr - (pastRe[i] ?? 0));
            const y = ni + momentum * (ni - (pastIm[i] ?? 0));
            pastRe[i] = nr;
            pastIm[i] = ni;
            const factor = (scale[i] ?? 0) / Math.sqrt(x * x + y * y + NO_POWER);
            re[i] = x * factor;
            im[i] = y * factor;
          }
        });
      }
      let samples = shortTime.synthesise(re, im);
      for (let step = 0; step < spec.finishing; step++) {
        await pause();
        correct(wanted, samples, (t, gain) => {
          for (let k = 0; k < bins; k++) {
            const i = t * bins + k;
            re[i] = (re[i] ?? 0) * (gain[k] ?? 1);
            im[i] = (im[i] ?? 0) * (gain[k] ?? 1);
          }
        });
        samples = shortTime.synthesise(re, im);
      }
      return samples;
    },
  };
}

/** Fixed random directions [frames, bins], for frames whose angles count from their first sample. */
function startingDirections(frames: number, bins: number): { re: Float32Array; im: Float32Array } {
  const noise = gaussianNoise(0, 'audio', 2 * frames * bins);
  const made = { re: new Float32Array(frames * bins), im: new Float32Array(frames * bins) };
  for (let i = 0; i < made.re.length; i++) {
    const [x, y] = [noise[2 * i] ?? 0, noise[2 * i + 1] ?? 0];
    // PyTorch counts angles from the middle of a frame: half a frame turns every second bin round.
    const turn = (i % bins) % 2 === 0 ? 1 : -1;
    const length = turn * Math.hypot(x, y);
    made.re[i] = x / length;
    made.im[i] = y / length;
  }
  return made;
}

/** Bins `first` to `end`, not included, whose value lies between two bands': `share` of the way, and `step` more for each. */
interface Stretch {
  /** The lower of the two. */
  readonly band: number;
  readonly first: number;
  readonly end: number;
  readonly share: number;
  readonly step: number;
}

/** Linear interpolation over bins `spacing` Hz apart, constant below the first centre and above the last. */
function stretchesBetween(centres: readonly number[], spacing: number, bins: number): Stretch[] {
  const ends = centres.map((centre) => Math.min(bins, Math.floor(centre / spacing) + 1));
  const within = centres.slice(0, -1).map((centre, band) => {
    const wide = (centres[band + 1] ?? 0) - centre;
    const [first, end] = [ends[band] ?? 0, ends[band + 1] ?? 0];
    return { band, first, end, share: (first * spacing - centre) / wide, step: spacing / wide };
  });
  const last = centres.length - 1;
  return [
    { band: 0, first: 0, end: ends[0] ?? 0, share: 0, step: 0 },
    ...within,
    { band: last - 1, first: ends[last] ?? 0, end: bins, share: 1, step: 0 },
  ];
}
