import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { editsOf } from './edits.ts';

const fixture = (name: string) => new Blob([readFileSync(`e2e/fixtures/media/${name}`)]);

test('where the edits of a file begin and end', async () => {
  const [picture, sound] = (await editsOf(fixture('flash-vfr.mp4'))).values();
  expect(picture).toMatchObject({ odd: undefined, lead: 0.017 });
  expect(picture?.end).toBeCloseTo(5.342, 6);
  expect(sound).toEqual({ odd: undefined, lead: 0, end: 5.36 });
});

test('several edits are told', async () => {
  const bytes = readFileSync('e2e/fixtures/media/flash-vfr.mp4');
  // The first list is an empty edit and the edit itself; the empty one becomes one as well.
  bytes.writeInt32BE(0, bytes.indexOf('elst') + 4 + 8 + 4);
  const [picture] = (await editsOf(new Blob([bytes]))).values();
  expect(picture?.odd).toBe('several edits');
});

test('no MP4, no edits', async () => {
  expect((await editsOf(fixture('vp8.webm'))).size).toBe(0);
  expect((await editsOf(new Blob(['moov']))).size).toBe(0);
});
