/** From luma and colour differences to RGB, by the matrix and the range that a video states. Pure. */

export interface Colours {
  /** WebCodecs' name of the matrix; undefined or null where the file does not say. */
  readonly matrix: string | null | undefined;
  /** Black at 0 and white at the top, instead of 16 and 235 of 255. */
  readonly full: boolean;
  /** Bits of a sample. */
  readonly depth: number;
}

/** Shares of red and blue in luma. What states nothing is taken for BT.601, as ffmpeg does. */
const SHARES: Readonly<Record<string, readonly [red: number, blue: number]>> = {
  bt709: [0.2126, 0.0722],
  'bt2020-ncl': [0.2627, 0.0593],
};
const BT601 = [0.299, 0.114] as const;

/** Four factors and the two zero points of a conversion. */
interface Conversion {
  readonly luma: number;
  readonly black: number;
  readonly zero: number;
  readonly redFromV: number;
  readonly greenFromU: number;
  readonly greenFromV: number;
  readonly blueFromU: number;
}

export function conversionOf({ matrix, full, depth }: Colours): Conversion {
  const [red, blue] = SHARES[matrix ?? ''] ?? BT601;
  const green = 1 - red - blue;
  const unit = 2 ** (depth - 8);
  const luma = full ? 255 / (2 ** depth - 1) : 255 / (219 * unit);
  const chroma = full ? 255 / (2 ** depth - 1) : 255 / (224 * unit);
  return {
    luma,
    black: full ? 0 : 16 * unit,
    zero: 128 * unit,
    redFromV: chroma * 2 * (1 - red),
    greenFromU: (-chroma * 2 * blue * (1 - blue)) / green,
    greenFromV: (-chroma * 2 * red * (1 - red)) / green,
    blueFromU: chroma * 2 * (1 - blue),
  };
}

/** Writes RGB of `count` samples into `out`, `step` (3 or 4) bytes each; a fourth byte is left as it is. */
export function toRgb(
  [y, u, v]: readonly [Float32Array, Float32Array, Float32Array],
  conversion: Conversion,
  out: Uint8ClampedArray,
  step: 3 | 4,
): void {
  const { luma, black, zero, redFromV, greenFromU, greenFromV, blueFromU } = conversion;
  for (let n = 0, at = 0; n < y.length; n++, at += step) {
    const light = luma * (y[n]! - black);
    const du = u[n]! - zero;
    const dv = v[n]! - zero;
    out[at] = light + redFromV * dv;
    out[at + 1] = light + greenFromU * du + greenFromV * dv;
    out[at + 2] = light + blueFromU * du;
  }
}

/** Pixels of `step` bytes turned clockwise by `rotation` (0, 90, 180 or 270 degrees); `width` and `height` before the turn. */
export function turned(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  step: 3 | 4,
  rotation: number,
): Uint8ClampedArray {
  if (rotation === 0) return pixels;
  const out = new Uint8ClampedArray(pixels.length);
  const wide = rotation === 180 ? width : height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [tx, ty] =
        rotation === 180 ? [width - 1 - x, height - 1 - y] : rotation === 90 ? [height - 1 - y, x] : [y, width - 1 - x];
      const to = (ty * wide + tx) * step;
      const from = (y * width + x) * step;
      for (let n = 0; n < step; n++) out[to + n] = pixels[from + n]!;
    }
  }
  return out;
}
