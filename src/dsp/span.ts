/** Stretches of time on the presentation clock. */

/** Seconds; `end` is never before `start`. */
export interface TimeSpan {
  readonly start: number;
  readonly end: number;
}

/** The stretch between two moments, given in any order. */
export function spanBetween(a: number, b: number): TimeSpan {
  return a <= b ? { start: a, end: b } : { start: b, end: a };
}

export function spanLength({ start, end }: TimeSpan): number {
  return end - start;
}

/** Seconds that both have in common; 0 where they only touch. */
export function overlap(a: TimeSpan, b: TimeSpan): number {
  return Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
}

/** What of `span` lies within 0..duration, or undefined where nothing does. */
export function clipSpan({ start, end }: TimeSpan, duration: number): TimeSpan | undefined {
  const clipped = { start: Math.max(0, start), end: Math.min(duration, end) };
  return clipped.end > clipped.start ? clipped : undefined;
}

export function isIn(time: number, { start, end }: TimeSpan): boolean {
  return time >= start && time < end;
}

/** Whether two stretches are the same to a hundredth of a millisecond, which is finer than anyone can set. */
export function sameSpan(a: TimeSpan | undefined, b: TimeSpan | undefined): boolean {
  if (!a || !b) return a === b;
  return Math.abs(a.start - b.start) < 1e-5 && Math.abs(a.end - b.end) < 1e-5;
}
