import { describe, expect, it } from 'vitest';
import { samples24, wavFile } from './wav.ts';

const never = new AbortController().signal;
const text = (bytes: Uint8Array, from: number, to: number) => new TextDecoder().decode(bytes.subarray(from, to));

describe('samples24', () => {
  it('rounds to the nearest step, clips at full scale, and interleaves', () => {
    const step = 2 ** -23;
    const left = Float32Array.of(0, step, -step, 1.5 * step);
    const right = Float32Array.of(1, -1, 2, -2);
    const bytes = samples24([left, right], 0, 4);
    const value = (n: number) => ((bytes[3 * n]! | (bytes[3 * n + 1]! << 8) | (bytes[3 * n + 2]! << 16)) << 8) >> 8;
    expect(Array.from({ length: 8 }, (_, n) => value(n))).toEqual([
      ...[0, 0x7fffff, 1, -0x800000, -1, 0x7fffff, 2, -0x800000],
    ]);
  });

  it('is exact for every float of 24 bits', () => {
    const samples = Float32Array.from({ length: 1000 }, (_, n) => (n * 8377 - 4_000_000) / 2 ** 23);
    const bytes = samples24([samples], 0, 1000);
    const back = Array.from({ length: 1000 }, (_, n) => {
      const raw = bytes[3 * n]! | (bytes[3 * n + 1]! << 8) | (bytes[3 * n + 2]! << 16);
      return (raw << 8) / 2 ** 31;
    });
    expect(back).toEqual([...samples]);
  });
});

describe('wavFile', () => {
  it('is one well-formed RIFF, chunks padded to even lengths', async () => {
    const pcm = { channels: [new Float32Array(5).fill(0.5)] as const, sampleRate: 16_000 };
    const blob = await wavFile(never, pcm, { title: 'odd', recipe: '{"가":1}' });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const view = new DataView(bytes.buffer);
    expect(text(bytes, 0, 4) + text(bytes, 8, 12)).toBe('RIFFWAVE');
    expect(view.getUint32(4, true)).toBe(bytes.length - 8);
    const chunks: Record<string, number> = {};
    for (let at = 12; at < bytes.length; at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) % 2)) {
      chunks[text(bytes, at, at + 4)] = view.getUint32(at + 4, true);
    }
    expect(chunks).toEqual({ 'fmt ': 16, LIST: expect.any(Number) as number, data: 15 });
    expect(bytes.length % 2).toBe(0);
  });

  it('stops when it is told to, between batches', async () => {
    const controller = new AbortController();
    const pcm = { channels: [new Float32Array(1 << 20)] as const, sampleRate: 48_000 };
    const fractions: number[] = [];
    const writing = wavFile(controller.signal, pcm, undefined, (fraction) => {
      fractions.push(fraction);
      controller.abort();
    });
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
    expect(fractions).toEqual([0.25]);
  });
});
