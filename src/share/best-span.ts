/** Which part of a long result to share when nobody marked one. */
import type { TimeSpan } from '../dsp/span.ts';

/** Seconds of a result that go into a link. */
export const SHARE_SECONDS = 4.096;

/**
 * The stretch of `length` seconds with the most onsets; of equal ones the earliest, begun a moment before its first onset.
 * The whole result when it is not much longer.
 * @param onsets seconds, rising
 */
export function bestSpan(duration: number, onsets: readonly number[], length = SHARE_SECONDS): TimeSpan {
  if (duration <= length * 1.1) return { start: 0, end: Math.min(duration, length * 1.1) };
  const LEAD = 0.15;
  let best = { start: 0, count: -1 };
  for (const start of [0, ...onsets.map((time) => time - LEAD)]) {
    const from = Math.min(Math.max(0, start), duration - length);
    const count = onsets.filter((time) => time >= from && time < from + length).length;
    if (count > best.count) best = { start: from, count };
  }
  return { start: best.start, end: best.start + length };
}
