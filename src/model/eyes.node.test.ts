import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseEyesManifest, parseWordTable } from './eyes-manifest.ts';
import { certaintyOf, sayWhatIsSeen, type Sight } from './eyes.ts';

const FOLDER = join(import.meta.dirname, '../../public/models/eyes');
const read = (file: string) => readFileSync(join(FOLDER, file));
const manifest = parseEyesManifest(read('manifest.json').toString());
const groups = parseWordTable(read('words.json').toString());

describe('the eyes that ship', () => {
  test('are the files that their manifest lists', () => {
    for (const { file, bytes, sha256 } of [manifest.graph, manifest.words]) {
      const content = read(file);
      expect(content.length).toBe(bytes);
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    }
  });

  test('say something of each class once at most, and only of classes that there are', () => {
    const all = groups.flatMap(({ classes }) => Object.keys(classes).map(Number));
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((index) => Number.isInteger(index) && index >= 0 && index < manifest.classes)).toBe(true);
    expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
  });
});

const table = [
  { name: 'piano', say: ['piano', 'key press'], classes: { 0: 'grand piano', 1: 'upright' } },
  { name: 'dog', say: ['dog'], classes: { 2: 'beagle' } },
  { name: 'hammer', say: ['hammer strike'], classes: { 3: 'hammer' } },
];
const rule = {
  classes: 5,
  saidAbove: 0.5,
  certainty: { eyes: { slope: 1, offset: 0 }, tagger: { slope: 2, offset: 1 } },
};
/** One picture a second with these logits. */
const sight = (...pictures: number[][]): Sight => ({
  times: pictures.map((_, k) => k + 0.5),
  logits: Float32Array.from(pictures.flat()),
  groups: table,
  rule,
});

describe('what is seen', () => {
  test('adds up over things that sound alike, in the first way of saying it that the pack knows', () => {
    const both = sight([2, 2, 0, 0, 0]);
    const p = (2 * Math.exp(2)) / (2 * Math.exp(2) + 3);
    const seen = sayWhatIsSeen(both, undefined, ['key', 'press', 'piano']);
    expect(seen?.words).toEqual(['piano']);
    expect(seen?.trust?.certainty).toBeCloseTo(p, 6);
    expect(seen?.trust?.tagger).toEqual(rule.certainty.tagger);
    expect(sayWhatIsSeen(both, undefined, ['press', 'key'])?.words).toEqual(['key', 'press']);
  });

  test('is nothing where the eyes are not sure, or the pack has no words for it', () => {
    expect(sayWhatIsSeen(sight([0, 0, 0, 0.5, 0]), undefined, ['hammer', 'strike'])).toBeUndefined();
    expect(sayWhatIsSeen(sight([0, 0, 9, 0, 0]), undefined, ['hammer', 'strike'])).toBeUndefined();
    // Half of a way of saying it is none.
    expect(sayWhatIsSeen(sight([0, 0, 0, 9, 0]), undefined, ['hammer'])).toBeUndefined();
  });

  test('is what is there in the part that is worked on, on average', () => {
    const words = ['dog', 'hammer', 'strike'];
    const turning = sight([0, 0, 8, 0, 0], [0, 0, 5, 0, 0], [0, 0, 0, 9, 0]);
    expect(sayWhatIsSeen(turning, undefined, words)?.words).toEqual(['dog']);
    expect(sayWhatIsSeen(turning, { start: 0, end: 2 }, words)?.words).toEqual(['dog']);
    expect(sayWhatIsSeen(turning, { start: 2, end: 3 }, words)?.words).toEqual(['hammer', 'strike']);
    // Between two pictures, the nearest.
    expect(sayWhatIsSeen(turning, { start: 2.6, end: 2.9 }, words)?.words).toEqual(['hammer', 'strike']);
  });

  test('is as certain as its curve says', () => {
    expect(certaintyOf(0.5, { slope: 0.78, offset: -0.33 })).toBeCloseTo(1 / (1 + Math.exp(0.33)), 9);
    expect(certaintyOf(0, { slope: 1, offset: 0 })).toBeCloseTo(0, 5);
    expect(certaintyOf(1, { slope: 1, offset: 0 })).toBeCloseTo(1, 5);
  });
});

test('a damaged manifest or table is refused with a sentence', () => {
  expect(() => parseEyesManifest('{"schema":2}')).toThrow(/manifest\.json of the eyes/);
  expect(() => parseWordTable('[')).toThrow(/words\.json of the eyes/);
});
