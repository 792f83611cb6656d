/** How the eyes look at a decoded picture: the square in its middle, in its own proportions, scaled to the network's size. Pure. */

/**
 * Scales by a triangle that widens where it makes smaller, as PyTorch's `interpolate(mode="bilinear", antialias=True)`.
 *
 * @param rgb bytes [size, size, 3] of one picture, squashed to a square
 * @param aspect width / height of the picture before that
 * @returns [side, side, 3] in 0..255
 */
export function lookAt(rgb: Uint8Array, size: number, aspect: number, side: number): Float32Array {
  const columns = scaling(size, size * Math.min(1, 1 / aspect), side);
  const rows = scaling(size, size * Math.min(1, aspect), side);
  // First across, for those rows that are needed, then down.
  const across = new Float32Array(size * side * 3);
  for (let y = 0; y < size; y++) {
    for (const [x, { first, weights }] of columns.entries()) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (const [k, weight] of weights.entries()) sum += weight * (rgb[(y * size + first + k) * 3 + c] ?? 0);
        across[(y * side + x) * 3 + c] = sum;
      }
    }
  }
  const made = new Float32Array(side * side * 3);
  const row = side * 3;
  for (const [y, { first, weights }] of rows.entries()) {
    for (const [k, weight] of weights.entries()) {
      const from = (first + k) * row;
      for (let i = 0; i < row; i++) made[y * row + i] = (made[y * row + i] ?? 0) + weight * (across[from + i] ?? 0);
    }
  }
  return made;
}

interface Tap {
  readonly first: number;
  readonly weights: readonly number[];
}

/** For each of `side` samples, which of `size` samples make it: the middle `span` of them, scaled. */
function scaling(size: number, span: number, side: number): Tap[] {
  const scale = span / side;
  const reach = Math.max(scale, 1);
  return Array.from({ length: side }, (_, k) => {
    const middle = (size - span) / 2 + (k + 0.5) * scale;
    const first = Math.max(0, Math.floor(middle - reach));
    const last = Math.min(size - 1, Math.ceil(middle + reach));
    const raw = Array.from({ length: last - first + 1 }, (_, j) =>
      Math.max(0, 1 - Math.abs(first + j + 0.5 - middle) / reach),
    );
    const sum = raw.reduce((a, b) => a + b, 0);
    return { first, weights: raw.map((weight) => weight / sum) };
  });
}
