/** Signed whole numbers through a bit coder: is it zero, its sign, its size in unary up to a bound, the rest in powers of two. */
import { BitModel, type BitCoder } from './range-coder.ts';

const UNARY = 14;
const MAX_EXPONENT = 14;
export const MAX_MAGNITUDE = UNARY + 2 ** MAX_EXPONENT - 1;

/** Models of one kind of number. */
export class IntegerModel {
  readonly #zero: BitModel;
  readonly #sign = new BitModel();
  readonly #unary: BitModel[];
  readonly #exponent = Array.from({ length: MAX_EXPONENT }, () => new BitModel());

  /** @param zero chance of a zero, @param more chance that a number is larger by one, before anything was seen */
  constructor(zero = 0.5, more = 0.4) {
    this.#zero = new BitModel(zero);
    this.#unary = Array.from({ length: UNARY }, () => new BitModel(1 - more));
  }

  /** Writes `value`, |value| <= MAX_MAGNITUDE, or reads one; returns it. */
  code(coder: BitCoder, value: number): number {
    const size = Math.abs(value);
    if (coder.bit(this.#zero, size === 0 ? 0 : 1) === 0) return 0;
    const sign = coder.bit(this.#sign, value < 0 ? 1 : 0);
    let magnitude = 1;
    for (const model of this.#unary) {
      if (coder.bit(model, size > magnitude ? 1 : 0) === 0) return sign === 1 ? -magnitude : magnitude;
      magnitude++;
    }
    const rest = size - magnitude + 1;
    let exponent = 0;
    for (; exponent < MAX_EXPONENT - 1; exponent++) {
      const model = this.#exponent[exponent];
      if (!model || coder.bit(model, rest >= 2 ** (exponent + 1) ? 1 : 0) === 0) break;
    }
    const mantissa = coder.raw(Math.max(0, rest - 2 ** exponent), exponent);
    magnitude += 2 ** exponent + mantissa - 1;
    return sign === 1 ? -magnitude : magnitude;
  }
}
