/** Sample-rate conversion of a long sound, piece after piece: no more of it is held than comes out. */

import { resample } from '../../dsp/resample.ts';

/** Seconds that are converted at a time. */
const BLOCK = 10;
/** Seconds on each side of them that the conversion looks at, far more than its reach. */
const CONTEXT = 0.1;

export class BlockResampler {
  readonly #fromRate: number;
  readonly #toRate: number;
  readonly #out: Float32Array;
  /** Samples of a block and of the context, both whole multiples of what makes a whole number of output samples. */
  readonly #block: number;
  readonly #context: number;
  /** The context before the next block, then what was pushed since. */
  #held: Float32Array;
  #length: number;
  #written = 0;

  /** Rates are whole numbers from 1; `count` samples will come out, silence where too little was pushed. */
  constructor(fromRate: number, toRate: number, count: number) {
    this.#fromRate = fromRate;
    this.#toRate = toRate;
    this.#out = new Float32Array(count);
    const stride = fromRate / greatestCommonDivisor(fromRate, toRate);
    const whole = (seconds: number) => Math.max(1, Math.ceil((seconds * fromRate) / stride)) * stride;
    this.#block = whole(BLOCK);
    this.#context = whole(CONTEXT);
    this.#held = new Float32Array(this.#block + 2 * this.#context);
    this.#length = this.#context;
  }

  push(samples: Float32Array): void {
    for (let at = 0; at < samples.length;) {
      const room = this.#held.length - this.#length;
      const part = samples.subarray(at, at + room);
      this.#held.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      if (this.#length === this.#held.length) this.#convert();
    }
  }

  /** All that was pushed, at the new rate. Nothing may be pushed after it. */
  finish(): Float32Array {
    while (this.#length > this.#context && this.#written < this.#out.length) {
      this.#held.fill(0, this.#length);
      const left = this.#length;
      this.#convert();
      this.#length = Math.max(0, left - this.#block);
    }
    return this.#out;
  }

  #convert(): void {
    const skip = (this.#context * this.#toRate) / this.#fromRate;
    const wanted = (this.#block * this.#toRate) / this.#fromRate;
    const made = resample(this.#held, this.#fromRate, this.#toRate).subarray(skip, skip + wanted);
    const room = this.#out.length - this.#written;
    this.#out.set(made.subarray(0, room), this.#written);
    this.#written += Math.min(room, made.length);
    this.#held.copyWithin(0, this.#block);
    this.#length = 2 * this.#context;
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
