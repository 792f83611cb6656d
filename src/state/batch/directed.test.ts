import { expect, test } from 'vitest';
import { emptyDraft } from '../recipe/draft.ts';
import { createWorld, file } from '../testing/fakes.ts';

test('a batch makes the sound of a file from the hits beside it, and a bad file of hits fails alone', async () => {
  const world = createWorld({ timing: true });
  const batch = await world.studio.batch;
  const labels = new File(['0.3125\t0.3125\t0.8\n'], 'clip.hits.txt');
  const broken = new File(['<html>'], 'broken.hits.txt');
  await batch.add([labels, file('clip.mp4'), file('plain.mp4'), broken, file('broken.mp4')], {
    draft: { ...emptyDraft(1), takes: 1 },
  });
  batch.start();
  const settled = () =>
    batch.store.getState().items.every(({ status }) => status.state === 'done' || status.state === 'failed');
  while (!settled()) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(batch.store.getState().items.map(({ name, status }) => [name, status.state])).toEqual([
    ['clip.mp4', 'done'],
    ['plain.mp4', 'done'],
    ['broken.mp4', 'failed'],
  ]);
  expect(batch.store.getState().items[2]?.status).toMatchObject({ error: { code: 'hits-unreadable' } });
  expect(world.requests.map((request) => 'timing' in request)).toEqual([true, false]);
  expect(world.tags[0]?.recipe).toContain('"hits":[[0.3125,0.8]]');
});

test('hits without a video are named', async () => {
  const world = createWorld({ timing: true });
  const batch = await world.studio.batch;
  await batch.add([file('gone.hits.txt'), file('clip.mp4')], { draft: { ...emptyDraft(1), takes: 1 } });
  expect(batch.store.getState().failure).toMatchObject({ code: 'hits-alone', values: { name: 'gone.hits.txt' } });
  expect(batch.store.getState().items.map(({ name }) => name)).toEqual(['clip.mp4']);
});
