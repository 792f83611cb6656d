import { expect, test, vi } from 'vitest';
import { cancelled } from '../../errors.ts';
import type { EyesRequest } from '../../engine/eyes-client.ts';
import type { SeenElsewhere, Sight } from '../../model/eyes.ts';
import { emptyDraft } from '../recipe/draft.ts';
import { readRecipe, writeRecipe } from '../recipe/recipe-file.ts';
import { createWorld, file, SOUND, type World } from '../testing/fakes.ts';

const tagger = { slope: 2, offset: 1 };

/** Sees a drop in every picture, and wood in those from `from` seconds on. */
function eyes(from = Infinity) {
  const requests: Omit<EyesRequest, 'folder'>[] = [];
  const look = vi.fn((_: AbortSignal, request: Omit<EyesRequest, 'folder'>): Promise<Sight> => {
    requests.push(request);
    const { times } = request;
    return Promise.resolve({
      times,
      logits: Float32Array.from(times.flatMap((time) => (time < from ? [9, 0] : [0, 9]))),
      groups: [
        { name: 'drop', say: ['drop'], classes: { 0: 'a drop' } },
        { name: 'wood', say: ['wood'], classes: { 1: 'a log' } },
      ],
      rule: { classes: 2, saidAbove: 0.5, certainty: { eyes: { slope: 1, offset: 0 }, tagger } },
    });
  });
  return { look, requests };
}

const seenIn = ({ requests }: World): (SeenElsewhere | undefined)[] =>
  requests.map((request) => (request.task === 'v2a' ? request.seen : undefined));

async function opened(world: World, name = 'ball.mp4') {
  await world.studio.receive([file(name)]);
  await world.studio.surveyed();
  await world.studio.looked();
  return world.studio;
}

test('what the eyes see goes with the next take, once the model is there', async () => {
  const { look, requests } = eyes();
  const world = createWorld({ look, mayFetchAhead: () => true });
  const studio = await opened(world);
  expect(world.log).toContain('load');
  // A picture a second, in the proportions of the video.
  expect(requests.length).toBe(1);
  const [request] = requests;
  expect(request?.backend).toBe('wasm');
  expect(request?.aspect).toBe(320 / 180);
  expect(request?.times.slice(0, 2)).toEqual([0.5, 1.5]);
  await studio.generate();
  expect(seenIn(world)[0]).toMatchObject({ words: ['drop'], trust: { tagger } });
});

test('a part of the file is named by what is seen in it', async () => {
  const { look } = eyes(1);
  const world = createWorld({ look, mayFetchAhead: () => true });
  const studio = await opened(world);
  studio.setTrim({ start: 1, end: 2 });
  await studio.generate();
  expect(seenIn(world)[0]?.words).toEqual(['wood']);
});

test('a generation does not wait for the eyes, which look after it', async () => {
  const { look } = eyes();
  const world = createWorld({ look, mayFetchAhead: () => true });
  let begun: () => void = () => undefined;
  const looking = new Promise<void>((resolve) => (begun = resolve));
  look.mockImplementationOnce((signal) => {
    begun();
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(cancelled())));
  });
  await world.studio.receive([file('ball.mp4')]);
  await world.studio.surveyed();
  await looking;
  expect((await world.studio.generate()).status).toBe('done');
  await world.studio.looked();
  await world.studio.generate();
  expect(seenIn(world).map((seen) => seen?.words)).toEqual([undefined, ['drop']]);
});

test.each([
  ['nothing may be fetched ahead', 'ball.mp4', () => false],
  ['there is no picture', 'sound.wav', () => true],
])('where %s, nobody looks', async (_, name, mayFetchAhead) => {
  const { look } = eyes();
  const world = createWorld({ look, mayFetchAhead });
  world.probes.set('sound.wav', SOUND);
  await opened(world, name);
  expect(look).not.toHaveBeenCalled();
});

test('eyes that fail are no failure of the file, and another file is looked at anew', async () => {
  const { look } = eyes();
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const world = createWorld({ look, mayFetchAhead: () => true });
  look.mockImplementationOnce(() => Promise.reject(new Error('no eyes')));
  const studio = await opened(world);
  expect(studio.store.getState()).toMatchObject({ failure: undefined, sight: undefined, input: { phase: 'ready' } });
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();
  await opened(world, 'other.mp4');
  expect(studio.store.getState().sight).toBeDefined();
  studio.closeFile();
  expect(studio.store.getState().sight).toBeUndefined();
});

test('takes that go on from another keep its words, and so does its recipe', async () => {
  const { look } = eyes();
  const world = createWorld({ look, mayFetchAhead: () => true });
  const studio = await opened(world);
  await studio.generate();
  const [take] = studio.store.getState().takes;
  await studio.moreLike(take!.id);
  await studio.renew(take!.id, [{ start: 0, end: 0.5 }]);
  // The fake engine understands a hammer, whatever it is told.
  expect(seenIn(world).slice(-2)).toEqual([{ words: ['hammer'] }, { words: ['hammer'] }]);
  expect(readRecipe(writeRecipe(take!))).toMatchObject({ words: ['hammer'] });
  expect(readRecipe(writeRecipe({ ...take!, byEyes: true }))).toMatchObject({ words: ['hammer'], byEyes: true });

  // Made again elsewhere, without eyes: by the words of its recipe.
  const there = createWorld();
  there.probes.set('export.mp4', { duration: 2, video: SOURCE, recipe: writeRecipe(take!) });
  await there.studio.receive([file('export.mp4')]);
  await there.studio.generate();
  expect(seenIn(there)[0]).toEqual({ words: ['hammer'] });
  there.studio.setDraft({ prompt: 'wood' });
  await there.studio.generate();
  expect(seenIn(there).at(-1)).toBeUndefined();
});

const SOURCE = { codec: 'h264', width: 320, height: 180, rotation: 0, fps: 25 };

test('a batch looks at each file before its take, and goes on where the eyes fail', async () => {
  const { look } = eyes();
  const world = createWorld({ look, mayFetchAhead: () => true });
  const complain = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const batch = await world.studio.batch;
  await batch.add([file('one.mp4'), file('two.mp4')], { draft: { ...emptyDraft(1), takes: 1 } });
  look.mockImplementationOnce(() => Promise.reject(new TypeError('blind')));
  batch.start();
  await vi.waitFor(() => {
    expect(batch.store.getState().items.map(({ status }) => status.state)).toEqual(['done', 'done']);
  });
  expect(seenIn(world).map((seen) => seen?.words)).toEqual([undefined, ['drop']]);
  expect(complain).toHaveBeenCalledOnce();
  complain.mockRestore();
});
