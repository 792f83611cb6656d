import { describe, expect, it } from 'vitest';
import { defaultEdit, type Edit } from '../../dsp/mix.ts';
import { MAX_RECIPE } from '../../media/tags.ts';
import { readRecipe, shortRecipe, writeRecipe } from './recipe-file.ts';
import { sameTiming } from '../../timing/compare.ts';
import { emptyDraft } from './draft.ts';
import { isRestored, lostOriginal, restoredWith, settingsOf } from './restored.ts';
import { VIDEO } from '../testing/fakes.ts';
import type { Timing } from '../../timing/types.ts';
import type { Recipe } from '../take.ts';

const RECIPE: Recipe = {
  task: 'v2a',
  sourceName: 'ball.mp4',
  duration: 2,
  seed: 7,
  variations: [{ seed: 8, amount: 0.35 }],
  prompt: 'hammer on wood',
  negative: 'speech',
  sampler: { steps: 9, guidanceText: 1, guidanceAv: 2.5 },
  pack: 'mini',
  packHash: 'a'.repeat(64),
  backend: 'wasm',
};
const EDIT: Edit = {
  offset: -0.012,
  originalGain: -6,
  generatedGain: -Infinity,
  fadeIn: 0.5,
  fadeOut: 1,
  spans: [
    { span: { start: 0.5, end: 1.25 }, gain: -Infinity },
    { span: { start: 3, end: 4 }, gain: -9, shape: 'out' },
  ],
};

const TIMING: Timing = {
  hits: [
    { time: 1.25, strength: 0.8 },
    { time: 1.2504, strength: 0.125 },
    { time: 2.9999, strength: 1 },
  ],
  level: [
    { time: 1, level: 0 },
    { time: 2.5, level: 0.333 },
  ],
};

const carried = (recipe: Recipe, edit: Edit) => readRecipe(writeRecipe({ recipe, edit }));
const withRecipe = (recipe: Recipe, edit = EDIT) => ({ ...VIDEO, recipe: writeRecipe({ recipe, edit }) });

describe('a recipe in a file', () => {
  it('comes back whole, without what says nothing about how the take is made', () => {
    const { duration: _, backend: __, ...told } = RECIPE;
    expect(carried(RECIPE, EDIT)).toEqual({ ...told, edit: EDIT });
    const rest = { trim: { start: 1, end: 3 }, renewed: [{ start: 0.25, end: 0.5 }] };
    expect(carried({ ...RECIPE, ...rest }, defaultEdit)).toEqual({ ...told, ...rest, edit: defaultEdit });
  });

  it('is read from files of before there were stretches', () => {
    const { spans: _, ...edit } = EDIT;
    const old = JSON.parse(writeRecipe({ recipe: RECIPE, edit: { ...EDIT, spans: [] } })) as { edit: object };
    expect(old.edit).not.toHaveProperty('spans');
    expect(readRecipe(JSON.stringify(old))?.edit).toEqual({ ...edit, spans: [] });
  });

  it('fits into a file however much there is to tell', () => {
    const spans = Array.from({ length: 500 }, (_, i) => ({
      span: { start: 100.123456 + i, end: 100.654321 + i },
      gain: -12.345,
      shape: 'level' as const,
    }));
    const longest = { ...RECIPE, sourceName: '동'.repeat(250), prompt: '동'.repeat(500), negative: '동'.repeat(500) };
    const text = writeRecipe({ recipe: longest, edit: { ...EDIT, spans } });
    expect(new TextEncoder().encode(text).length).toBeLessThan(MAX_RECIPE);
    expect(readRecipe(text)?.edit.spans[1]).toEqual({ ...spans[1], span: { start: 101.12346, end: 101.65432 } });
    // What it leaves out is said before the file is written.
    const kept = readRecipe(text)?.edit.spans.length;
    expect(shortRecipe({ recipe: longest, edit: { ...EDIT, spans } })?.values).toEqual({ kept, made: 500 });
    expect(shortRecipe({ recipe: longest, edit: { ...EDIT, spans: spans.slice(0, kept) } })).toBeUndefined();
  });

  it('says how loud the take comes, and of files of before that they are as they were generated', () => {
    for (const loudness of [{ lufs: -20, gain: 12.5 }, { lufs: -30 }]) {
      expect(carried(RECIPE, { ...EDIT, loudness })?.edit).toEqual({ ...EDIT, loudness });
    }
    const restored = (edit: typeof EDIT) =>
      settingsOf(
        { recipe: carried(RECIPE, edit)!, by: 'export', trim: undefined, edit, timing: undefined },
        emptyDraft(1),
      ).draft.loudness;
    expect(restored({ ...EDIT, loudness: { lufs: -14, gain: 3 } })).toBe('even');
    expect(restored(EDIT)).toBe('as-generated');
  });

  it('keeps hits to a tenth of a millisecond, and what the sync encoder thought of them stays behind', () => {
    const read = { ...TIMING, hits: TIMING.hits.map((hit) => ({ ...hit, time: hit.time + 2e-5, certainty: 0.4 })) };
    expect(carried({ ...RECIPE, timing: read }, EDIT)?.timing).toEqual(TIMING);
    expect(carried({ ...RECIPE, timing: { hits: [], level: [] } }, EDIT)?.timing).toEqual({ hits: [], level: [] });
    expect(carried(RECIPE, EDIT)).not.toHaveProperty('timing');
  });

  it('keeps as many hits as a file has room for, and says so', () => {
    const hits = Array.from({ length: 10_000 }, (_, i) => ({ time: 0.0123 + i * 0.006, strength: 0.123 }));
    const take = { recipe: { ...RECIPE, timing: { hits, level: TIMING.level } }, edit: EDIT };
    const text = writeRecipe(take);
    expect(new TextEncoder().encode(text).length).toBeLessThan(MAX_RECIPE);
    const kept = readRecipe(text)?.timing?.hits ?? [];
    expect(kept.length).toBeGreaterThan(700);
    expect(sameTiming({ hits: kept, level: [] }, { hits: hits.slice(0, kept.length), level: [] })).toBe(true);
    expect(shortRecipe(take)).toMatchObject({
      code: 'plan-recipe-hits',
      values: { kept: kept.length, made: 10_000 + TIMING.level.length },
    });
    expect(shortRecipe({ ...take, recipe: { ...RECIPE, timing: TIMING } })).toBeUndefined();
  });

  it.each([
    ['a loudness that is none', change({ edit: { ...plainEdit(), loudness: { lufs: 20 } } })],
    ['no JSON', 'made with love'],
    ['another program', '{"app":"other"}'],
    ['a stretch that ends before it begins', change({ edit: { ...plainEdit(), spans: [{ start: 2, end: 1 }] } })],
    [
      'more stretches than anyone makes',
      change({ edit: { ...plainEdit(), spans: Array(9999).fill({ start: 1, end: 2 }) } }),
    ],
    ['a trim that is no stretch', change({ trim: { start: 5, end: 5 } })],
    ['hits that go back in time', change({ timing: { hits: [[2, 1], [1, 1]] } })], // prettier-ignore
    ['a hit without strength', change({ timing: { hits: [[2, 0]] } })],
    ['a level beyond all measure', change({ timing: { hits: [], level: [[2, 9]] } })],
    ['a version to come', change({ version: 2 })],
  ])('is not made up from %s', (_, text) => {
    expect(readRecipe(text)).toBeUndefined();
  });

  function plainEdit() {
    return { offset: 0, fadeIn: 0, fadeOut: 0 };
  }
  function change(part: object): string {
    return JSON.stringify({ ...(JSON.parse(writeRecipe({ recipe: RECIPE, edit: defaultEdit })) as object), ...part });
  }
});

