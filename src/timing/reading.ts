/** What the sync encoder reads, in hits and a level that a person can see and change. */
import { timingToTrack, TRACK_VALUES, type Telling } from './track.ts';
import type { Hit, LevelPoint, Timing, TimingTrack } from './types.ts';

/** The clip that was read. */
export interface ReadClip {
  /** Audio latents a second. */
  readonly rate: number;
  /** Seconds on the source's clock at which the clip begins. */
  readonly start: number;
  /** Seconds of the clip without its padding. */
  readonly duration: number;
}

/** The sensitivity at which a reading is shown unless somebody asks for another. */
export const OWN_SENSITIVITY = 0.5;
/** Probability of an onset, as the generator is told it, from which on a peak is a hit at that sensitivity. */
const THRESHOLD = 0.3;
/** By how much the threshold's logit moves between the least and the greatest sensitivity. */
const RANGE = 6;
/** Of two peaks within so many latents of each other only the higher is a hit. */
const APART = 2;
/** Latents before and after a peak in which its level is looked for: sound is loudest a moment after it began. */
const LEVEL_BEFORE = 1;
const LEVEL_AFTER = 3;
const SOFTEST = 0.05;

/** Seconds for which a level must hold without a break to count as what goes on beneath the hits. */
const LASTING = 0.6;
/** Level, as read, from which on something goes on. */
const GOING_ON = -0.3;
/** A level that lies no more than this above what the hits lift it to is theirs. */
const THEIRS = 0.25;
/** Float32 rounds a track. */
const SAME = 1e-3;
/** How far the drawn level may lie from the one read, 0..1. */
const SIMPLER_BY = 0.04;

/**
 * Hits and level of a reading.
 *
 * @param track [latents, 2] over the padded clip
 * @param sensitivity 0 (only what is sure) to 1 (whatever may be a hit); `OWN_SENSITIVITY` is the pack's own
 */
export function readingToTiming(track: TimingTrack, clip: ReadClip, telling: Telling, sensitivity: number): Timing {
  const { rate, start, duration } = clip;
  const latents = Math.min(track.length / TRACK_VALUES, Math.ceil(duration * rate));
  const logits = Float64Array.from({ length: latents }, (_, i) => (track[i * TRACK_VALUES] ?? 0) + telling.onsetBias);
  const levels = Float64Array.from({ length: latents }, (_, i) => track[i * TRACK_VALUES + 1] ?? telling.quiet);
  const isIn = ({ time }: Hit) => time >= start && time < start + duration;
  const found = peaksOf(logits, logit(THRESHOLD) + (OWN_SENSITIVITY - sensitivity) * RANGE).map((peak) => ({
    time: start + (peak + 0.5 + summit(logits, peak)) / rate,
    strength: strengthAt(levels, peak, telling),
    certainty: 1 / (1 + Math.exp(-(logits[peak] ?? 0))),
  }));
  const timeOf = (latent: number) => start + Math.min(duration, (latent + 0.5) / rate);
  const hits = found.filter(isIn);
  const lifted = timingToTrack({ hits, level: [] }, { rate, latents, start }, telling);
  return { hits, level: drawLevel(beneath(levels, lifted, telling), rate, telling, timeOf) };
}

function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/** Places that are the highest around, from `threshold` on; of equal neighbours the first. */
function peaksOf(values: Float64Array, threshold: number): number[] {
  const peaks: number[] = [];
  values.forEach((value, i) => {
    if (value < threshold) return;
    for (let near = Math.max(0, i - APART); near <= Math.min(values.length - 1, i + APART); near++) {
      const other = values[near] ?? -Infinity;
      if (near !== i && (other > value || (near < i && other === value))) return;
    }
    peaks.push(i);
  });
  return peaks;
}

/** How far from place `i` the top of the parabola through it and its neighbours lies, -0.5..0.5. */
function summit(values: Float64Array, i: number): number {
  const [before, here, after] = [values[i - 1], values[i] ?? 0, values[i + 1]];
  if (before === undefined || after === undefined) return 0;
  const bend = before - 2 * here + after;
  return bend < 0 ? Math.min(0.5, Math.max(-0.5, (before - after) / (2 * bend))) : 0;
}

