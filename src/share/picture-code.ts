/**
 * A few seconds of moving picture in a few hundred bytes: one cosine transform over time, height and width of the whole
 * clip, its coarse coefficients rounded and coded. There are no frames in it: it can be drawn at any size and rate, and
 * what is too fine or too quick for the bytes is smooth instead of blocky. Needs no model.
 */
import { AppError } from '../errors.ts';
import { dct3, render3 } from './cosines.ts';
import { IntegerModel, MAX_MAGNITUDE } from './integers.ts';
import { RangeDecoder, RangeEncoder, type BitCoder } from './range-coder.ts';

export interface PictureCode {
  /** Coefficients along each axis of the brightness; the colours have a quarter of `width` and `height`. */
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  /** Rounding of the coefficients: a step is 2^(quantizer / 8) for bytes of 0..255 over the whole clip. Larger is coarser. */
  readonly quantizer: number;
}

export const MAX_PICTURE_SIDE = 64;
export const MAX_PICTURE_FRAMES = 96;
export const MAX_QUANTIZER = 127;
const COLOUR_PART = 4;
/** Below this part of a step a coefficient is left out. */
const ROUNDING = 0.36;
const RINGS = 28;
const NEIGHBOURS = 4;

/** Brightness and two colours as coefficients, [frames, height, width] each. */
export interface Spectrum {
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  readonly planes: readonly Float32Array[];
}

/** @param rgb bytes [frames, height, width, 3]; sides are multiples of 4 up to MAX_PICTURE_SIDE */
export function analyse(rgb: Uint8Array, frames: number, width: number, height: number): Spectrum {
  check({ frames, width, height, quantizer: 0 });
  if (rgb.length !== frames * width * height * 3) throw new RangeError(`${rgb.length} bytes of picture.`);
  const pixels = frames * width * height;
  const y = new Float32Array(pixels);
  const colours = pixels / COLOUR_PART ** 2;
  const cb = new Float32Array(colours);
  const cr = new Float32Array(colours);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [r, g, b] = [rgb[pixel * 3] ?? 0, rgb[pixel * 3 + 1] ?? 0, rgb[pixel * 3 + 2] ?? 0];
    const luma = 0.299 * r + 0.587 * g + 0.114 * b;
    y[pixel] = luma - 128;
    const row = Math.floor(pixel / width);
    const small = Math.floor(row / COLOUR_PART) * (width / COLOUR_PART) + Math.floor((pixel % width) / COLOUR_PART);
    cb[small] = (cb[small] ?? 0) + ((b - luma) * 0.564) / COLOUR_PART ** 2;
    cr[small] = (cr[small] ?? 0) + ((r - luma) * 0.713) / COLOUR_PART ** 2;
  }
  const sides = planeSides({ frames, width, height });
  return { frames, width, height, planes: [y, cb, cr].map((plane, k) => dct3(plane, sides[k] ?? [1, 1, 1])) };
}

/** @param limit bytes after which it gives up: then, and only then, undefined comes back */
export function encodePicture(spectrum: Spectrum, quantizer: number, limit = Infinity): Uint8Array | undefined {
  const code = { ...spectrum, quantizer };
  check(code);
  const coder = new RangeEncoder();
  for (const [plane, sides] of planeSides(code).entries()) {
    const values = spectrum.planes[plane] ?? new Float32Array();
    const step = stepOf(code, plane);
    const steps = Int32Array.from(values, (value) => {
      const size = Math.min(MAX_MAGNITUDE, Math.floor(Math.abs(value) / step + ROUNDING));
      return value < 0 ? -size : size;
    });
    codePlane(coder, sides, plane, steps, () => coder.length > limit);
    if (coder.length > limit) return undefined;
  }
  const data = coder.finish();
  return data.length > limit ? undefined : data;
}

/** Any bytes give some picture. */
export function decodePicture(bytes: Uint8Array, code: PictureCode): Spectrum {
  check(code);
  const coder = new RangeDecoder(bytes);
  const planes = planeSides(code).map((sides, plane) => {
    const steps = new Int32Array(sides[0] * sides[1] * sides[2]);
    codePlane(coder, sides, plane, steps, () => false);
    const step = stepOf(code, plane);
    return Float32Array.from(steps, (value) => value * step);
  });
  return { frames: code.frames, width: code.width, height: code.height, planes };
}

/** RGB bytes [frames, height, width, 3] of any size: the transform is drawn at as many points as are wanted. */
export function render(spectrum: Spectrum, frames: number, width: number, height: number): Uint8ClampedArray {
  const sides = planeSides(spectrum);
  const [y, cb, cr] = spectrum.planes.map((plane, k) => render3(plane, sides[k] ?? [1, 1, 1], [frames, height, width]));
  const rgb = new Uint8ClampedArray(frames * width * height * 3);
  if (!y || !cb || !cr) return rgb;
  for (let pixel = 0; pixel < y.length; pixel++) {
    const luma = (y[pixel] ?? 0) + 128;
    const red = luma + (cr[pixel] ?? 0) / 0.713;
    const blue = luma + (cb[pixel] ?? 0) / 0.564;
    rgb[pixel * 3] = red;
    rgb[pixel * 3 + 1] = (luma - 0.299 * red - 0.114 * blue) / 0.587;
    rgb[pixel * 3 + 2] = blue;
  }
  return rgb;
}

