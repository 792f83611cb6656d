/**
 * Where the events of a recording begin, by the usual definition: mel spectral flux, normalized to its largest rise, and its
 * peaks (what `librosa.onset.onset_detect` does by default). So what stands out counts, whatever the recording's level,
 * and the noise of a microphone does not. `onsets.ts` finds faint ones, too, in sounds without noise.
 */
import { createPowerSpectrum } from './fft.ts';
import { peak, rms } from './levels.ts';
import { steepestRise } from './onsets.ts';
import { resample } from './resample.ts';

/** Of the analysis, in Hz; samples between frames, and in a frame. */
const RATE = 22_050;
const HOP = 512;
const WINDOW = 2048;
const BANDS = 128;
/** How long a hit at the start is loud, in seconds, by what factor it fades, and what share of the peak its RMS has. */
const START = 0.03;
const FADED = 4;
const AUDIBLE = 0.2;
/** What lies so far below the loudest band counts as silence. */
const RANGE_DB = 80;
/** Frames on either side whose mean a peak must exceed, by this share of the largest rise. */
const AROUND = 4;
const ABOVE = 0.3;
/**
 * And by so many decibels at least: rain rises and falls by less from frame to frame. What rises by more than the most is
 * heard, however far the largest rise out of digital silence was.
 */
const LEAST_DB = 1.5;
const MOST_DB = 5;

/**
 * Times in seconds, rising, of mono `samples`; none in silence. A sound whose every moment is alike has its start alone.
 * @param above how far a peak stands out, as a share of the largest rise; lower finds softer events
 */
export function detectSoundOnsets(samples: Float32Array, sampleRate: number, above = ABOVE): number[] {
  const flux = melFlux(resample(samples, sampleRate, RATE));
  const range = flux.reduce((a, b) => Math.max(a, b), 0) - flux.reduce((a, b) => Math.min(a, b), Infinity);
  if (!(range > 0)) return [];
  const least = Math.min(MOST_DB, Math.max(LEAST_DB, above * range));
  const times = beginsAtOnce(samples, sampleRate) ? [0] : [];
  let last = -Infinity;
  flux.forEach((value, frame) => {
    if (frame - last <= 1 || value < (flux[frame - 1] ?? 0)) return;
    const near = flux.subarray(Math.max(0, frame - AROUND), frame + AROUND + 1);
    const mean = near.reduce((sum, other) => sum + other, 0) / near.length;
    if (value - mean < least) return;
    last = frame;
    // What rises lies in what the frame before did not have.
    const end = frame * HOP + WINDOW / 2;
    const [from, to] = [end - 1.5 * HOP, end + 0.5 * HOP].map((at) => Math.round((at * sampleRate) / RATE));
    times.push(steepestRise(samples, from ?? 0, to ?? 0, sampleRate));
  });
  return times;
}

/**
 * Whether the first thing in a recording is a hit: it was cut so closely that nothing rises, but something fades. Not part
 * of the usual definition, which never finds a hit at 0.
 */
function beginsAtOnce(samples: Float32Array, sampleRate: number): boolean {
  const at = (seconds: number) => Math.round(seconds * sampleRate);
  const start = rms(samples, 0, at(START));
  return start > FADED * rms(samples, at(0.1), at(0.25)) && start > AUDIBLE * peak(samples);
}

/** Mean rise of the mel bands at each frame, in decibels; the middle of frame k is sample k * HOP, and frame 0 rises by 0. */
function melFlux(samples: Float32Array): Float32Array {
  const spectrum = createPowerSpectrum(WINDOW);
  const filters = melFilters(spectrum.bins);
  const frames = Math.ceil(samples.length / HOP) + 1;
  const levels = new Float32Array(frames * BANDS);
  let loudest = 0;
  for (let frame = 0; frame < frames; frame++) {
    const power = spectrum.at(samples, frame * HOP - WINDOW / 2);
    filters.forEach(({ first, weights }, band) => {
      const sum = weights.reduce((total, weight, i) => total + weight * (power[first + i] ?? 0), 0);
      levels[frame * BANDS + band] = sum;
      loudest = Math.max(loudest, sum);
    });
  }
  if (loudest === 0) return new Float32Array(0);
  const floor = loudest * 10 ** (-RANGE_DB / 10);
  const decibels = levels.map((power) => 10 * Math.log10(Math.max(floor, power)));
  return Float32Array.from({ length: frames }, (_, frame) => {
    let rise = 0;
    for (let i = frame * BANDS; i < (frame + 1) * BANDS; i++)
      rise += Math.max(0, (decibels[i] ?? 0) - (decibels[i - BANDS] ?? Infinity));
    return rise / BANDS;
  });
}

interface Filter {
  readonly first: number;
  readonly weights: Float32Array;
}

/** Triangles of equal area, evenly spaced on Slaney's mel scale: linear to 1 kHz, logarithmic above. */
function melFilters(bins: number): Filter[] {
  const top = melOf(RATE / 2);
  const edges = Array.from({ length: BANDS + 2 }, (_, i) => hertzOf((top * i) / (BANDS + 1)));
  return Array.from({ length: BANDS }, (_, band) => {
    const [low = 0, middle = 0, high = 0] = edges.slice(band, band + 3);
    const first = Math.min(bins - 1, Math.ceil((low * WINDOW) / RATE));
    const end = Math.min(bins, Math.floor((high * WINDOW) / RATE) + 1);
    const weights = Float32Array.from({ length: Math.max(0, end - first) }, (_, i) => {
      const hertz = ((first + i) * RATE) / WINDOW;
      const rising = (hertz - low) / (middle - low);
      const falling = (high - hertz) / (high - middle);
      return (Math.max(0, Math.min(rising, falling)) * 2) / (high - low);
    });
    return { first, weights };
  });
}

const LINEAR_HZ = 200 / 3;
const BREAK_HZ = 1000;
const BREAK_MEL = BREAK_HZ / LINEAR_HZ;
const LOG_STEP = Math.log(6.4) / 27;

function melOf(hertz: number): number {
  return hertz < BREAK_HZ ? hertz / LINEAR_HZ : BREAK_MEL + Math.log(hertz / BREAK_HZ) / LOG_STEP;
}

function hertzOf(mel: number): number {
  return mel < BREAK_MEL ? mel * LINEAR_HZ : BREAK_HZ * Math.exp(LOG_STEP * (mel - BREAK_MEL));
}
