/** Timing on another clock, and whether two are the same. Pure. */
import type { Timing } from './types.ts';

/** Files keep tenths of a millisecond and thousandths of a strength or level. */
const SAME_TIME = 6e-5;
const SAME_SHARE = 6e-4;

/** Whether two hold the same hits and level, as exactly as a file keeps them; neither is a timing, too. */
export function sameTiming(a: Timing | undefined, b: Timing | undefined): boolean {
  if (!a || !b) return a === b;
  const near = (x: number, y: number | undefined, by: number) => y !== undefined && Math.abs(x - y) <= by;
  return (
    a.hits.length === b.hits.length &&
    a.level.length === b.level.length &&
    a.hits.every(
      ({ time, strength }, i) =>
        near(time, b.hits[i]?.time, SAME_TIME) && near(strength, b.hits[i]?.strength, SAME_SHARE),
    ) &&
    a.level.every(
      ({ time, level }, i) => near(time, b.level[i]?.time, SAME_TIME) && near(level, b.level[i]?.level, SAME_SHARE),
    )
  );
}

/** Everything `by` seconds later; what then lies before 0 stays, as what is told of it is cut there. */
export function shiftTiming({ hits, level }: Timing, by: number): Timing {
  if (by === 0) return { hits, level };
  const later = <T extends { readonly time: number }>(point: T): T => ({ ...point, time: point.time + by });
  return { hits: hits.map(later), level: level.map(later) };
}
