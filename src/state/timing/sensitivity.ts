/** A timing at another sensitivity: what the picture gives changes, what a person did stays. Pure. */
import type { Hit, Timing } from '../../timing/types.ts';

/**
 * @param shown what stands on the lane
 * @param before the reading at the sensitivity of now
 * @param after the reading at the new one
 */
export function withSensitivity(shown: Timing, before: Timing, after: Timing): Timing {
  // A reading has its hits at the same times whatever the sensitivity.
  const read = new Map(before.hits.map((hit) => [hit.time, hit]));
  const isRead = ({ time, strength }: Hit) => read.get(time)?.strength === strength;
  const own = shown.hits.filter((hit) => !isRead(hit));
  const standing = new Set(shown.hits.filter(isRead).map(({ time }) => time));
  // A hit that was taken away, moved or made stronger does not come back.
  const given = after.hits.filter(({ time }) => !read.has(time) || standing.has(time));
  const taken = new Set(own.map(({ time }) => time));
  return {
    hits: [...own, ...given.filter(({ time }) => !taken.has(time))].sort((a, b) => a.time - b.time),
    level: sameLevel(shown.level, before.level) ? after.level : shown.level,
  };
}

function sameLevel(a: Timing['level'], b: Timing['level']): boolean {
  return a.length === b.length && a.every(({ time, level }, i) => time === b[i]?.time && level === b[i]?.level);
}
