/**
 * Binary arithmetic coding with adaptive models. Both sides use whole numbers only, so that every browser decodes the
 * same. Carries are resolved by holding the last byte back until the next one is known.
 */

const TOP = 2 ** 24;
const SCALE_BITS = 15;
const SCALE = 1 << SCALE_BITS;

/**
 * How likely the next bit is a zero, learnt from those before: the mean of a model that learns fast and one that learns
 * slowly, which suits both the first symbols and the long run.
 */
export class BitModel {
  #fast: number;
  #slow: number;

  /** @param zero probability of a zero before anything was seen */
  constructor(zero = 0.5) {
    this.#fast = this.#slow = Math.round(zero * SCALE);
  }

  /** Probability of a zero in units of 1 / 2^15, never 0 or 1. */
  get zero(): number {
    return Math.min(SCALE - 32, Math.max(32, (this.#fast + this.#slow) >> 1));
  }

  learn(bit: number): void {
    const target = bit === 0 ? SCALE : 0;
    this.#fast += (target - this.#fast) >> 4;
    this.#slow += (target - this.#slow) >> 7;
  }
}

/** What a codec writes through or reads from; reading ignores the given value and returns the coded one. */
export interface BitCoder {
  bit(model: BitModel, bit: number): number;
  /** `count` bits (up to 24) that no model would make smaller, highest first. */
  raw(value: number, count: number): number;
}

export class RangeEncoder implements BitCoder {
  #low = 0;
  #range = 2 ** 32 - 1;
  #held = 0;
  #pending = 0;
  #started = false;
  readonly #bytes: number[] = [];

  /** Bytes so far; a few more follow with `finish`. */
  get length(): number {
    return this.#bytes.length + this.#pending;
  }

  bit(model: BitModel, bit: number): number {
    const bound = Math.floor(this.#range / SCALE) * model.zero;
    this.#narrow(bit === 0 ? 0 : bound, bit === 0 ? bound : this.#range - bound);
    model.learn(bit);
    return bit;
  }

  raw(value: number, count: number): number {
    for (let at = count - 1; at >= 0; at--) {
      const half = Math.floor(this.#range / 2);
      const bit = (value >> at) & 1;
      this.#narrow(bit * half, half);
    }
    return value;
  }

  /** The coded bytes; zeros at the end are left out, because the decoder reads zeros past the end. */
  finish(): Uint8Array {
    // Of all numbers in the last interval, the one with the most zeros at its end.
    const high = this.#low + this.#range - 1;
    for (let bits = 32; bits > 0; bits--) {
      const value = Math.floor(high / 2 ** bits) * 2 ** bits;
      if (value >= this.#low) {
        this.#low = value;
        break;
      }
    }
    for (let k = 0; k < 5; k++) this.#shift();
    let length = this.#bytes.length;
    while (length > 0 && this.#bytes[length - 1] === 0) length--;
    return Uint8Array.from(this.#bytes.slice(0, length));
  }

  #narrow(offset: number, range: number): void {
    this.#low += offset;
    this.#range = range;
    while (this.#range < TOP) {
      this.#range *= 256;
      this.#shift();
    }
  }

  #shift(): void {
    const carry = this.#low >= 2 ** 32 ? 1 : 0;
    const low = this.#low - carry * 2 ** 32;
    if (low < 0xff000000 || carry === 1) {
      if (this.#started) this.#bytes.push((this.#held + carry) & 255);
      for (; this.#pending > 0; this.#pending--) this.#bytes.push((255 + carry) & 255);
      this.#held = Math.floor(low / TOP);
      this.#started = true;
    } else this.#pending++;
    this.#low = (low % TOP) * 256;
  }
}

export class RangeDecoder implements BitCoder {
  readonly #bytes: Uint8Array;
  #at = 0;
  #code = 0;
  #range = 2 ** 32 - 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let k = 0; k < 4; k++) this.#code = this.#code * 256 + this.#next();
  }

  bit(model: BitModel): number {
    const bound = Math.floor(this.#range / SCALE) * model.zero;
    const bit = this.#code < bound ? 0 : 1;
    this.#take(bit === 0 ? 0 : bound, bit === 0 ? bound : this.#range - bound);
    model.learn(bit);
    return bit;
  }

  raw(_value: number, count: number): number {
    let value = 0;
    for (let k = 0; k < count; k++) {
      const half = Math.floor(this.#range / 2);
      const bit = this.#code < half ? 0 : 1;
      this.#take(bit * half, half);
      value = value * 2 + bit;
    }
    return value;
  }

  #next(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  #take(offset: number, range: number): void {
    this.#code -= offset;
    this.#range = range;
    while (this.#range < TOP) {
      this.#range *= 256;
      this.#code = this.#code * 256 + this.#next();
    }
    // Only damaged bytes get here; the numbers must stay whole and small whatever they say.
    if (this.#code >= this.#range) this.#code = this.#range - 1;
  }
}
