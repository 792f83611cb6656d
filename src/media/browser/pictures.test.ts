import { describe, expect, test } from 'vitest';
import { conversionOf, toRgb, turned } from './colour.ts';
import { scalePlane, type Plane } from './scale.ts';

const plane = (samples: number[], width: number): Plane => ({
  samples: Uint8Array.from(samples),
  offset: 0,
  stride: width,
  step: 1,
  width,
  height: samples.length / width,
});

describe('scaling', () => {
  test('a smaller picture holds the means of what it covers, parts of samples too', () => {
    expect([...scalePlane(plane([0, 10, 20, 30, 40, 50], 6), 2, 1)]).toEqual([10, 40]);
    const [left, right] = scalePlane(plane([0, 90, 30], 3), 2, 1);
    expect(left).toBeCloseTo(30, 4);
    expect(right).toBeCloseTo(50, 4);
    expect([...scalePlane(plane([0, 100, 50, 50], 1), 1, 2)]).toEqual([50, 50]);
  });

  test('what is even stays so, whatever the sizes', () => {
    for (const [from, to] of [
      [7, 3],
      [1080, 64],
      [64, 64],
      [5, 16],
    ] as const) {
      // prettier-ignore
      for (const value of scalePlane(plane(new Array<number>(from).fill(200), from), to, 1)) {
        expect(value).toBeCloseTo(200, 3);
      }
    }
  });

  test('interleaved samples are told apart', () => {
    const both: Plane = { samples: Uint8Array.of(1, 100, 3, 200), offset: 1, stride: 4, step: 2, width: 2, height: 1 };
    expect([...scalePlane(both, 1, 1)]).toEqual([150]);
  });
});

describe('colours', () => {
  const rgb = (y: number, u: number, v: number, colours: Parameters<typeof conversionOf>[0]) => {
    const out = new Uint8ClampedArray(3);
    toRgb([Float32Array.of(y), Float32Array.of(u), Float32Array.of(v)], conversionOf(colours), out, 3);
    return [...out];
  };

  test('black and white by range and depth', () => {
    expect(rgb(16, 128, 128, { matrix: 'bt709', full: false, depth: 8 })).toEqual([0, 0, 0]);
    expect(rgb(940, 512, 512, { matrix: undefined, full: false, depth: 10 })).toEqual([255, 255, 255]);
    expect(rgb(255, 128, 128, { matrix: undefined, full: true, depth: 8 })).toEqual([255, 255, 255]);
  });

  test('pure red is coded differently by each matrix', () => {
    expect(rgb(63, 102, 240, { matrix: 'bt709', full: false, depth: 8 })).toEqual([255, 1, 0]);
    expect(rgb(81, 90, 240, { matrix: null, full: false, depth: 8 })).toEqual([254, 0, 0]);
  });
});

test('pictures are turned clockwise', () => {
  // a b c
  // d e f
  const pixels = Uint8ClampedArray.from('abcdef', (letter) => letter.charCodeAt(0)).reduce<number[]>(
    (all, value) => [...all, value, value, value],
    [],
  );
  const letters = (turn: number) =>
    [...turned(Uint8ClampedArray.from(pixels), 3, 2, 3, turn)]
      .filter((_, n) => n % 3 === 0)
      .map((value) => String.fromCharCode(value))
      .join('');
  expect(letters(0)).toBe('abcdef');
  expect(letters(90)).toBe('daebfc');
  expect(letters(180)).toBe('fedcba');
  expect(letters(270)).toBe('cfbead');
});
