/** Whole numbers and texts to bytes and back. Reading past the end throws `link-damaged`. */
import { damaged } from './failures.ts';

export class ByteWriter {
  readonly #bytes: number[] = [];

  byte(value: number): this {
    this.#bytes.push(value & 255);
    return this;
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, lowest first. */
  number(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a whole number.`);
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    return this.byte(rest);
  }

  bytes(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** Length, then the bytes. */
  block(bytes: Uint8Array): this {
    return this.number(bytes.length).bytes(bytes);
  }

  text(text: string): this {
    return this.block(new TextEncoder().encode(text));
  }

  done(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw damaged('it ends inside a number');
    return value;
  }

  number(): number {
    let value = 0;
    let factor = 1;
    for (let k = 0; k < 8; k++) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
      factor *= 128;
    }
    throw damaged('it holds a number beyond all bounds');
  }

  bytes(count: number): Uint8Array {
    if (count > this.left) throw damaged('it ends inside a part');
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  block(): Uint8Array {
    return this.bytes(this.number());
  }

  text(): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.block());
    } catch (error) {
      throw damaged('it holds a text that is none', error);
    }
  }
}
