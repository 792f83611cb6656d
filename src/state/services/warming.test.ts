import { expect, test, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import { createWorld, file, SOUND, type World } from '../testing/fakes.ts';

const parts = (world: World) => world.loads.map(({ part }) => part);
const ahead = () => createWorld({ mayFetchAhead: () => true });

test('an open file has the model loaded, and a generation loads nothing more', async () => {
  const world = ahead();
  expect(parts(world)).toEqual([]);
  await world.studio.open(file('a.mp4'));
  await vi.waitFor(() => expect(parts(world)).toEqual(['timing', 'v2a']));
  expect((await world.studio.generate()).status).toBe('done');
  await world.studio.open(file('b.mp4'));
  await world.studio.generate();
  expect(parts(world)).toEqual(['timing', 'v2a']);
});

test('after the first take the rest of the pack is stored, once, and not where data is to be saved', async () => {
  const world = ahead();
  await world.studio.open(file('a.mp4'));
  expect(world.packsKept).toEqual([]);
  await world.studio.generate();
  await world.studio.generate();
  const { pack } = world.studio.store.getState();
  expect(world.packsKept).toEqual([pack.phase === 'known' && pack.hash]);
  const saving = createWorld({ mayFetchAhead: () => false });
  await saving.studio.open(file('a.mp4'));
  await saving.studio.generate();
  expect(saving.packsKept).toEqual([]);
});

test('where data is to be saved, nothing is loaded before Generate', async () => {
  const world = createWorld({ mayFetchAhead: () => false });
  world.studio.prepareFor('v2a');
  await world.studio.open(file('a.mp4'));
  await world.studio.surveyed();
  expect(parts(world)).toEqual([]);
  expect((await world.studio.generate()).status).toBe('done');
  expect(parts(world)).toEqual(['v2a']);
});

test('a generation waits for what is being loaded, shows how far it is, and its cancel leaves the load alone', async () => {
  const world = ahead();
  world.hold = 'load';
  await world.studio.open(file('a.mp4'));
  await world.held();
  const first = world.studio.generate();
  await vi.waitFor(() =>
    expect(world.studio.store.getState().job).toMatchObject({ stage: 'download', progress: { loaded: 5, total: 10 } }),
  );
  world.studio.cancel();
  expect(await first).toEqual({ status: 'cancelled' });
  const second = world.studio.generate();
  world.release();
  expect((await second).status).toBe('done');
  expect(parts(world)).toEqual(['timing', 'v2a']);
});

test('a failure is not shown until somebody presses Generate: then it is tried again, and told', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const world = ahead();
  world.failures.set('load', new AppError('pack-network', 'The connection broke.', 'Try again.'));
  await world.studio.open(file('a.mp4'));
  await vi.waitFor(() => expect(warn).toHaveBeenCalled());
  expect(world.studio.store.getState().failure).toBeUndefined();
  expect(await world.studio.generate()).toMatchObject({ status: 'failed', error: { code: 'pack-network' } });
  expect(world.studio.store.getState().failure?.error.code).toBe('pack-network');
  world.failures.clear();
  expect((await world.studio.generate()).status).toBe('done');
  expect(parts(world)).toEqual(['timing', 'v2a', 'v2a', 'v2a']);
  warn.mockRestore();
});

test('a sample that is pointed at is prepared for; the file that is opened decides', async () => {
  const world = ahead();
  world.studio.prepareFor('v2a');
  world.studio.prepareFor('a2v');
  await vi.waitFor(() => expect(parts(world)).toEqual(['timing', 'v2a']));
  world.probes.set('a.m4a', SOUND);
  await world.studio.open(file('a.m4a'));
  await vi.waitFor(() => expect(parts(world)).toEqual(['timing', 'v2a', 'a2v']));
});
