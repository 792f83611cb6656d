/** Orthonormal cosine transforms of three-dimensional arrays, and drawing them at any number of points. Pure. */

type Sides = readonly [number, number, number];

/** Coefficients [a, b, c] of `values` [a, b, c]. */
export function dct3(values: Float32Array, sides: Sides): Float32Array {
  let out = values;
  for (const axis of [0, 1, 2] as const) {
    const side = sides[axis];
    out = alongAxis(out, sides, axis, side, basis(side, side), true);
  }
  return out;
}

/** The inverse at `points` evenly spread over each axis; equal to `dct3`'s input where they are as many as the sides. */
export function render3(coefficients: Float32Array, sides: Sides, points: Sides): Float32Array {
  let out = coefficients;
  let now: Sides = sides;
  for (const axis of [2, 1, 0] as const) {
    out = alongAxis(out, now, axis, points[axis], basis(sides[axis], points[axis]), false);
    now = [axis === 0 ? points[0] : now[0], axis <= 1 ? points[1] : now[1], points[2]];
  }
  return out;
}

/** [count, points]: cosine k at point m. */
function basis(count: number, points: number): Float64Array {
  return Float64Array.from({ length: count * points }, (_, at) => {
    const k = Math.floor(at / points);
    const m = at % points;
    return Math.cos((Math.PI * k * (m + 0.5)) / points) * Math.sqrt((k === 0 ? 1 : 2) / count);
  });
}

/** Replaces one axis: sums over it with the rows of `matrix` (analysis) or its columns (synthesis). */
function alongAxis(
  values: Float32Array,
  sides: Sides,
  axis: 0 | 1 | 2,
  length: number,
  matrix: Float64Array,
  analysis: boolean,
): Float32Array {
  const side = sides[axis];
  const inner = sides.slice(axis + 1).reduce((a, b) => a * b, 1);
  const outer = sides.slice(0, axis).reduce((a, b) => a * b, 1);
  const out = new Float32Array(outer * length * inner);
  const points = analysis ? side : length;
  for (let o = 0; o < outer; o++) {
    for (let from = 0; from < side; from++) {
      const start = (o * side + from) * inner;
      const line = values.subarray(start, start + inner);
      // Most coefficients of a coarse picture are zero.
      if (!analysis && line.every((value) => value === 0)) continue;
      for (let to = 0; to < length; to++) {
        const factor = matrix[analysis ? to * points + from : from * points + to] ?? 0;
        const target = (o * length + to) * inner;
        for (let i = 0; i < inner; i++) out[target + i] = (out[target + i] ?? 0) + factor * (line[i] ?? 0);
      }
    }
  }
  return out;
}
