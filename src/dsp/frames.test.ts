import { describe, expect, test } from 'vitest';
import { copyOf, createCollector, isSame, MOST_IN_MEMORY, piecesOf, readBytes, type FrameBytes } from './frames.ts';

const UNIT = 12_288;

/** Frames of `UNIT` bytes, the first two of which number them. */
function collected(count: number): FrameBytes {
  const collector = createCollector(count, UNIT);
  for (let k = 0; k < count; k++) {
    const frame = new Uint8Array(UNIT).fill(k % 251);
    frame.set([k >> 8, k & 255]);
    collector.add(frame);
  }
  return collector.all();
}

const numberOf = (bytes: Uint8Array, at: number) => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);

describe('frames that are collected', () => {
  test('a few stay in memory, many become a Blob, and both read alike', async () => {
    const many = Math.ceil(MOST_IN_MEMORY / UNIT) + 700;
    for (const [count, blob] of [
      [3, false],
      [many, true],
    ] as const) {
      const frames = collected(count);
      expect(frames instanceof Blob).toBe(blob);
      const last = await readBytes(frames, (count - 1) * UNIT, count * UNIT);
      expect([last.length, numberOf(last, 0), last[2]]).toEqual([UNIT, count - 1, (count - 1) % 251]);
      let seen = 0;
      for await (const piece of piecesOf(frames, UNIT)) {
        expect(piece.length % UNIT).toBe(0);
        for (let at = 0; at < piece.length; at += UNIT) expect(numberOf(piece, at)).toBe(seen++);
      }
      expect(seen).toBe(count);
    }
  });

  test('are the same only byte for byte, whatever holds them', async () => {
    const bytes = new Uint8Array(10_000_000).fill(5);
    const other = bytes.slice();
    other[9_999_999] = 6;
    expect(await isSame(bytes, new Blob([bytes]))).toBe(true);
    expect(await isSame(new Blob([bytes]), new Blob([bytes]))).toBe(true);
    expect(await isSame(new Blob([bytes]), new Blob([other]))).toBe(false);
    expect(await isSame(bytes, bytes.subarray(1))).toBe(false);
  });

  test('an array is copied for someone who takes it over', () => {
    const bytes = Uint8Array.of(1, 2);
    expect(copyOf(bytes)).not.toBe(bytes);
    const blob = new Blob([bytes]);
    expect(copyOf(blob)).toBe(blob);
  });
});
