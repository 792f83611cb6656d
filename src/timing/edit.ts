/**
 * Changes to the hits of a timing. Pure: each gives a new timing that keeps the promises of types.ts. Hits are named by
 * their times, of which no two are the same. `range` is what the file lasts, in seconds.
 */
import { AppError } from '../errors.ts';
import type { TimeSpan } from '../dsp/span.ts';
import { cutLevel, repeatLevel } from './level.ts';
import type { Hit, Timing } from './types.ts';

/** More than that is no timing but noise, and nothing draws or makes it in time. */
export const MAX_HITS = 10_000;
/** What is edited lies on whole tenths of a millisecond; two times with the same number of them are the same. */
export const TIME_STEP = 1e-4;
/** A hit that would land on another one lies this far beside it, in steps: a millisecond. */
const BESIDE = 10;
/** The weakest hit. */
export const MIN_STRENGTH = 0.05;
export const DEFAULT_STRENGTH = 0.8;

export const emptyTiming: Timing = { hits: [], level: [] };

/** What became of the hits that were worked on. */
export interface Edited {
  readonly timing: Timing;
  /** Where they are now, in the order in which they were named; hits that were added, where they are. */
  readonly times: readonly number[];
}

const ticksOf = (time: number) => Math.round(time / TIME_STEP);
const timeOf = (ticks: number) => ticks / Math.round(1 / TIME_STEP);

/** To a whole tenth of a millisecond. */
export function roundTime(time: number): number {
  return timeOf(ticksOf(time));
}

function clampStrength(strength: number): number {
  return Math.max(MIN_STRENGTH, Math.min(1, strength));
}

/** A hit as a person sets it: the sync encoder has no say in it any more. */
function setByHand({ time, strength }: Hit): Hit {
  return { time, strength };
}

/**
 * Hits in order, of those at one time the strongest.
 * @throws AppError too-many-hits
 */
export function inOrder(hits: readonly Hit[]): Hit[] {
  const sorted = [...hits].sort((a, b) => a.time - b.time || b.strength - a.strength);
  const kept: Hit[] = [];
  for (const hit of sorted) {
    const before = kept.at(-1);
    if (!before || ticksOf(before.time) !== ticksOf(hit.time)) kept.push(hit);
    else if (hit.strength > before.strength) kept[kept.length - 1] = { ...hit, time: before.time };
  }
  if (kept.length > MAX_HITS) throw tooManyHits(kept.length);
  return kept;
}

export function tooManyHits(count: number): AppError {
  return new AppError(
    'too-many-hits',
    `That would be ${count} hits; the timeline holds ${MAX_HITS}.`,
    'Use fewer hits, or a shorter part.',
    { values: { count, most: MAX_HITS } },
  );
}

/** Adds a hit; one that is already there takes its strength. @throws AppError too-many-hits */
export function addHit(timing: Timing, hit: Hit, range: TimeSpan): Edited {
  const time = roundTime(Math.max(range.start, Math.min(range.end, hit.time)));
  const others = timing.hits.filter((other) => ticksOf(other.time) !== ticksOf(time));
  const added = { time, strength: clampStrength(hit.strength) };
  return { timing: { ...timing, hits: inOrder([...others, added]) }, times: [time] };
}

export function removeHits(timing: Timing, times: readonly number[]): Timing {
  const gone = new Set(times.map(ticksOf));
  return { ...timing, hits: timing.hits.filter(({ time }) => !gone.has(ticksOf(time))) };
}

/**
 * Moves hits together by seconds, as far as the range lets them. None is lost: one that would land on a hit that stays lies a
 * millisecond beyond it.
 */
export function moveHits(timing: Timing, times: readonly number[], by: number, range: TimeSpan): Edited {
  if (times.length === 0) return { timing, times };
  const [first, last] = [Math.min(...sample(times)), Math.max(...sample(times))];
  const shift = Math.max(range.start - first, Math.min(range.end - last, by));
  return place(timing, times, (time) => time + shift, range, shift < 0 ? -1 : 1);
}

/** Maps hits linearly from one span onto another, which may be shorter or longer. */
export function stretchHits(
  timing: Timing,
  times: readonly number[],
  from: TimeSpan,
  to: TimeSpan,
  range: TimeSpan,
): Edited {
  const factor = (to.end - to.start) / Math.max(TIME_STEP, from.end - from.start);
  const moved = (time: number) => Math.max(range.start, Math.min(range.end, to.start + (time - from.start) * factor));
  return place(timing, times, moved, range, to.end < from.end ? -1 : 1);
}

