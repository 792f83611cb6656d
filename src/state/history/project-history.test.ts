import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { defaultEdit } from '../../dsp/mix.ts';
import { writeRecipe } from '../recipe/recipe-file.ts';
import { createWorld, file, VIDEO } from '../testing/fakes.ts';
import type { TakeId } from '../take.ts';

type World = ReturnType<typeof createWorld>;
const state = (world: World) => world.studio.store.getState();

/** A project with takes, all of it kept. */
async function made(takes: number) {
  const world = createWorld();
  await world.studio.receive([file('ball.mp4')]);
  world.studio.setDraft({ takes });
  await world.studio.generate();
  await world.studio.kept();
  return world;
}

/** How many files the device holds. */
const files = ({ device }: World) => device.files.stored.size;
const ids = (world: World) => state(world).takes.map(({ id }) => id);

describe('a discarded take', () => {
  it('frees its room when undo can no longer bring it back', async () => {
    const world = await made(2);
    const before = files(world);
    const [first] = ids(world) as [TakeId];
    world.studio.discardTake(first);
    await world.studio.kept();
    expect(files(world)).toBe(before);
    world.studio.undo();
    await world.studio.kept();
    expect(ids(world)).toContain(first);
    world.studio.redo();
    await world.studio.receive([file('other.mp4')]);
    await world.studio.kept();
    // Its sound and its latents; the other take is whole.
    expect(files(world)).toBe(before - 2);
  });

  it('that was brought back is kept when its history is forgotten', async () => {
    const world = await made(1);
    const { project } = state(world);
    const [take] = ids(world) as [TakeId];
    world.studio.discardTake(take);
    world.studio.undo();
    const before = files(world);
    await world.studio.receive([file('other.mp4')]);
    await world.studio.openProject(project!);
    expect(ids(world)).toEqual([take]);
    expect(files(world)).toBe(before);
  });
});

describe('without room', () => {
  it('a take that could not be kept can be edited and discarded, and is kept as soon as there is room', async () => {
    const world = await made(1);
    world.device.files.room = 0;
    world.studio.setDraft({ takes: 2 });
    await world.studio.generate();
    await world.studio.kept();
    expect(state(world).failure?.error.code).toBe('storage-full');
    const [, second, third] = ids(world) as [TakeId, TakeId, TakeId];
    world.studio.dismissFailure();
    world.studio.discardTake(third);
    await world.studio.kept();
    expect(state(world).failure).toBeUndefined();
    world.device.files.room = Infinity;
    world.studio.editTake(second, { offset: 0.1 });
    await world.studio.kept();
    expect(state(world).failure).toBeUndefined();
    const { project } = state(world);
    await world.studio.receive([file('other.mp4')]);
    await world.studio.openProject(project!);
    expect(state(world).takes).toMatchObject([{ edit: { offset: 0 } }, { id: second, edit: { offset: 0.1 } }]);
  });
});

it('a project of an exported file knows its recipe when it is opened again', async () => {
  const { takes } = state(await made(1));
  const world = createWorld();
  const recipe = writeRecipe({ ...takes[0]!, edit: { ...defaultEdit, offset: 0.02 } });
  world.probes.set('ball-foley-7.mp4', { ...VIDEO, recipe });
  await world.studio.receive([file('ball-foley-7.mp4')]);
  world.studio.setDraft({ takes: 1 });
  await world.studio.generate();
  await world.studio.kept();
  const { project } = state(world);
  await world.studio.receive([file('other.mp4')]);
  await world.studio.openProject(project!);
  expect(state(world)).toMatchObject({ restored: { by: 'export' }, takes: [{ edit: { offset: 0.02 } }] });
});
