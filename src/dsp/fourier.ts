/** Discrete Fourier transforms of sizes with the factors 2 and 3, for work that makes thousands of them. */

export interface Fourier {
  readonly size: number;
  /**
   * X[k] = sum of x[n] exp(-2 pi i k n / size), in place. With `im` and `re` in each other's places it is the inverse,
   * times `size`.
   */
  transform(re: Float64Array, im: Float64Array): void;
}

export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

interface Pass {
  readonly radix: 2 | 3 | 4;
  /** Length of what is left to transform, and how many of them lie between each other's values. */
  readonly length: number;
  readonly stride: number;
  /** exp(-2 pi i p k / length) for k = 1..radix - 1, one p after the other. */
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

const HALF_ROOT_3 = Math.sqrt(3) / 2;

/** Stockham's algorithm. Throws RangeError for a size with other factors than 2 and 3. */
export function createFourier(size: number): Fourier {
  const passes = passesOf(size);
  const spare = complexZeros(size);
  return {
    size,
    transform(re, im) {
      let from: Complex = { re, im };
      let to: Complex = spare;
      for (const pass of passes) {
        STEPS[pass.radix](pass, from.re, from.im, to.re, to.im);
        [from, to] = [to, from];
      }
      if (from.re === re) return;
      re.set(from.re);
      im.set(from.im);
    },
  };
}

/**
 * Takes the transform of two real signals, one in each part of [size] complex values, apart: bin k of the one and of the
 * other, for as many bins as they have room for.
 */
export function separate(re: Float64Array, im: Float64Array, one: Complex, other: Complex): void {
  for (let k = 0; k < one.re.length; k++) {
    const mirrored = k === 0 ? 0 : re.length - k;
    const ar = re[k]!;
    const ai = im[k]!;
    const mr = re[mirrored]!;
    const mi = im[mirrored]!;
    one.re[k] = 0.5 * (ar + mr);
    one.im[k] = 0.5 * (ai - mi);
    other.re[k] = 0.5 * (ai + mi);
    other.im[k] = 0.5 * (mr - ar);
  }
}

export function complexZeros(length: number): Complex {
  return { re: new Float64Array(length), im: new Float64Array(length) };
}

function passesOf(size: number): Pass[] {
  const passes: Pass[] = [];
  for (let length = size, stride = 1; length > 1;) {
    const radix = length % 4 === 0 ? 4 : length % 3 === 0 ? 3 : 2;
    if (length % radix !== 0) throw new RangeError(`${size} has factors beside 2 and 3.`);
    const count = (length / radix) * (radix - 1);
    const angle = (i: number) => (-2 * Math.PI * Math.floor(i / (radix - 1)) * ((i % (radix - 1)) + 1)) / length;
    passes.push({
      ...{ radix, length, stride },
      cosines: Float64Array.from({ length: count }, (_, i) => Math.cos(angle(i))),
      sines: Float64Array.from({ length: count }, (_, i) => Math.sin(angle(i))),
    });
    length /= radix;
    stride *= radix;
  }
  return passes;
}

type Step = (pass: Pass, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array) => void;

const STEPS: Readonly<Record<Pass['radix'], Step>> = {
  2({ length, stride, cosines, sines }, xr, xi, yr, yi) {
    const half = length / 2;
    for (let p = 0; p < half; p++) {
      const c = cosines[p]!;
      const s = sines[p]!;
      for (let q = 0; q < stride; q++) {
        const a = q + stride * p;
        const b = a + stride * half;
        const out = q + stride * 2 * p;
        const dr = xr[a]! - xr[b]!;
        const di = xi[a]! - xi[b]!;
        yr[out] = xr[a]! + xr[b]!;
        yi[out] = xi[a]! + xi[b]!;
        yr[out + stride] = dr * c - di * s;
        yi[out + stride] = dr * s + di * c;
      }
    }
  },
  3({ length, stride, cosines, sines }, xr, xi, yr, yi) {
    const third = length / 3;
    for (let p = 0; p < third; p++) {
      const c1 = cosines[2 * p]!;
      const s1 = sines[2 * p]!;
      const c2 = cosines[2 * p + 1]!;
      const s2 = sines[2 * p + 1]!;
      for (let q = 0; q < stride; q++) {
        const a = q + stride * p;
        const b = a + stride * third;
        const c = b + stride * third;
        const out = q + stride * 3 * p;
        const sumR = xr[b]! + xr[c]!;
        const sumI = xi[b]! + xi[c]!;
        const baseR = xr[a]! - 0.5 * sumR;
        const baseI = xi[a]! - 0.5 * sumI;
        const turnR = HALF_ROOT_3 * (xi[b]! - xi[c]!);
        const turnI = HALF_ROOT_3 * (xr[c]! - xr[b]!);
        yr[out] = xr[a]! + sumR;
        yi[out] = xi[a]! + sumI;
        put(yr, yi, out + stride, baseR + turnR, baseI + turnI, c1, s1);
        put(yr, yi, out + 2 * stride, baseR - turnR, baseI - turnI, c2, s2);
      }
    }
  },
  4({ length, stride, cosines, sines }, xr, xi, yr, yi) {
    const quarter = length / 4;
    for (let p = 0; p < quarter; p++) {
      const c1 = cosines[3 * p]!;
      const s1 = sines[3 * p]!;
      const c2 = cosines[3 * p + 1]!;
      const s2 = sines[3 * p + 1]!;
      const c3 = cosines[3 * p + 2]!;
      const s3 = sines[3 * p + 2]!;
      for (let q = 0; q < stride; q++) {
        const a = q + stride * p;
        const b = a + stride * quarter;
        const c = b + stride * quarter;
        const d = c + stride * quarter;
        const out = q + stride * 4 * p;
        const acR = xr[a]! + xr[c]!;
        const acI = xi[a]! + xi[c]!;
        const bdR = xr[b]! + xr[d]!;
        const bdI = xi[b]! + xi[d]!;
        const offR = xr[a]! - xr[c]!;
        const offI = xi[a]! - xi[c]!;
        // -i (b - d)
        const turnR = xi[b]! - xi[d]!;
        const turnI = xr[d]! - xr[b]!;
        yr[out] = acR + bdR;
        yi[out] = acI + bdI;
        put(yr, yi, out + stride, offR + turnR, offI + turnI, c1, s1);
        put(yr, yi, out + 2 * stride, acR - bdR, acI - bdI, c2, s2);
        put(yr, yi, out + 3 * stride, offR - turnR, offI - turnI, c3, s3);
      }
    }
  },
};

/** y[at] = (re + i im) (c + i s) */
function put(yr: Float64Array, yi: Float64Array, at: number, re: number, im: number, c: number, s: number): void {
  yr[at] = re * c - im * s;
  yi[at] = re * s + im * c;
}
