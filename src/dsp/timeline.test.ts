import { describe, expect, test } from 'vitest';
import { matchOnsets } from './matching.ts';
import { findMotion, type MotionFrames } from './motion.ts';
import { buildPeaks, outline } from './peaks.ts';
import { hits, noise } from './signals.testing.ts';
import { clipSpan, isIn, overlap, sameSpan, spanBetween, spanLength } from './span.ts';

describe('spans', () => {
  test('order, overlap and clip', () => {
    expect(spanBetween(2, 1)).toEqual({ start: 1, end: 2 });
    expect(spanLength({ start: 1, end: 2.5 })).toBe(1.5);
    expect(overlap({ start: 0, end: 2 }, { start: 1, end: 5 })).toBe(1);
    expect(overlap({ start: 0, end: 1 }, { start: 1, end: 5 })).toBe(0);
    expect(clipSpan({ start: -1, end: 9 }, 4)).toEqual({ start: 0, end: 4 });
    expect(clipSpan({ start: 5, end: 9 }, 4)).toBeUndefined();
    expect(isIn(1, { start: 1, end: 2 }) && !isIn(2, { start: 1, end: 2 })).toBe(true);
    expect(sameSpan(undefined, undefined) && !sameSpan({ start: 0, end: 1 }, undefined)).toBe(true);
    expect(sameSpan({ start: 0, end: 1 }, { start: 0.000001, end: 1 })).toBe(true);
  });
});

describe('peaks', () => {
  const rate = 16_000;
  const samples = noise(10, rate, 0.8);
  const peaks = buildPeaks(samples, rate);

  test('every column holds the extremes of its samples at every zoom', () => {
    for (const [from, to, columns] of [
      [0, 10, 10],
      [0, 10, 333],
      [2.5, 3.5, 100],
      [1, 1.1, 50],
    ] as const) {
      const { lowest, highest } = outline(peaks, from, to, columns);
      for (let column = 0; column < columns; column++) {
        const [a, b] = [column, column + 1].map((n) => Math.floor((from + ((to - from) * n) / columns) * rate));
        const part = samples.slice(a, b);
        expect(lowest[column]).toBeLessThanOrEqual(Math.min(...part));
        expect(highest[column]).toBeGreaterThanOrEqual(Math.max(...part));
      }
    }
  });
  test('a hit is in its column and nowhere else', () => {
    const { highest } = outline(buildPeaks(hits([5.05], 10, rate), rate), 0, 10, 100);
    expect(highest.findIndex((value) => value > 0.05)).toBe(50);
    expect(Math.max(...highest.slice(0, 49))).toBe(0);
  });
  test('beyond the sound there is nothing, and no sound is no trouble', () => {
    const { lowest, highest } = outline(peaks, -10, 20, 30);
    for (const side of [lowest, highest]) {
      expect(side.slice(0, 10).every((value) => value === 0)).toBe(true);
      expect(side.slice(10, 20).every((value) => value !== 0)).toBe(true);
      expect(side.slice(20).every((value) => value === 0)).toBe(true);
    }
    expect(outline(buildPeaks(new Float32Array(), rate), 0, 1, 4).highest).toEqual(new Float32Array(4));
    expect(outline(peaks, 1, 1, 4).highest).toEqual(new Float32Array(4));
  });
  test('a drawing of ten minutes looks at few of them', () => {
    const long = buildPeaks(new Float32Array(600 * rate), rate);
    const coarse = long.levels.findLast(({ stride }) => stride <= long.duration * (rate / 1000));
    expect(coarse?.lowest.length).toBeLessThan(4 * 1000);
  });
});

