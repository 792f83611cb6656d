import { expect, test } from 'vitest';
import { createWorld, file } from '../../state/testing/fakes.ts';
import type { Timing } from '../../timing/types.ts';
import { isBehind, timingCommands } from './timing.ts';

const at = (...times: number[]): Timing => ({ hits: times.map((time) => ({ time, strength: 0.5 })), level: [] });

test('the sound can be updated where its hits are not those on the lane, and then no more', async () => {
  const { studio } = createWorld({ timing: true });
  const update = timingCommands.find(({ id }) => id === 'timing.update');
  const state = () => studio.store.getState();
  await studio.receive([file('ball.mp4')]);
  await studio.surveyed();
  await studio.timingRead();
  studio.setTiming(at(0.25, 1.75), { label: 'hits' });
  // No sound yet.
  expect(update?.enabled(state())).toBe(false);
  studio.setDraft({ takes: 1 });
  await studio.generate();
  expect(isBehind(state())).toBe(false);
  studio.setTiming(at(0.25, 1.5), { label: 'hits' });
  expect(update?.enabled(state())).toBe(true);
  const { selected } = state();
  if (selected === undefined) throw new Error('There is no take.');
  await studio.redirect(selected);
  expect(update?.enabled(state())).toBe(false);
  studio.undo();
  expect(state().timing.shown).toEqual(at(0.25, 1.75));
  expect(isBehind(state())).toBe(false);
});
