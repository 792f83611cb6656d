import { expect, test } from 'vitest';
import { createWorld, file } from '../testing/fakes.ts';

const RATE = 16_000;

/** Two clicks. */
const clicks = () => {
  const samples = new Float32Array(2 * RATE);
  for (const time of [0.5, 1.25]) {
    for (let i = 0; i < 400; i++) samples[time * RATE + i] = Math.cos(i * 1.3) * Math.exp(-i / 80);
  }
  return { channels: [samples], sampleRate: RATE };
};

test('hits of samples lie where the clicks do, and nothing is changed', async () => {
  const { studio } = createWorld();
  const before = studio.store.getState().timing;
  const { hits } = await studio.hearHits(clicks());
  expect(hits.map(({ time }) => time.toFixed(2))).toEqual(['0.50', '1.25']);
  expect(studio.store.getState().timing).toBe(before);
});

test('the own sound of the open file is heard; without a file there is none', async () => {
  const { studio } = createWorld();
  await expect(studio.hearHits('original')).rejects.toMatchObject({ code: 'no-source' });
  await studio.receive([file('ball.mp4')]);
  await studio.surveyed();
  expect((await studio.hearHits('original')).hits).toBeInstanceOf(Array);
});