describe('seen motion', () => {
  const SIZE = 32;
  const FPS = 15.625;
  type Picture = (x: number, y: number, k: number) => number;
  function film(picture: Picture, count = 64): MotionFrames {
    const rgb = new Uint8Array(count * SIZE * SIZE * 3);
    for (let k = 0; k < count; k++) {
      for (let y = 0; y < SIZE; y++) {
        for (let x = 0; x < SIZE; x++) rgb.fill(Math.max(0, Math.min(255, picture(x, y, k))), ((k * SIZE + y) * SIZE + x) * 3, ((k * SIZE + y) * SIZE + x + 1) * 3); // prettier-ignore
      }
    }
    return { rgb, count, size: SIZE, fps: FPS };
  }
  const texture = (x: number, y: number) => 90 + 50 * Math.sin(x * 0.9) * Math.cos(y * 0.7) + ((x * 7 + y * 13) % 11);
  /** A bright block that stands still but for a jump in the frames `at`. */
  const jumps =
    (at: readonly number[]): Picture =>
    (x, y, k) => {
      const left = 6 + 6 * (at.filter((frame) => frame <= k).length % 3);
      return x >= left && x < left + 5 && y >= 12 && y < 18 ? 240 : texture(x, y);
    };
  const times = (at: readonly number[]) => at.map((frame) => frame / FPS);
  const AT = [8, 20, 41, 55];

  test('jumps of a block are its onsets, on the clock of the frames', async () => {
    const { onsets, curve } = await findMotion(film(jumps(AT)));
    expect(onsets).toEqual(times(AT));
    expect(curve).toHaveLength(64);
    expect(Math.max(...curve)).toBe(1);
    expect(curve[0]).toBe(0);
  });
  test('so they are in a film from the hand, under flickering light and with grain', async () => {
    const calm = jumps(AT);
    const shaken: Picture = (x, y, k) =>
      calm(x + Math.round(1.4 * Math.sin(k * 2.1)), y + Math.round(Math.cos(k * 1.7)), k);
    const flickering: Picture = (x, y, k) => calm(x, y, k) + 9 * Math.sin(k * 1.9);
    const grainy: Picture = (x, y, k) => calm(x, y, k) + ((((x * 31 + y * 17 + k * 97) * 2654435761) >>> 8) % 9) - 4;
    for (const picture of [shaken, flickering, grainy])
      expect((await findMotion(film(picture))).onsets).toEqual(times(AT));
  });
  test('a still, a black and an empty film have none', async () => {
    const still = film((x, y) => texture(x, y));
    for (const frames of [still, film(() => 0), film(() => 0, 0), film(() => 0, 1)]) {
      const { onsets, curve } = await findMotion(frames);
      expect(onsets).toEqual([]);
      expect(curve.every((value) => value === 0)).toBe(true);
    }
  });
  test('neither a cut nor a flash is movement', async () => {
    const cut: Picture = (x, y, k) => (k < 30 ? jumps(AT)(x, y, k) : 255 - jumps(AT)(SIZE - x, y, k));
    expect((await findMotion(film(cut))).onsets).toEqual(times(AT));
    const flash: Picture = (x, y, k) => (k === 30 ? 255 : jumps(AT)(x, y, k));
    expect((await findMotion(film(flash))).onsets).toEqual(times(AT));
  });
});

describe('matching what is seen with what is heard', () => {
  test('pairs neighbours within a tenth of a second, each once', () => {
    expect(matchOnsets([1, 2, 3], [1.05, 2.2, 2.95])).toEqual([
      { seen: 0, heard: 0 },
      { seen: 2, heard: 2 },
    ]);
    expect(matchOnsets([1, 1.05], [1.04])).toEqual([{ seen: 1, heard: 0 }]);
    expect(matchOnsets([], [1])).toEqual([]);
    expect(matchOnsets([1], [])).toEqual([]);
  });
  test('finds as many pairs as there are, where taking the nearest first would lose one', () => {
    expect(matchOnsets([1, 1.09], [0.92, 1.04])).toHaveLength(2);
    expect(matchOnsets([1, 1.08], [1.05, 1.17])).toEqual([
      { seen: 0, heard: 0 },
      { seen: 1, heard: 1 },
    ]);
  });
  test('is the best there is, by trying everything', () => {
    let state = 7;
    const random = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) / 2 ** 32;
    const best = (seen: readonly number[], heard: readonly number[], i = 0, used = 0): readonly [number, number] => {
      if (i === seen.length) return [0, 0];
      let top = best(seen, heard, i + 1, used);
      heard.forEach((time, j) => {
        const apart = Math.abs(time - (seen[i] ?? 0));
        if (used & (1 << j) || apart > 0.1) return;
        const [count, far] = best(seen, heard, i + 1, used | (1 << j));
        if (count + 1 > top[0] || (count + 1 === top[0] && far + apart < top[1])) top = [count + 1, far + apart];
      });
      return top;
    };
    for (let round = 0; round < 200; round++) {
      const [seen, heard] = [0, 1].map(() => Array.from({ length: 5 }, () => 0.6 * random()).sort((a, b) => a - b));
      if (!seen || !heard) throw new Error('No times.');
      const matches = matchOnsets(seen, heard);
      const [count, far] = best(seen, heard);
      expect(matches).toHaveLength(count);
      const apart = matches.reduce(
        (sum, match) => sum + Math.abs((seen[match.seen] ?? 0) - (heard[match.heard] ?? 0)),
        0,
      );
      expect(apart).toBeCloseTo(far, 9);
    }
  });
});
