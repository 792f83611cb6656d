/** Which hits are heard: pairs of times that lie close together. */

/** Farthest that a sound may be from the movement it belongs to, in seconds: the tolerance of the published figures. */
export const MATCH_WITHIN = 0.1;

export interface Match {
  /** Indices into the lists that were compared. */
  readonly seen: number;
  readonly heard: number;
}

/**
 * As many pairs as possible, each time in one at most, and among those the ones that lie closest; in order, so that their
 * links never cross. Both lists must rise; seconds.
 */
export function matchOnsets(seen: readonly number[], heard: readonly number[], within = MATCH_WITHIN): Match[] {
  // Across a gap wider than that nothing belongs together: the parts between gaps are matched by themselves, which takes
  // thousands of hits in a moment and little memory.
  const found: Match[] = [];
  for (let i = 0, j = 0; i < seen.length && j < heard.length;) {
    const [from, since] = [i, j];
    for (let end = -Infinity; ;) {
      const next = Math.min(seen[i] ?? Infinity, heard[j] ?? Infinity);
      if (next === Infinity || (end !== -Infinity && next - end > within)) break;
      end = next;
      if (seen[i] === next) i++;
      else j++;
    }
    for (const match of matchPart(seen.slice(from, i), heard.slice(since, j), within)) {
      found.push({ seen: match.seen + from, heard: match.heard + since });
    }
  }
  return found;
}

function matchPart(seen: readonly number[], heard: readonly number[], within: number): Match[] {
  if (seen.length === 0 || heard.length === 0) return [];
  // best[i][j]: most pairs, then least distance, among the first i seen and j heard.
  const columns = heard.length + 1;
  const pairs = new Uint32Array((seen.length + 1) * columns);
  const distance = new Float64Array(pairs.length);
  const paired = new Uint8Array(pairs.length);
  const isBetter = (count: number, far: number, at: number) =>
    count > (pairs[at] ?? 0) || (count === (pairs[at] ?? 0) && far < (distance[at] ?? 0));
  const take = (at: number, from: number) => {
    pairs[at] = pairs[from] ?? 0;
    distance[at] = distance[from] ?? 0;
  };
  for (let i = 1; i <= seen.length; i++) {
    for (let j = 1; j < columns; j++) {
      const at = i * columns + j;
      const [up, left, both] = [at - columns, at - 1, at - columns - 1];
      take(at, up);
      if (isBetter(pairs[left] ?? 0, distance[left] ?? 0, at)) take(at, left);
      const apart = Math.abs((seen[i - 1] ?? 0) - (heard[j - 1] ?? 0));
      if (apart > within || !isBetter((pairs[both] ?? 0) + 1, (distance[both] ?? 0) + apart, at)) continue;
      pairs[at] = (pairs[both] ?? 0) + 1;
      distance[at] = (distance[both] ?? 0) + apart;
      paired[at] = 1;
    }
  }
  const found: Match[] = [];
  for (let i = seen.length, j = heard.length; i > 0 && j > 0;) {
    const at = i * columns + j;
    if (paired[at]) found.push({ seen: --i, heard: --j });
    else if (pairs[at] === pairs[at - columns] && distance[at] === distance[at - columns]) i--;
    else j--;
  }
  return found.reverse();
}
