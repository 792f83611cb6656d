/**
 * Planes of pictures made smaller or larger: each target sample is the mean of the area that it covers, or lies between its
 * neighbours where the target is the larger. Pure.
 */

/** One component of a picture: `height` rows of `width` samples, `step` apart, rows `stride` apart, from `offset`. */
export interface Plane {
  readonly samples: Uint8Array | Uint16Array;
  readonly offset: number;
  readonly stride: number;
  readonly step: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where target samples come from: of source samples `first` to `last` (exclusive), the first weighs `head`, the last, if it
 * is another one, `tail`, and those between `unit`.
 */
interface Sources {
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly head: Float32Array;
  readonly tail: Float32Array;
  readonly unit: number;
}

function sourcesOf(from: number, to: number): Sources {
  const sources = {
    first: new Int32Array(to),
    last: new Int32Array(to),
    head: new Float32Array(to),
    tail: new Float32Array(to),
    unit: to / from,
  };
  for (let k = 0; k < to; k++) {
    const [first, last, head, tail] = from >= to ? covered(k, from, to) : between(k, from, to);
    sources.first[k] = first;
    sources.last[k] = last;
    sources.head[k] = head;
    sources.tail[k] = tail;
  }
  return sources;
}

type Source = [first: number, last: number, head: number, tail: number];

/** The source samples under target sample k, by how much of each it covers. */
function covered(k: number, from: number, to: number): Source {
  const ratio = from / to;
  const start = k * ratio;
  const end = Math.min(from, start + ratio);
  // Rounding must not add a sample that is barely touched.
  const first = Math.min(from - 1, Math.floor(start + 1e-9));
  const last = Math.max(first + 1, Math.ceil(end - 1e-9));
  const head = (Math.min(end, first + 1) - start) / ratio;
  return [first, last, head, last - first > 1 ? (end - last + 1) / ratio : 0];
}

/** The two source samples around the middle of target sample k. */
function between(k: number, from: number, to: number): Source {
  const at = Math.min(from - 1, Math.max(0, ((k + 0.5) * from) / to - 0.5));
  const first = Math.min(from - 1, Math.floor(at));
  const fraction = at - first;
  return fraction > 0 ? [first, first + 2, 1 - fraction, fraction] : [first, first + 1, 1, 0];
}

/** A `width` x `height` copy of `plane`, row after row. */
export function scalePlane(plane: Plane, width: number, height: number): Float32Array {
  const across = sourcesOf(plane.width, width);
  const down = sourcesOf(plane.height, height);
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = out.subarray(y * width, (y + 1) * width);
    const last = down.last[y]! - 1;
    for (let n = down.first[y]!; n <= last; n++) {
      const weight = n === down.first[y] ? down.head[y]! : n === last ? down.tail[y]! : down.unit;
      addRow(row, plane, plane.offset + n * plane.stride, across, weight);
    }
  }
  return out;
}

/** Adds the source row at `base`, scaled, `weight` times. What every sample of a picture passes through: kept plain. */
function addRow(row: Float32Array, { samples, step }: Plane, base: number, sources: Sources, weight: number): void {
  const { first, last, head, tail, unit } = sources;
  for (let x = 0; x < row.length; x++) {
    const from = base + first[x]! * step;
    const to = base + (last[x]! - 1) * step;
    let sum = 0;
    for (let at = from + step; at < to; at += step) sum += samples[at]!;
    row[x]! += weight * (head[x]! * samples[from]! + unit * sum + tail[x]! * samples[to]!);
  }
}
