/** Hits and level inside the recipe of a file: short, exact to a tenth of a millisecond, and no more than a file has room for. Pure. */
import { z } from 'zod';
import type { Timing } from '../../timing/types.ts';

const time = z.number().min(-3600).max(36_000);
const pair = z.tuple([time, z.number().min(0).max(1)]);
type Pair = z.infer<typeof pair>;
/** More do not fit into a recipe. */
const MAX_PAIRS = 4000;
const rising = (pairs: readonly Pair[]) => pairs.every(([at], i) => i === 0 || at > (pairs[i - 1]?.[0] ?? at));

/** Time and strength of each hit, time and level of each point. */
export const recipeTiming = z.object({
  hits: z
    .array(pair)
    .max(MAX_PAIRS)
    .refine(rising)
    .refine((hits) => hits.every(([, strength]) => strength > 0)),
  level: z.array(pair).max(MAX_PAIRS).refine(rising).optional(),
});
type Written = z.infer<typeof recipeTiming>;

export interface FittedTiming {
  readonly written: Written;
  /** Hits and points of the level, and how many of them there was room for. */
  readonly made: number;
  readonly kept: number;
}

/** As much of a timing, from its beginning, as there is room for in bytes. */
export function fitTiming({ hits, level }: Timing, room: number): FittedTiming {
  let left = room - JSON.stringify({ timing: { hits: [], level: [] } }).length;
  const fit = (pairs: readonly Pair[]) => {
    const kept: Pair[] = [];
    for (const one of pairs) {
      left -= JSON.stringify(one).length + 1;
      if (left < 0 || kept.length === MAX_PAIRS) break;
      kept.push(one);
    }
    return kept;
  };
  const all = {
    hits: distinct(
      hits.map(({ time, strength }): Pair => [rounded(time, 1e4), Math.max(0.001, rounded(strength, 1e3))]),
    ),
    level: distinct(level.map((point): Pair => [rounded(point.time, 1e4), rounded(point.level, 1e3)])),
  };
  const written = { hits: fit(all.hits), level: fit(all.level) };
  return {
    written: { hits: written.hits, ...(written.level.length > 0 ? { level: written.level } : {}) },
    made: all.hits.length + all.level.length,
    kept: written.hits.length + written.level.length,
  };
}

export function readTiming({ hits, level = [] }: Written): Timing {
  return {
    hits: hits.map(([time, strength]) => ({ time, strength })),
    level: level.map(([time, level]) => ({ time, level })),
  };
}

/** Two that are nearer than a file can tell are one. */
function distinct(pairs: readonly Pair[]): Pair[] {
  return pairs.filter(([at], i) => at !== pairs[i - 1]?.[0]);
}

function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}
