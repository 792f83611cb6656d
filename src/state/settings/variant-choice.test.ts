import { describe, expect, test, vi } from 'vitest';
import { testManifest, testVariants } from '../../model/testing/manifest.ts';
import { createWorld, file, VIDEO, type World } from '../testing/fakes.ts';
import type { PackState } from '../types.ts';
import { choiceFor } from './variant-choice.ts';

/** Against hanging; what is waited for comes within a few turns of the loop. */
const WAIT = { timeout: 60_000, interval: 5 };
const variants = testVariants();
const hashOf = (id: string) => variants.find((variant) => variant.id === id)!.manifest.sha256;
const known = (id: string, choice: string, backend: 'webgpu' | 'wasm' = 'wasm'): PackState => ({
  ...{ phase: 'known', manifest: testManifest(), variants, choice, backend },
  hash: hashOf(id),
  variant: id,
});

describe('the choice with which a recipe is made again', () => {
  test.each([
    ['another variant is chosen', known('standard', 'auto', 'webgpu'), 'auto', hashOf('light'), 'light'],
    [
      'by the beginning of its hash, too',
      known('light', 'light'),
      'light',
      hashOf('standard').slice(0, 16),
      'standard',
    ],
    ['what leads there already stays', known('processor', 'auto'), 'auto', hashOf('processor'), 'auto'],
    ['an unknown pack changes nothing', known('light', 'light'), 'light', 'e'.repeat(64), 'light'],
    ['nor does one that cannot run here', known('light', 'light', 'webgpu'), 'light', hashOf('processor'), 'light'],
    ['nor does any before the pack is known', { phase: 'reading' } as const, 'auto', hashOf('light'), 'auto'],
  ])('%s', (_, pack, choice, hash, expected) => {
    expect(choiceFor(pack, choice, hash)).toBe(expected);
  });
});

describe('in the studio', () => {
  const state = ({ studio }: World) => studio.store.getState();

  test('a choice reads the other manifest, keeps the page as it is meanwhile, and loads the model when it is needed', async () => {
    const world = createWorld({ variants });
    await world.studio.open(file('a.mp4'));
    await world.studio.generate();
    expect(world.log.filter((call) => call === 'load')).toHaveLength(1);
    const [take] = state(world).takes;

    world.studio.setVariant('light');
    expect(state(world)).toMatchObject({ variant: 'light', pack: { phase: 'known', variant: 'processor' } });
    const light = { phase: 'known', variant: 'light', hash: hashOf('light') };
    await vi.waitFor(() => expect(state(world).pack).toMatchObject(light), WAIT);
    expect(world.log.filter((call) => call === 'load')).toHaveLength(1);

    await world.studio.generate();
    expect(world.loads.map(({ variant }) => variant)).toEqual(['auto', 'light']);
    expect(state(world).takes[0]).toEqual(take);
    expect(state(world).takes.map(({ recipe }) => [recipe.variant, recipe.packHash])).toEqual([
      ['processor', hashOf('processor')],
      ['light', hashOf('light')],
    ]);
  });

  test('the same variant by another name is not loaded again', async () => {
    const world = createWorld({ variants });
    await world.studio.open(file('a.mp4'));
    await world.studio.generate();
    world.studio.setVariant('processor');
    await world.studio.generate();
    expect(world.loads).toHaveLength(1);
  });

  test('a file that light made brings it back; one of an unknown pack leaves the choice', async () => {
    const world = createWorld({ variants });
    await world.studio.open(file('a.mp4'));
    world.studio.setVariant('light');
    await world.studio.generate();
    await world.studio.exportTake(state(world).takes[0]!.id);
    const recipe = world.tags.at(-1)!.recipe!;
    expect(JSON.parse(recipe)).toMatchObject({ variant: 'light', packHash: hashOf('light') });

    const later = createWorld({ variants });
    later.probes.set('made.mp4', { ...VIDEO, recipe });
    await later.studio.open(file('made.mp4'));
    expect(state(later).variant).toBe('light');

    const foreign = createWorld({ variants });
    const other = recipe.replace(hashOf('light'), 'e'.repeat(64));
    foreign.probes.set('made.mp4', { ...VIDEO, recipe: other });
    await foreign.studio.open(file('made.mp4'));
    expect(state(foreign).variant).toBe('auto');
  });

  test('what was chosen on an earlier visit holds, unless the pack no longer has it', async () => {
    const world = createWorld({ variants, rememberedVariant: 'light' });
    await vi.waitFor(() => expect(state(world)).toMatchObject({ variant: 'light', pack: { variant: 'light' } }), WAIT);
    const older = createWorld({ rememberedVariant: 'light' });
    await vi.waitFor(() => expect(state(older)).toMatchObject({ variant: 'auto', pack: { choice: 'auto' } }), WAIT);
  });

  test('a chat link of any variant bears the default’s hash and its own latents', async () => {
    const world = createWorld({ variants });
    await world.studio.open(file('a.mp4'));
    world.studio.setVariant('light');
    await world.studio.generate();
    const [take] = state(world).takes;
    world.studio.setVariant('standard');
    const wish = { tier: 'chat', title: 'T', part: undefined } as const;
    await world.studio.makeLink(new AbortController().signal, take!.id, wish, () => undefined);
    const [made] = world.shared;
    expect(made?.source.recipe.packHash).toBe(hashOf('standard').slice(0, 16));
    expect(made?.source.latents).toBeInstanceOf(Float32Array);
  });
});