/** The finest coding of `spectrum` in at most `bytes` bytes; undefined when even the coarsest takes more. */
export function fitPicture(spectrum: Spectrum, bytes: number): { quantizer: number; data: Uint8Array } | undefined {
  let low = 0;
  let high = MAX_QUANTIZER + 1;
  let best: { quantizer: number; data: Uint8Array } | undefined;
  while (low < high) {
    const quantizer = (low + high) >> 1;
    const data = encodePicture(spectrum, quantizer, bytes);
    if (data) {
      best = { quantizer, data };
      high = quantizer;
    } else low = quantizer + 1;
  }
  return best;
}

type Sides = readonly [frames: number, height: number, width: number];

function planeSides({ frames, width, height }: Omit<PictureCode, 'quantizer'>): readonly Sides[] {
  const colour: Sides = [frames, height / COLOUR_PART, width / COLOUR_PART];
  return [[frames, height, width], colour, colour];
}

/** In the plane's own orthonormal scale; the colours' pixels stand for 16 each. */
function stepOf({ quantizer }: PictureCode, plane: number): number {
  const step = 2 ** (quantizer / 8);
  return plane === 0 ? step : step / COLOUR_PART;
}

function check({ frames, width, height, quantizer }: PictureCode): void {
  const side = (value: number) =>
    Number.isSafeInteger(value) && value >= 4 && value <= MAX_PICTURE_SIDE && value % 4 === 0;
  const rest = Number.isSafeInteger(frames) && frames >= 1 && frames <= MAX_PICTURE_FRAMES;
  const quantised = Number.isSafeInteger(quantizer) && quantizer >= 0 && quantizer <= MAX_QUANTIZER;
  if (!side(width) || !side(height) || !rest || !quantised) {
    throw new AppError('link-damaged', 'The picture in the link is described in a way that makes no sense.', '');
  }
}

/**
 * Codes `steps` from coarse to fine up to the last that is not zero; a decoder passes zeros and gets them filled in.
 * `enough` ends it early; what was coded is then of no use.
 */
function codePlane(coder: BitCoder, sides: Sides, plane: number, steps: Int32Array, enough: () => boolean): void {
  const { order, rings } = layoutOf(sides);
  const [, height, width] = sides;
  const layer = width * height;
  let last = order.length;
  while (last > 0 && steps[order[last - 1] ?? 0] === 0) last--;
  const count = Math.min(order.length, coder.raw(last, 20));
  const models = Array.from({ length: RINGS * NEIGHBOURS }, (_, kind) => {
    const near = kind % NEIGHBOURS;
    return new IntegerModel(near === 0 ? (plane === 0 ? 0.94 : 0.97) : 0.75 - 0.17 * near, 0.2 + 0.12 * near);
  });
  for (let k = 0; k < count; k++) {
    if (k % 256 === 0 && enough()) return;
    const at = order[k] ?? 0;
    const x = at % width;
    let near = x > 0 ? capped(steps[at - 1]) : 0;
    if (at % layer >= width) near += capped(steps[at - width]);
    if (at >= layer) near += capped(steps[at - layer]);
    const model = models[(rings[k] ?? 0) * NEIGHBOURS + Math.min(near, NEIGHBOURS - 1)];
    if (model) steps[at] = model.code(coder, steps[at] ?? 0);
  }
}

function capped(value = 0): number {
  return value === 0 ? 0 : value === 1 || value === -1 ? 1 : 2;
}

function radius(t: number, y: number, x: number): number {
  return t * t + y * y + x * x;
}

/** Quarter octaves of the radius, in comparisons only: logarithms differ in their last bits between browsers. */
const RING_BOUNDS = Array.from({ length: RINGS - 1 }, (_, ring) => Math.round(2 ** ((ring + 1) / 2)));

function ringOf(squared: number): number {
  let ring = 0;
  while (ring < RING_BOUNDS.length && squared + 1 >= (RING_BOUNDS[ring] ?? Infinity)) ring++;
  return ring;
}

interface Layout {
  /** Indices by rising radius; ties in the order of the indices. */
  readonly order: Uint32Array;
  /** Of each in that order. */
  readonly rings: Uint8Array;
}

/** The last few shapes, because sorting takes longer than coding. */
const layouts = new Map<string, Layout>();
const MAX_LAYOUTS = 4;

function layoutOf([frames, height, width]: Sides): Layout {
  const name = `${frames} ${height} ${width}`;
  const known = layouts.get(name);
  if (known) return known;
  const keys = new Float64Array(frames * height * width);
  for (let at = 0; at < keys.length; at++) {
    const t = Math.floor(at / (width * height));
    // One number that sorts by radius, then by index.
    keys[at] = radius(t, Math.floor(at / width) % height, at % width) * 2 ** 20 + at;
  }
  keys.sort();
  const layout = {
    order: Uint32Array.from(keys, (key) => key % 2 ** 20),
    rings: Uint8Array.from(keys, (key) => ringOf(Math.floor(key / 2 ** 20))),
  };
  const [oldest] = layouts.keys();
  if (layouts.size >= MAX_LAYOUTS && oldest !== undefined) layouts.delete(oldest);
  layouts.set(name, layout);
  return layout;
}
