/**
 * What a person taps along with a picture, in hits. A person is late, and so is the device: the delay is measured, or
 * found by comparing the taps with what is known to happen, or taken to be the usual one. Pure; times in seconds.
 */
import { addHit, DEFAULT_STRENGTH, MIN_STRENGTH } from './edit.ts';
import type { TimeSpan } from '../dsp/span.ts';
import type { Hit } from './types.ts';

export interface Tap {
  /** On the clock of the picture, as it was seen when the finger came down. */
  readonly time: number;
  /** 0..1 where the device measures it, how hard. */
  readonly pressure?: number | undefined;
}

export interface Delay {
  /** Seconds by which taps come late, in real time. */
  readonly mean: number;
  /** Their standard deviation. */
  readonly spread: number;
  readonly from: 'usual' | 'measured' | 'fitted';
}

/** Of most people who follow a picture on a common device; what they can foresee they tap almost in time. */
export const USUAL_DELAY: Delay = { mean: 0.04, spread: 0.035, from: 'usual' };

/** Delays that are believed, in seconds. */
const EARLIEST = -0.08;
const LATEST = 0.25;
/** Taps closer than this are one that bounced, in seconds of real time. */
const BOUNCE = 0.06;
/** Cues of a measurement that have to be answered. */
const LEAST_ANSWERS = 5;
/** Width of a match when a shift is looked for, and its step. */
const WIDTH = 0.03;
const STEP = 0.002;
/** How far a fitted delay is likely to lie from the usual one. */
const LIKELY = 0.06;
/** Taps that must meet an event after the shift, and their least number. */
const MET = 0.6;
const LEAST_TAPS = 3;

/**
 * The delay of a person who tapped along with cues.
 * @param taps page seconds at which the finger came down
 * @param cues page seconds at which each cue was seen, rising
 * @returns undefined when too few cues were answered, or too unevenly
 */
export function measureDelay(taps: readonly number[], cues: readonly number[]): Delay | undefined {
  const lates = cues.flatMap((cue) => {
    const nearest = taps.reduce((best, tap) => (Math.abs(tap - cue) < Math.abs(best - cue) ? tap : best), Infinity);
    const late = nearest - cue;
    return late > EARLIEST && late < LATEST ? [late] : [];
  });
  if (lates.length < Math.min(LEAST_ANSWERS, cues.length)) return undefined;
  return { mean: median(lates), spread: spreadOf(lates), from: 'measured' };
}

/**
 * The shift that brings most taps onto something that happens: each tap counts by how near it comes, so that taps and
 * events without a partner hardly matter.
 * @param events when something is seen to happen, on the clock of the picture
 * @param rate speed of the picture while it was tapped
 * @returns undefined where taps and events do not fit
 */
export function fitDelay(taps: readonly Tap[], events: readonly number[], rate = 1): Delay | undefined {
  if (taps.length < LEAST_TAPS || events.length === 0) return undefined;
  const sorted = [...events].sort((a, b) => a - b);
  const offBy = (time: number) => time - nearestOf(sorted, time);
  const fits = (shift: number) => {
    const near = taps.reduce((sum, { time }) => sum + bell(offBy(time - shift * rate) / rate / WIDTH), 0);
    return near + bell((shift - USUAL_DELAY.mean) / LIKELY);
  };
  let best = USUAL_DELAY.mean;
  for (let shift = EARLIEST; shift <= LATEST; shift += STEP) if (fits(shift) > fits(best)) best = shift;

  const rest = taps.map(({ time }) => offBy(time - best * rate) / rate).filter((off) => Math.abs(off) < 3 * WIDTH);
  if (rest.length < Math.max(LEAST_TAPS, MET * taps.length)) return undefined;
  return { mean: best + median(rest), spread: spreadOf(rest), from: 'fitted' };
}

/** Taps as hits: earlier by the delay, those that bounced as one, as strong as they were pressed. */
export function hitsOfTaps(taps: readonly Tap[], delay: Delay, range: TimeSpan, rate = 1): Hit[] {
  const strengths = strengthsOf(taps);
  const order = taps.map(({ time }, index) => ({ time, strength: strengths[index] ?? DEFAULT_STRENGTH }));
  order.sort((a, b) => a.time - b.time);
  const kept: Hit[] = [];
  let before = -Infinity;
  for (const { time, strength } of order) {
    const last = kept.at(-1);
    if (last && time - before < BOUNCE * rate) {
      kept[kept.length - 1] = { ...last, strength: Math.max(last.strength, strength) };
    } else {
      kept.push({ time, strength });
    }
    before = time;
  }
  let timing: { readonly hits: readonly Hit[] } = { hits: [] };
  for (const { time, strength } of kept) {
    timing = addHit({ hits: timing.hits, level: [] }, { time: time - delay.mean * rate, strength }, range).timing;
  }
  return [...timing.hits];
}

/** Devices that do not measure say 0, .5 or 1 for all. */
function strengthsOf(taps: readonly Tap[]): number[] {
  const pressures = taps.flatMap(({ pressure }) => (pressure === undefined ? [] : [pressure]));
  const measured = pressures.length === taps.length && new Set(pressures).size > Math.min(2, taps.length - 1);
  if (!measured) return taps.map(() => DEFAULT_STRENGTH);
  const most = Math.max(...pressures);
  // As a person feels it: half the force sounds a little softer.
  return pressures.map((pressure) => Math.max(MIN_STRENGTH, Math.sqrt(Math.max(0, pressure) / most)));
}

function nearestOf(sorted: readonly number[], time: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [sorted[low - 1] ?? -Infinity, sorted[low] ?? Infinity];
  return time - before < Math.abs(after - time) ? before : after;
}

const bell = (distance: number) => Math.exp(-0.5 * distance ** 2);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** Standard deviation by the median of the distances from the median (Hampel, 1974). */
function spreadOf(values: readonly number[]): number {
  const middle = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)));
}
