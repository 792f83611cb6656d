/** The outline of a sound at several resolutions, so that a drawing of any stretch costs about as much as it has columns. */

/** Samples of a stretch at the finest resolution, and how many stretches the next one joins. */
const FINEST = 8;
const JOIN = 4;

interface PeakLevel {
  /** Samples a stretch. */
  readonly stride: number;
  readonly lowest: Float32Array;
  readonly highest: Float32Array;
}

export interface Peaks {
  readonly sampleRate: number;
  /** Seconds. */
  readonly duration: number;
  /** From fine to coarse; at least one. */
  readonly levels: readonly PeakLevel[];
}

/** The lowest and the highest sample of each column; both 0 where there is no sound. */
export interface Outline {
  readonly lowest: Float32Array;
  readonly highest: Float32Array;
}

/** @param samples mono, nominal range -1..1 */
export function buildPeaks(samples: Float32Array, sampleRate: number): Peaks {
  const levels = [join({ stride: 1, lowest: samples, highest: samples }, FINEST)];
  for (let last = levels[0]; last && last.lowest.length > 256; last = levels.at(-1)) levels.push(join(last, JOIN));
  return { sampleRate, duration: samples.length / sampleRate, levels };
}

/** Peaks of the sound after a gain (a factor) and a limiter at `ceiling`. */
export function louderPeaks({ levels, ...sound }: Peaks, factor: number, ceiling: number): Peaks {
  const louder = (values: Float32Array) => values.map((value) => Math.max(-ceiling, Math.min(ceiling, value * factor)));
  return {
    ...sound,
    levels: levels.map(({ stride, lowest, highest }) => ({
      stride,
      lowest: louder(lowest),
      highest: louder(highest),
    })),
  };
}

/**
 * The outline of `from`..`to` (seconds, also beyond the sound) in `columns` columns of equal length. Below the finest
 * resolution neighbouring columns are alike.
 */
export function outline({ sampleRate, duration, levels }: Peaks, from: number, to: number, columns: number): Outline {
  const lowest = new Float32Array(columns);
  const highest = new Float32Array(columns);
  const width = ((to - from) * sampleRate) / columns;
  const level = levels.findLast(({ stride }) => 2 * stride <= width) ?? levels[0];
  if (!level || !(width > 0)) return { lowest, highest };
  const step = width / level.stride;
  const start = (from * sampleRate) / level.stride;
  for (let column = 0; column < columns; column++) {
    // Every stretch that the column touches, but for the last digits of a division.
    const first = Math.max(0, Math.floor(start + column * step + 1e-6));
    const end = Math.min(level.lowest.length, Math.ceil(start + (column + 1) * step - 1e-6));
    // The last stretch may reach beyond the sound.
    if (first >= end || from + (column * width) / sampleRate >= duration) continue;
    let low = Infinity;
    let high = -Infinity;
    for (let i = first; i < end; i++) {
      low = Math.min(low, level.lowest[i] ?? 0);
      high = Math.max(high, level.highest[i] ?? 0);
    }
    lowest[column] = low;
    highest[column] = high;
  }
  return { lowest, highest };
}

function join({ stride, lowest, highest }: PeakLevel, count: number): PeakLevel {
  const length = Math.ceil(lowest.length / count);
  const low = new Float32Array(length).fill(Infinity);
  const high = new Float32Array(length).fill(-Infinity);
  for (let i = 0; i < lowest.length; i++) {
    const at = Math.floor(i / count);
    low[at] = Math.min(low[at] ?? 0, lowest[i] ?? 0);
    high[at] = Math.max(high[at] ?? 0, highest[i] ?? 0);
  }
  return { stride: stride * count, lowest: low, highest: high };
}