/** Ends of a list that may be too long to be spread as arguments. */
function sample(times: readonly number[]): readonly number[] {
  const sorted = [...times].sort((a, b) => a - b);
  return [sorted[0] ?? 0, sorted.at(-1) ?? 0];
}

function place(
  timing: Timing,
  times: readonly number[],
  moved: (time: number) => number,
  range: TimeSpan,
  way: 1 | -1,
): Edited {
  const chosen = new Map(times.map((time) => [ticksOf(time), time]));
  const staying = timing.hits.filter(({ time }) => !chosen.has(ticksOf(time)));
  const taken = new Set(staying.map(({ time }) => ticksOf(time)));
  const limits = { low: Math.ceil(range.start / TIME_STEP - 1e-6), high: Math.floor(range.end / TIME_STEP + 1e-6) };
  const landed = new Map<number, number>();
  const hits = timing.hits
    .filter(({ time }) => chosen.has(ticksOf(time)))
    .map((hit) => {
      const at = freePlace(ticksOf(moved(hit.time)), taken, limits, way);
      taken.add(at);
      landed.set(ticksOf(hit.time), timeOf(at));
      return { ...setByHand(hit), time: timeOf(at) };
    });
  return {
    timing: { ...timing, hits: inOrder([...staying, ...hits]) },
    times: times.flatMap((time) => landed.get(ticksOf(time)) ?? []),
  };
}

/** The nearest free place, first on the way that is gone, then back. */
function freePlace(
  wanted: number,
  taken: ReadonlySet<number>,
  { low, high }: { low: number; high: number },
  way: 1 | -1,
): number {
  const start = Math.max(low, Math.min(high, wanted));
  for (const step of [way * BESIDE, -way * BESIDE, way, -way]) {
    for (let at = start; at >= low && at <= high; at += step) if (!taken.has(at)) return at;
  }
  return start;
}

export function setStrength(timing: Timing, times: readonly number[], strength: number): Timing {
  return withStrength(timing, times, () => strength);
}

/** All by the same amount, so that louder ones stay louder. */
export function changeStrength(timing: Timing, times: readonly number[], by: number): Timing {
  return withStrength(timing, times, (strength) => strength + by);
}

function withStrength(timing: Timing, times: readonly number[], change: (strength: number) => number): Timing {
  const chosen = new Set(times.map(ticksOf));
  const hits = timing.hits.map((hit) =>
    chosen.has(ticksOf(hit.time)) ? { ...setByHand(hit), strength: clampStrength(change(hit.strength)) } : hit,
  );
  return { ...timing, hits };
}

export function hitsIn(timing: Timing, span: TimeSpan): number[] {
  return timing.hits.filter(({ time }) => time >= span.start && time <= span.end).map(({ time }) => time);
}

/**
 * Repeats what lies in a span, hits and level, every `period` seconds: `count` more times, or as often as fits before `end`.
 * Copies take the place of what was there.
 * @param times the hits that are repeated, all in the span
 * @throws AppError too-many-hits
 */
export function repeatHits(
  timing: Timing,
  times: readonly number[],
  { span, period, count, end }: { span: TimeSpan; period: number; count?: number; end: number },
): Edited {
  const every = Math.max(0.01, roundTime(period));
  const fitting = Math.max(0, Math.floor((end - span.start) / every - 1e-6));
  const rounds = Math.min(count ?? fitting, fitting);
  if (rounds === 0) return { timing, times: [] };
  const chosen = new Set(times.map(ticksOf));
  const pattern = timing.hits.filter(({ time }) => chosen.has(ticksOf(time)));
  if (pattern.length * rounds > MAX_HITS) throw tooManyHits(pattern.length * rounds);
  const copies: Hit[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const hit of pattern) {
      const time = roundTime(hit.time + round * every);
      if (time <= end) copies.push({ ...setByHand(hit), time });
    }
  }
  const target = { start: span.start + every, end: Math.min(end, span.start + (rounds + 1) * every) };
  const kept = timing.hits.filter(
    ({ time }) =>
      chosen.has(ticksOf(time)) || time < target.start - TIME_STEP / 2 || time >= target.end - TIME_STEP / 2,
  );
  const hits = inOrder([...kept, ...copies]);
  const level = repeatLevel(timing.level, span, every, rounds, end);
  return { timing: { hits, level }, times: copies.map(({ time }) => time) };
}

/** What lies within the range; the level is cut at its ends. @throws AppError too-many-hits */
export function clipTiming({ hits, level }: Timing, range: TimeSpan): Timing {
  const within = hits.filter(({ time }) => time >= range.start && time <= range.end);
  return { hits: inOrder(within), level: cutLevel(level, range) };
}
