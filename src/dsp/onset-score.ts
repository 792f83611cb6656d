/**
 * Harmonic mean of how many of the wanted onsets were found and how many of the found ones were wanted. Each onset counts
 * for one other, at most `tolerance` seconds away; both lists rise. 1 when there are none on either side.
 */
export function onsetF1(wanted: readonly number[], found: readonly number[], tolerance: number): number {
  let hits = 0;
  let next = 0;
  for (const time of wanted) {
    while (next < found.length && (found[next] ?? 0) < time - tolerance) next++;
    if (next < found.length && (found[next] ?? 0) <= time + tolerance) {
      hits++;
      next++;
    }
  }
  const all = wanted.length + found.length;
  return all === 0 ? 1 : (2 * hits) / all;
}
