import { describe, expect, it } from 'vitest';
import type { TimeSpan } from '../../dsp/span.ts';
import type { MediaInfo } from '../../media/types.ts';
import type { ShareRecipe } from '../../share/types.ts';
import { createWorld, file, SOUND, VIDEO } from '../testing/fakes.ts';
import type { Take } from '../take.ts';

const LONG: MediaInfo = { ...VIDEO, duration: 20 };
const { signal } = new AbortController();
const silent = () => undefined;

async function generated(info: MediaInfo = VIDEO, trim?: TimeSpan) {
  const world = createWorld();
  world.probes.set('given', info);
  await world.studio.receive([file('given')]);
  world.studio.setTrim(trim);
  await world.studio.generate();
  const [take] = world.studio.store.getState().takes;
  if (!take) throw new Error('Nothing was generated.');
  const link = (part?: TimeSpan, tier: 'chat' | 'standard' = 'standard') =>
    world.studio.makeLink(signal, take.id, { tier, title: 'T', part }, silent);
  return { world, studio: world.studio, take, link };
}

/** The same take with these onsets, of the length of its recipe. */
const withOnsets = (take: Take, onsets: readonly number[]): Take => ({ ...take, sketch: { ...take.sketch, onsets } });

describe('the part of a take that a link holds', () => {
  it('is all of a short one', async () => {
    const { studio, take } = await generated();
    expect(studio.sharedPart(take, undefined)).toEqual({ start: 0, end: 2 });
  });

  it('is where most happens in a long one, wherever its sound was moved to', async () => {
    const { studio, take } = await generated(LONG);
    const busy = withOnsets(take, [1, 12, 12.5, 13]);
    expect(studio.sharedPart(busy, undefined).start).toBeCloseTo(11.85);
    const later = { ...busy, edit: { ...busy.edit, offset: 0.5 } };
    expect(studio.sharedPart(later, undefined).start).toBeCloseTo(12.35);
  });

  it('is the marked part, not shorter than half a second', async () => {
    const { studio, take } = await generated(LONG);
    expect(studio.sharedPart(take, { start: 3, end: 5 })).toEqual({ start: 3, end: 5 });
    expect(studio.sharedPart(take, { start: 3, end: 3.1 })).toEqual({ start: 3, end: 3.5 });
    expect(studio.sharedPart(take, { start: 19.9, end: 20 })).toEqual({ start: 19.5, end: 20 });
  });

  it('lies inside what was worked on, on the clock of the file', async () => {
    const { studio, take } = await generated(LONG, { start: 6, end: 9 });
    expect(studio.sharedPart(take, undefined)).toEqual({ start: 6, end: 9 });
    expect(studio.sharedPart(take, { start: 0, end: 7 })).toEqual({ start: 6, end: 7 });
  });

  it('of a clip is on the clip’s own clock', async () => {
    const { studio, take } = await generated({ ...SOUND, duration: 20 }, { start: 6, end: 9 });
    expect(studio.sharedPart(take, undefined)).toEqual({ start: 0, end: 3 });
  });
});

describe('what a link is made of', () => {
  it('says how the take was made, and holds its latents while it sounds as generated', async () => {
    const { world, studio, take, link } = await generated();
    await link();
    const made = world.shared.at(-1)?.source;
    expect(made?.recipe).toMatchObject({ task: 'v2a', seed: take.recipe.seed, packHash: 'f'.repeat(16) });
    expect(made?.latents).toHaveLength(4);
    studio.editTake(take.id, { generatedGain: -6 });
    await link();
    expect(world.shared.at(-1)?.source.latents).toBeUndefined();
  });

  it('has other latents when only a part was worked on', async () => {
    const { world, link } = await generated(LONG, { start: 6, end: 9 });
    await link();
    expect(world.shared.at(-1)?.source.latents).toBeUndefined();
  });

  it('that plays by itself asks for no model', async () => {
    const { world, link } = await generated();
    world.log.length = 0;
    await link();
    expect(world.log).toEqual([]);
  });

  it('cannot be made of a take that is gone', async () => {
    const { studio, take, link } = await generated();
    studio.discardTake(take.id);
    await expect(link()).rejects.toMatchObject({ code: 'no-source' });
  });
});

it('puts the settings of a shared result in place for a file of one’s own', async () => {
  const { studio } = await generated();
  const recipe: ShareRecipe = {
    ...{ task: 'a2v', prompt: 'rain', negative: 'wind', seed: 77, steps: 12, guidanceText: 2, guidanceAv: 3 },
    ...{ packHash: '0'.repeat(16), sourceName: 'x.wav', start: 0, seconds: 4 },
  };
  studio.remix({ recipe });
  const { task, draft } = studio.store.getState();
  expect(task).toBe('a2v');
  expect(draft).toMatchObject({ prompt: 'rain', negative: 'wind', seed: 77, drawSeed: false });
  expect(draft.sampler.a2v).toEqual({ steps: 12, guidanceText: 2, guidanceAv: 3 });
});
