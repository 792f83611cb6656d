/** Puts hits that were performed or brought from a file among those that are there. Pure. */
import type { TimeSpan } from '../dsp/span.ts';
import { clipTiming, emptyTiming, inOrder } from './edit.ts';
import { cutLevel, drawLevel, levelAt } from './level.ts';
import type { LevelPoint, Timing } from './types.ts';

export interface Placing {
  /** What is brought takes the place of what is in the span, or joins it. */
  readonly mode: 'replace' | 'add';
  /** The part that is worked on; all of the file where it is left out. */
  readonly span?: TimeSpan | undefined;
  /** Seconds of the file. */
  readonly duration: number;
}

/**
 * What lies outside the span stays as it was. A level that is brought takes the place of the one in the span; hits alone
 * leave it as it is. Throws `too-many-hits` above 10,000.
 */
export function placeTiming(now: Timing = emptyTiming, brought: Timing, { mode, span, duration }: Placing): Timing {
  const file = { start: 0, end: duration };
  const range = span ?? file;
  const fresh = clipTiming(brought, range);
  const isIn = (time: number) => time >= range.start && time <= range.end;
  const stay = now.hits.filter(({ time }) => mode === 'add' || !isIn(time));
  const level = fresh.level.length === 0 ? now.level : placeLevel(now.level, fresh.level, span && range, file);
  return { hits: inOrder([...stay, ...fresh.hits.map(({ time, strength }) => ({ time, strength }))]), level };
}

function placeLevel(
  now: readonly LevelPoint[],
  fresh: readonly LevelPoint[],
  span: TimeSpan | undefined,
  file: TimeSpan,
): readonly LevelPoint[] {
  if (!span) return fresh;
  const ends = [span.start, span.end].map((time) => ({ time, level: levelAt(fresh, time) }));
  const stroke = [...ends.slice(0, 1), ...cutLevel(fresh, span), ...ends.slice(1)];
  return drawLevel(now, stroke, file);
}