describe('what is restored', () => {
  it('fits the export: its clock begins where the trim did, and its mix is not mixed again', () => {
    const info = withRecipe({ ...RECIPE, trim: { start: 1, end: 4 } });
    const restored = restoredWith('ball-foley-7.mp4', info, undefined);
    expect(restored).toMatchObject({ by: 'export', trim: undefined });
    expect(restored?.edit).toEqual({
      ...EDIT,
      originalGain: -Infinity,
      spans: [
        { span: { start: 0, end: 0.25 }, gain: -Infinity },
        { span: { start: 2, end: 3 }, gain: -9, shape: 'out' },
      ],
    });
    expect(lostOriginal(restored!)).toBe(true);
  });

  it('fits the source when that is opened next: trim and mix as they were', () => {
    const recipe = { ...RECIPE, trim: { start: 1, end: 4 } };
    const before = restoredWith('ball-foley-7.wav', withRecipe(recipe), undefined);
    const restored = restoredWith('ball.mp4', VIDEO, before);
    // The file is 2 s long.
    expect(restored).toMatchObject({ by: 'source', trim: { start: 1, end: 2 }, edit: EDIT });
    expect(lostOriginal(restored!)).toBe(false);
    expect(restoredWith('other.mp4', VIDEO, before)).toBeUndefined();
    expect(restoredWith('ball.mp4', VIDEO, undefined)).toBeUndefined();
  });

  it('is for the take that the recipe describes and for no other', () => {
    const restored = restoredWith('ball-foley-7.mp4', withRecipe(RECIPE), undefined)!;
    const { task, seed, prompt, negative, sampler } = RECIPE;
    const same = { task, trim: undefined, seed, prompt, negative, sampler };
    expect(isRestored(restored, same)).toBe(true);
    for (const other of [
      { task: 'a2v' as const },
      { seed: 8 },
      { prompt: '' },
      { negative: '' },
      { trim: { start: 0, end: 1 } },
      { sampler: { ...sampler, guidanceAv: 3 } },
    ]) {
      expect(isRestored(restored, { ...same, ...other })).toBe(false);
    }
  });
});
