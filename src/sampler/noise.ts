/**
 * Seeded Gaussian noise that can be addressed by position: value i of a stream depends on the seed, the stream and i
 * alone, never on how much noise is asked for. A longer clip therefore begins with the same noise as a shorter one.
 */
import { philox } from './philox.ts';

/** Independent noise sources of one seed. The numbers are part of every shared recipe: never renumber. */
export const STREAMS = { audio: 0, video: 1, conditioning: 2 } as const;
export type Stream = keyof typeof STREAMS;

/** A second seed, and how far the noise moves from the first towards it. */
export interface Variation {
  /** An integer in 0..2^53-1. */
  readonly seed: number;
  /** 0 (no change) to 1 (the noise of the second seed alone). */
  readonly amount: number;
}

const TWO_32 = 0x1_0000_0000;

/**
 * `count` standard normal values of a stream, from position `start` on.
 * @param seed an integer in 0..2^53-1
 * @throws RangeError for a seed that is not such an integer
 */
export function gaussianNoise(seed: number, stream: Stream, count: number, start = 0): Float32Array {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`A seed is a whole number from 0 to 2^53 - 1, not ${seed}.`);
  }
  const out = new Float32Array(count);
  const block = new Uint32Array(4);
  const keyHigh = Math.floor(seed / TWO_32);
  const end = start + count;
  // One Philox block makes four values: blocks are aligned to multiples of four, whatever `start` is.
  for (let base = start - (start % 4); base < end; base += 4) {
    const counter = base / 4;
    block[0] = counter % TWO_32;
    block[1] = Math.floor(counter / TWO_32);
    block[2] = STREAMS[stream];
    block[3] = 0;
    philox(block, seed % TWO_32, keyHigh);
    for (let pair = 0; pair < 4; pair += 2) {
      // Box-Muller; (u + 1) / 2^32 lies in (0, 1], so the logarithm is finite.
      const radius = Math.sqrt(-2 * Math.log(((block[pair] ?? 0) + 1) / TWO_32));
      const angle = 2 * Math.PI * ((block[pair + 1] ?? 0) / TWO_32);
      put(base + pair, radius * Math.cos(angle));
      put(base + pair + 1, radius * Math.sin(angle));
    }
  }
  return out;

  function put(position: number, value: number): void {
    if (position >= start && position < end) out[position - start] = value;
  }
}

/**
 * Noise near that of `seed`, moved by one variation after the other: sqrt(1 - a^2) before + a noise(variation.seed). The
 * weights keep it standard normal, so that results stay as good at every amount; without variations it is
 * `gaussianNoise` itself.
 * @throws RangeError for a seed that is not an integer in 0..2^53-1, and for an amount outside 0..1
 */
export function variedNoise(
  seed: number,
  variations: readonly Variation[],
  stream: Stream,
  count: number,
): Float32Array {
  const noise = gaussianNoise(seed, stream, count);
  const used = new Set([seed]);
  for (const variation of variations) {
    const { amount } = variation;
    if (!(amount >= 0 && amount <= 1)) throw new RangeError(`A variation lies in 0..1, not at ${amount}.`);
    // Noise that is in it already would not add up to unit variance; it is no change worth the name anyway.
    if (used.has(variation.seed)) continue;
    used.add(variation.seed);
    const other = gaussianNoise(variation.seed, stream, count);
    const keep = Math.sqrt(1 - amount * amount);
    for (let i = 0; i < count; i++) noise[i] = keep * (noise[i] ?? 0) + amount * (other[i] ?? 0);
  }
  return noise;
}
