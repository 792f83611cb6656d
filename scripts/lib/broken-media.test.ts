import { expect, test } from 'vitest';
import { BREAKS, brokenFile, randomFrom } from './broken-media.mjs';

const seeds = ['one', 'two'].map((name) => ({ name, bytes: Buffer.from(`ftyp vide soun ${name}`.repeat(100)) }));
const original = (index: number) => seeds[index % seeds.length]!.bytes;

test('the same seed breaks a file the same way, another one differently', () => {
  for (let index = 0; index < 16; index++) {
    const file = brokenFile(seeds, 3, index);
    expect(brokenFile(seeds, 3, index)).toEqual(file);
    expect(file.bytes.equals(original(index)), file.name).toBe(false);
  }
  expect(brokenFile(seeds, 4, 0).bytes.equals(brokenFile(seeds, 3, 0).bytes)).toBe(false);
});

test('every way of breaking comes up, and leaves the seeds as they are', () => {
  const before = seeds.map(({ bytes }) => Buffer.from(bytes));
  const names = Array.from({ length: 8 }, (_, index) => brokenFile(seeds, 1, index).name).join(' ');
  for (const kind of Object.keys(BREAKS)) expect(names).toContain(`-${kind}-`);
  seeds.forEach(({ bytes }, n) => expect(bytes.equals(before[n]!)).toBe(true));
});

test('random numbers lie from 0 up to 1 and spread', () => {
  const random = randomFrom(5);
  const values = Array.from({ length: 1000 }, random);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  expect(values.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0.5, 1);
});
