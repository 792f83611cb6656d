/** Changes to the level of a timing: points with straight lines between, silence before the first and after the last. Pure. */
import type { TimeSpan } from '../dsp/span.ts';
import type { LevelPoint } from './types.ts';

/** Two points are at least this far apart, in seconds. */
const APART = 1e-3;
/** A drawn line may be straightened by so much: less than anyone hears. */
const STRAIGHTEN = 0.015;
/** Most points of a level. */
export const MAX_LEVEL_POINTS = 20_000;

type Level = readonly LevelPoint[];

/** 0 before the first point and after the last. */
export function levelAt(level: Level, time: number): number {
  const after = firstAfter(level, time);
  const [before, next] = [level[after - 1], level[after]];
  if (!before) return 0;
  if (!next) return before.time === time ? before.level : 0;
  return before.level + ((next.level - before.level) * (time - before.time)) / (next.time - before.time);
}

/** Index of the first point later than the time. */
function firstAfter(level: Level, time: number): number {
  let [low, high] = [0, level.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((level[middle]?.time ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sets a point, in place of those that are too near. */
export function setLevelPoint(level: Level, point: LevelPoint, range: TimeSpan): Level {
  const time = Math.max(range.start, Math.min(range.end, point.time));
  const others = level.filter((other) => Math.abs(other.time - time) >= APART);
  return trimmed(sorted([...others, { time, level: clampLevel(point.level) }]));
}

/** Moves a point; it stays between its neighbours. */
export function moveLevelPoint(level: Level, from: number, to: LevelPoint, range: TimeSpan): Level {
  const index = level.findIndex(({ time }) => time === from);
  if (index < 0) return level;
  const low = Math.max(range.start, (level[index - 1]?.time ?? -Infinity) + APART);
  const high = Math.min(range.end, (level[index + 1]?.time ?? Infinity) - APART);
  const time = Math.max(low, Math.min(Math.max(low, high), to.time));
  return level.map((point, n) => (n === index ? { time, level: clampLevel(to.level) } : point));
}

export function removeLevelPoint(level: Level, time: number): Level {
  const left = level.filter((point) => point.time !== time);
  return left.length < 2 ? [] : trimmed(left);
}

/**
 * Puts a line drawn by hand in the place of what was there between its ends. What lies beside it stays as it was.
 * @param stroke in the order in which it was drawn; where it goes back over itself, the last counts
 */
export function drawLevel(level: Level, stroke: Level, range: TimeSpan): Level {
  const drawn = straightened(forward(stroke, range));
  const [first, last] = [drawn[0], drawn.at(-1)];
  if (!first || !last) return level;
  return spliced(level, { start: first.time, end: last.time + APART }, drawn, range);
}

/** The level with `points` in place of what lies in the span; what lies beside it stays. */
function spliced(level: Level, span: TimeSpan, points: Level, range: TimeSpan): Level {
  const [first, last] = [level[0], level.at(-1)];
  const before = first && first.time < span.start ? section(level, { start: first.time, end: span.start }) : [];
  const after = last && last.time > span.end ? section(level, { start: span.end, end: last.time + APART }) : [];
  const joined = [...before, ...points, ...after].filter(({ time }) => time >= range.start && time <= range.end);
  return trimmed(straightened(joined, 1e-6));
}

/** What goes on in a span, with a point at both ends and silence wherever there is no line. Its end is APART early. */
function section(level: Level, { start, end: after }: TimeSpan): LevelPoint[] {
  const end = after - APART;
  if (end - start < APART / 2) return [];
  const [first, last] = [level[0], level.at(-1)];
  const silences = [
    ...(first && first.level > 0 ? [{ time: first.time - APART, level: 0 }] : []),
    ...(last && last.level > 0 ? [{ time: last.time + APART, level: 0 }] : []),
  ];
  const within = sorted([...silences, ...level]).filter(
    ({ time }) => time >= start + APART / 2 && time <= end - APART / 2,
  );
  return [{ time: start, level: levelAt(level, start) }, ...within, { time: end, level: levelAt(level, end) }];
}

/** Rising in time: a stroke that turns back overwrites what it had drawn there. */
function forward(stroke: Level, range: TimeSpan): LevelPoint[] {
  let drawn: LevelPoint[] = [];
  let before: LevelPoint | undefined;
  for (const raw of stroke) {
    const time = Math.max(range.start, Math.min(range.end, raw.time));
    const point = { time, level: clampLevel(raw.level) };
    const [low, high] = [Math.min(before?.time ?? time, time), Math.max(before?.time ?? time, time)];
    drawn = drawn.filter((other) => other.time < low - APART / 2 || other.time > high + APART / 2);
    if (before && Math.abs(before.time - time) >= APART) drawn.push(before);
    drawn.push(point);
    before = point;
  }
  const rising = sorted(drawn);
  return rising.filter((point, n) => n === 0 || point.time - (rising[n - 1]?.time ?? 0) >= APART / 2);
}

/** Douglas and Peucker (1973), with the distance measured in level, as time is exact. */
export function straightened(level: Level, tolerance = STRAIGHTEN): LevelPoint[] {
  const keep = new Uint8Array(level.length);
  const open: [number, number][] = [[0, level.length - 1]];
  keep[0] = 1;
  if (level.length > 0) keep[level.length - 1] = 1;
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const [from, to] = pair;
    const [a, b] = [level[from], level[to]];
    if (!a || !b || to - from < 2) continue;
    let [farthest, at] = [tolerance, -1];
    for (let n = from + 1; n < to; n++) {
      const point = level[n];
      if (!point) continue;
      const straight = a.level + ((b.level - a.level) * (point.time - a.time)) / Math.max(1e-9, b.time - a.time);
      const off = Math.abs(point.level - straight);
      if (off > farthest) [farthest, at] = [off, n];
    }
    if (at < 0) continue;
    keep[at] = 1;
    open.push([from, at], [at, to]);
  }
  return level.filter((_, n) => keep[n] === 1);
}

/** What of the level lies in the range, with a point at each end where it is cut. */
export function cutLevel(level: Level, range: TimeSpan): Level {
  const within = level.filter(({ time }) => time >= range.start && time <= range.end);
  const [first, last] = [level[0], level.at(-1)];
  if (!first || !last) return [];
  const head = first.time < range.start && last.time > range.start && within[0]?.time !== range.start;
  const tail = last.time > range.end && first.time < range.end && within.at(-1)?.time !== range.end;
  return trimmed([
    ...(head ? [{ time: range.start, level: levelAt(level, range.start) }] : []),
    ...within,
    ...(tail ? [{ time: range.end, level: levelAt(level, range.end) }] : []),
  ]);
}

/**
 * The level of a span again every `period` seconds, in place of what was there. It has gaps where the span is shorter than
 * the period, and is cut where it is longer.
 */
export function repeatLevel(level: Level, span: TimeSpan, period: number, rounds: number, end: number): Level {
  if (level.length === 0) return level;
  const whole = { start: span.start + period, end: Math.min(end + APART, span.start + (rounds + 1) * period) };
  const pattern = section(level, { start: span.start, end: span.start + Math.min(period, span.end - span.start) });
  const gap = period - (span.end - span.start) > 3 * APART;
  const copies = Array.from({ length: rounds }, (_, n) => {
    const by = (n + 1) * period;
    const copy = pattern.map(({ time, level: at }) => ({ time: time + by, level: at }));
    if (!gap) return copy;
    return [...copy, { time: span.end + by, level: 0 }, { time: span.start + by + period - APART, level: 0 }];
  }).flat();
  if (copies.length > MAX_LEVEL_POINTS) return level;
  return spliced(level, whole, cutLevel(copies, { start: whole.start, end }), { start: -Infinity, end });
}

function clampLevel(level: number): number {
  return Math.max(0, Math.min(1, level));
}

function sorted(points: Level): LevelPoint[] {
  return [...points].sort((a, b) => a.time - b.time);
}

/** Without silence at the ends but for one point each, where the line comes down to it. */
export function trimmed(level: Level): Level {
  let [first, last] = [0, level.length - 1];
  while (first < last && level[first]?.level === 0 && level[first + 1]?.level === 0) first++;
  while (last > first && level[last]?.level === 0 && level[last - 1]?.level === 0) last--;
  const rest = level.slice(first, last + 1);
  return rest.every((point) => point.level === 0) ? [] : rest;
}