/** The strength of a hit that would be told with the level read there. */
function strengthAt(levels: Float64Array, peak: number, { quiet, loud, floor }: Telling): number {
  const near = levels.subarray(Math.max(0, peak - LEVEL_BEFORE), peak + LEVEL_AFTER + 1);
  const lifted = (near.reduce((most, level) => Math.max(most, level), -Infinity) - quiet) / (loud - quiet);
  return Math.min(1, Math.max(SOFTEST, (lifted - floor) / (1 - floor)));
}

/** The level without the hits: where it is theirs, straight from what is known before it to what is known after. */
function beneath(levels: Float64Array, lifted: TimingTrack, { quiet }: Telling): Float64Array {
  const isKnown = (i: number) => {
    const byHits = lifted[i * TRACK_VALUES + 1] ?? quiet;
    return byHits <= quiet + SAME || (levels[i] ?? quiet) > byHits + THEIRS;
  };
  const out = new Float64Array(levels.length).fill(quiet);
  let before: number | undefined;
  for (let i = 0; i < levels.length; i++) {
    if (!isKnown(i)) continue;
    const [from, to] = [levels[before ?? i] ?? quiet, levels[i] ?? quiet];
    for (let j = before ?? 0; j <= i; j++) {
      const share = before === undefined ? 1 : (j - before) / (i - before);
      out[j] = Math.min(levels[j] ?? quiet, from + share * (to - from));
    }
    before = i;
  }
  // Behind the last one that is known it stays as it was, or falls.
  if (before !== undefined) {
    for (let j = before; j < out.length; j++) out[j] = Math.min(levels[j] ?? quiet, levels[before] ?? quiet);
  }
  return out;
}

/** What goes on, in as few points as show it; it starts from nothing and ends in nothing. */
function drawLevel(
  levels: Float64Array,
  rate: number,
  { quiet, loud }: Telling,
  timeOf: (latent: number) => number,
): LevelPoint[] {
  const shortest = Math.min(levels.length, Math.round(LASTING * rate));
  const points: LevelPoint[] = [];
  const goesOn = (i: number) => (levels[i] ?? -Infinity) > GOING_ON;
  for (let from = 0; from < levels.length; from++) {
    if (!goesOn(from)) continue;
    let to = from;
    while (goesOn(to + 1)) to++;
    if (to + 1 - from >= shortest && to > from) {
      const shares = Float64Array.from(levels.subarray(from, to + 1), (level) =>
        Math.min(1, Math.max(0, (level - quiet) / (loud - quiet))),
      );
      // The stretch before may have ended there.
      if (from > 0 && points.at(-1)?.time !== timeOf(from - 1)) points.push({ time: timeOf(from - 1), level: 0 });
      points.push(...corners(shares).map((at) => ({ time: timeOf(from + at), level: shares[at] ?? 0 })));
      if (to + 1 < levels.length) points.push({ time: timeOf(to + 1), level: 0 });
    }
    from = to;
  }
  return points;
}

/** Places between which straight lines stay near enough to all values (Douglas and Peucker), the first and the last among them. */
function corners(values: Float64Array): number[] {
  const found = new Set([0, values.length - 1]);
  const open: [number, number][] = [[0, values.length - 1]];
  for (let part = open.pop(); part; part = open.pop()) {
    const [from, to] = part;
    const [low, high] = [values[from] ?? 0, values[to] ?? 0];
    let [worst, most] = [-1, SIMPLER_BY];
    for (let i = from + 1; i < to; i++) {
      const off = Math.abs((values[i] ?? 0) - low - ((high - low) * (i - from)) / (to - from));
      if (off > most) [worst, most] = [i, off];
    }
    if (worst < 0) continue;
    found.add(worst);
    open.push([from, worst], [worst, to]);
  }
  return [...found].sort((a, b) => a - b);
}
