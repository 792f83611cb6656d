import { expect, test } from 'vitest';
import type { Timing } from '../../timing/types.ts';
import { createWorld, file } from '../testing/fakes.ts';
import type { TakeId } from '../take.ts';

const at = (...times: number[]): Timing => ({ hits: times.map((time) => ({ time, strength: 0.5 })), level: [] });

async function directed() {
  const world = createWorld({ timing: true });
  const { studio } = world;
  await studio.receive([file('ball.mp4')]);
  await studio.surveyed();
  await studio.timingRead();
  studio.setTiming(at(0.25, 1.75), { label: 'hits' });
  studio.setDraft({ seed: 7, prompt: 'hammer' });
  await studio.generate();
  const state = () => studio.store.getState();
  const first = state().takes[0]!.id;
  const ids = () => state().takes.map(({ id }) => id);
  const follow = (id: TakeId, ...times: number[]) => {
    studio.setTiming(at(...times), { label: 'hits' });
    return studio.redirect(id);
  };
  return { world, studio, state, first, ids, follow };
}

test('only what an edit touches is made anew, with the seed and the words of the take', async () => {
  const { world, state, first, follow } = await directed();
  // What is typed by now is for the next take.
  world.studio.setDraft({ prompt: 'splash', seed: 99 });
  expect(await follow(first, 0.25, 1.5)).toMatchObject({
    status: 'done',
    takes: [{ recipe: { timing: at(0.25, 1.5) } }],
  });
  const request = world.requests.at(-1);
  expect(request?.settings).toMatchObject({ seed: 7, variations: [], prompt: 'hammer' });
  expect(request?.keep?.spans).toHaveLength(1);
  const [span] = request?.keep?.spans ?? [];
  expect(span?.start).toBeGreaterThan(0.8);
  expect(span?.end).toBe(2);
  expect(state().takes.map(({ recipe }) => recipe.seed)).toEqual([7, 7]);
});

test('one take follows the hits while they are moved, and is undone with each edit', async () => {
  const { studio, state, first, ids, follow } = await directed();
  await follow(first, 0.25, 1.5);
  const second = ids()[1]!;
  expect(ids()).toEqual([first, second]);
  await follow(second, 0.25, 1.25);
  const third = ids()[1]!;
  expect(ids()).toEqual([first, third]);
  expect(third).not.toBe(second);
  studio.undo();
  expect([ids(), state().selected, state().timing.shown]).toEqual([[first, second], second, at(0.25, 1.5)]);
  studio.undo();
  expect([ids(), state().selected, state().timing.shown]).toEqual([[first], first, at(0.25, 1.75)]);
  studio.redo();
  studio.redo();
  expect([ids(), state().selected, state().timing.shown]).toEqual([[first, third], third, at(0.25, 1.25)]);
});

test('a take with which something else was done stays', async () => {
  const { studio, first, ids, follow } = await directed();
  await follow(first, 0.25, 1.5);
  const second = ids()[1]!;
  studio.starTake(second, true);
  await follow(second, 0.25, 1.25);
  expect(ids().slice(0, 2)).toEqual([first, second]);
  expect(ids()).toHaveLength(3);
});

test('nothing is made where nothing changed', async () => {
  const { world, studio, first, ids } = await directed();
  expect(await studio.redirect(first)).toEqual({ status: 'done', takes: [] });
  expect(world.requests).toHaveLength(1);
  expect(ids()).toEqual([first]);
});

test('a take that words alone decided is made anew as a whole, with its seed', async () => {
  const { world, studio, state } = await directed();
  await studio.readTimingAgain();
  await studio.generate();
  const undirected = state().takes.at(-1)!;
  expect(undirected.recipe).not.toHaveProperty('timing');
  studio.setTiming(at(1), { label: 'hits' });
  expect((await studio.redirect(undirected.id)).status).toBe('done');
  expect(world.requests.at(-1)).not.toHaveProperty('keep');
  expect(world.requests.at(-1)?.settings.seed).toBe(undirected.recipe.seed);
});

test('a take that cannot follow hits says so', async () => {
  const world = createWorld();
  const { studio } = world;
  await studio.receive([file('ball.mp4')]);
  await studio.generate();
  const [take] = studio.store.getState().takes;
  expect(await studio.redirect(take!.id)).toMatchObject({ status: 'failed', error: { code: 'timing-missing' } });
  expect(await studio.redirect('gone' as TakeId)).toMatchObject({ status: 'failed', error: { code: 'no-source' } });
});
