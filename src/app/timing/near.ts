/** Which hit or level point is meant by a place or a time. Pure; lists rise unless it says otherwise. */
import type { LevelPoint } from '../../timing/types.ts';

/** Index of the first time that is not before `time`. */
export function lowerBound(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The hit that is nearest to a time, within `reach` seconds. */
export function nearestHit(times: readonly number[], time: number, reach = Infinity): number | undefined {
  const at = lowerBound(times, time);
  const [before, after] = [times[at - 1], times[at]];
  const nearer = before !== undefined && (after === undefined || time - before <= after - time) ? before : after;
  return nearer !== undefined && Math.abs(nearer - time) <= reach ? nearer : undefined;
}

/** The next or the previous one of a time. */
export function neighbour(times: readonly number[], time: number, way: 1 | -1): number | undefined {
  const at = lowerBound(times, time);
  if (way < 0) return times[at - 1];
  return times[at] === time ? times[at + 1] : times[at];
}

/** The level point nearest to a place, within `reach` seconds and `tolerance` of level. */
export function nearestPoint(
  level: readonly LevelPoint[],
  at: LevelPoint,
  reach: number,
  tolerance: number,
): LevelPoint | undefined {
  return level
    .filter((point) => Math.abs(point.time - at.time) <= reach && Math.abs(point.level - at.level) <= tolerance)
    .sort((a, b) => Math.abs(a.time - at.time) - Math.abs(b.time - at.time))[0];
}

/** First and last of times that are not sorted and may be too many to be spread. */
export function ends(times: readonly number[]): readonly [number, number] {
  return times.reduce<readonly [number, number]>(
    ([low, high], time) => [Math.min(low, time), Math.max(high, time)],
    [Infinity, -Infinity],
  );
}
