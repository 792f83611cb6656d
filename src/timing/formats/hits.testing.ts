/** Hits for the tests of formats. */
import type { Timing } from '../types.ts';

/** Uneven times and strengths, and a level with a corner. */
export const played: Timing = {
  hits: [
    { time: 0, strength: 1 },
    { time: 0.123_456, strength: 0.5 },
    { time: 0.75, strength: 0.062 },
    { time: 2.999_9, strength: 0.8 },
    { time: 61.017, strength: 0.333 },
  ],
  level: [
    { time: 0.5, level: 0 },
    { time: 1.25, level: 0.625 },
    { time: 4, level: 0.25 },
  ],
};

/** Largest difference of times; infinite where the counts differ. */
export function apart(a: Timing, b: Timing): number {
  if (a.hits.length !== b.hits.length) return Infinity;
  return Math.max(0, ...a.hits.map(({ time }, i) => Math.abs(time - b.hits[i]!.time)));
}

/** Largest difference of strengths. */
export function unlike(a: Timing, b: Timing): number {
  return Math.max(0, ...a.hits.map(({ strength }, i) => Math.abs(strength - (b.hits[i]?.strength ?? Infinity))));
}

/** Text as a file in UTF-16, low byte first. */
export function utf16(text: string, mark: boolean): Uint8Array {
  const units = [...(mark ? '\ufeff' : ''), ...text].map((sign) => sign.charCodeAt(0));
  return Uint8Array.from(units.flatMap((unit) => [unit & 255, unit >> 8]));
}
