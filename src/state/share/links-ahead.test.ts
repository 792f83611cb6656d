import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createWorld, file } from '../testing/fakes.ts';
import { linkTitle, QUIET } from './links-ahead.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const silent = () => undefined;
const { signal } = new AbortController();

async function listening(mayFetchAhead = true) {
  const world = createWorld({ mayFetchAhead: () => mayFetchAhead });
  await world.studio.open(file('nail.mp4'));
  await world.studio.generate();
  const [take] = world.studio.store.getState().takes;
  if (!take) throw new Error('Nothing was generated.');
  const wish = { tier: 'chat', title: linkTitle(take), part: undefined } as const;
  return { world, studio: world.studio, take, wish };
}

/** The quiet moment passes, and what begins in it runs to its end. */
const quiet = async () => {
  await vi.advanceTimersByTimeAsync(QUIET);
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};

test('the link of the take on the stage is made while somebody listens, and not again when it is wanted', async () => {
  const { world, studio, take, wish } = await listening();
  expect(world.shared).toEqual([]);
  await quiet();
  await vi.waitFor(() => expect(world.shared.map(({ tier }) => tier)).toEqual(['chat']));
  expect(wish.title).toBe('nail');
  expect(await studio.makeLink(signal, take.id, wish, silent)).toMatchObject({ tier: 'chat' });
  expect(world.shared).toHaveLength(1);
});

test('another size, title or part, or a take that was edited, makes another link', async () => {
  const { world, studio, take, wish } = await listening();
  await quiet();
  await vi.waitFor(() => expect(world.shared).toHaveLength(1));
  await studio.makeLink(signal, take.id, { ...wish, tier: 'best' }, silent);
  await studio.makeLink(signal, take.id, { ...wish, title: 'Other' }, silent);
  await studio.makeLink(signal, take.id, { ...wish, part: { start: 0, end: 1 } }, silent);
  studio.editTake(take.id, { generatedGain: -3 });
  await studio.makeLink(signal, take.id, wish, silent);
  expect(world.shared).toHaveLength(5);
});

test('a generation stops it, and where data is to be saved none is begun', async () => {
  const { world, studio } = await listening();
  world.hold = 'generate';
  const work = studio.generate();
  await world.held();
  await quiet();
  expect(world.shared).toEqual([]);
  studio.cancel();
  await work;
  const saving = await listening(false);
  await quiet();
  expect(saving.world.shared).toEqual([]);
});
