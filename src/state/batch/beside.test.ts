import { expect, test } from 'vitest';
import { pairHits } from './beside.ts';

const files = (...names: string[]) => names.map((name) => new File(['x'], name));

test('hits go with the file of their name, in any order and case', () => {
  const { pairs, alone } = pairHits(files('B.hits.MID', 'a.mp4', 'b.mov', 'a.hits.txt', 'notes.txt', 'c.hits.csv'));
  expect(pairs.map(({ file, hits }) => [file.name, hits?.name])).toEqual([
    ['a.mp4', 'a.hits.txt'],
    ['b.mov', 'B.hits.MID'],
    ['notes.txt', undefined],
  ]);
  expect(alone.map(({ name }) => name)).toEqual(['c.hits.csv']);
});
