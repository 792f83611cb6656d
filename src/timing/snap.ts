/** Places that what is dragged on the timeline is drawn to. Pure; seconds. */

export interface SnapTargets {
  /** Frames a second of the picture; left out: not to frames. */
  readonly fps?: number;
  /** When movement sets in, rising; left out: not to movement. */
  readonly movement?: readonly number[];
  /** Other hits, rising; left out: not to them. */
  readonly hits?: readonly number[];
}

/** The nearest target within `reach` seconds of a time; the time itself where there is none. */
export function snapTime(time: number, { fps, movement = [], hits = [] }: SnapTargets, reach: number): number {
  const found = [
    ...(fps !== undefined && fps > 0 ? [Math.round(time * fps) / fps] : []),
    ...nearest(movement, time),
    ...nearest(hits, time),
  ];
  let [best, far] = [time, reach];
  for (const target of found) {
    const apart = Math.abs(target - time);
    if (apart <= far) [best, far] = [target, apart];
  }
  return best;
}

/** The neighbours of a time in a rising list. */
function nearest(times: readonly number[], time: number): number[] {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return times.slice(Math.max(0, low - 1), low + 1);
}

/**
 * Where a hit stands in step with the others: midway between two neighbours, and as far beyond two as they are apart.
 * A hit cannot lie on another one, so these are what it is drawn to.
 * @param hits those that do not move, rising
 */
export function evenSteps(hits: readonly number[], time: number): number[] {
  let after = hits.findIndex((other) => other > time);
  if (after < 0) after = hits.length;
  const [before2, before, next, next2] = [hits[after - 2], hits[after - 1], hits[after], hits[after + 1]];
  const steps = [
    ...(before !== undefined && next !== undefined ? [(before + next) / 2] : []),
    ...(before !== undefined && before2 !== undefined ? [2 * before - before2] : []),
    ...(next !== undefined && next2 !== undefined ? [2 * next - next2] : []),
  ];
  return steps.sort((a, b) => a - b);
}
