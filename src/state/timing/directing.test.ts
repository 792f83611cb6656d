import { expect, test } from 'vitest';
import type { Timing } from '../../timing/types.ts';
import { createWorld, file } from '../testing/fakes.ts';

const at = (...times: number[]): Timing => ({ hits: times.map((time) => ({ time, strength: 0.5 })), level: [] });

async function opened() {
  const world = createWorld();
  await world.studio.receive([file('ball.mp4')]);
  await world.studio.surveyed();
  return world;
}

test('a timing that is set directs what follows, and a movement of the hand is taken back in one step', async () => {
  const { studio } = await opened();
  const timing = () => studio.store.getState().timing;
  const before = timing();
  studio.setTiming(at(0.2), { label: 'hits', name: 'drag', done: false });
  studio.setTiming(at(0.3), { label: 'hits', name: 'drag', done: false });
  studio.setTiming(timing().shown!, { label: 'hits', name: 'drag', done: true });
  studio.setTiming(at(0.3, 1), { label: 'hits', name: 'drag', done: true });
  expect(timing()).toMatchObject({ shown: at(0.3, 1), directed: true });
  studio.undo();
  expect(timing()).toMatchObject({ shown: at(0.3), directed: true });
  studio.undo();
  expect(timing()).toEqual(before);
  studio.redo();
  expect(timing()).toMatchObject({ shown: at(0.3), directed: true });
});

test('changes of different kinds are different steps', async () => {
  const { studio } = await opened();
  studio.setTiming(at(0.2), { label: 'hits', name: 'a' });
  studio.setTiming(at(0.3), { label: 'level', name: 'a' });
  studio.setTiming(at(0.4), { label: 'import' });
  studio.setTiming(at(0.5), { label: 'import' });
  for (const shown of [at(0.4), at(0.3), at(0.2)]) {
    studio.undo();
    expect(studio.store.getState().timing.shown).toEqual(shown);
  }
});

test('another file has a timing of its own', async () => {
  const { studio } = await opened();
  studio.setTiming(at(0.2), { label: 'hits' });
  await studio.receive([file('other.mp4')]);
  expect(studio.store.getState().timing).toMatchObject({ directed: false });
  expect(studio.undoStore.getState().undo).toBeUndefined();
});
