import { expect, test } from 'vitest';
import { isSurround, mixSurround } from './surround.ts';

const alone = (loud: number) => Array.from({ length: 6 }, (_, n) => new Float32Array([n === loud ? 0.5 : 0]));

// What `ffmpeg -af aresample=ochl=stereo:rematrix_maxval=1` makes of 0.5 in one channel of 5.1.
test.each([
  [0, 0.2071, 0, 0.1036],
  [1, 0, 0.2071, 0.1036],
  [2, 0.1464, 0.1464, 0.1464],
  [3, 0, 0, 0],
  [4, 0.1464, 0, 0.0732],
  [5, 0, 0.1464, 0.0732],
])('channel %i goes where ffmpeg puts it', (loud, left, right, mono) => {
  const [l, r] = mixSurround(alone(loud), 2).map(([value]) => value);
  expect(l).toBeCloseTo(left, 4);
  expect(r).toBeCloseTo(right, 4);
  expect(mixSurround(alone(loud), 1)[0]![0]).toBeCloseTo(mono, 4);
});

test('what says in which order its channels are', () => {
  expect(isSurround('aac', 6, new Uint8Array([0x11, 0xb0]))).toBe(true);
  expect(isSurround('aac', 6, new Uint8Array([0x11, 0x80]))).toBe(false);
  expect(isSurround('aac', 6, undefined)).toBe(false);
  expect(isSurround('flac', 6, undefined)).toBe(true);
  expect(isSurround('pcm_s16le', 6, undefined)).toBe(false);
  expect(isSurround('opus', 8, undefined)).toBe(false);
});
