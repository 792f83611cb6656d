import { describe, expect, test } from 'vitest';
import { understand } from '../model/vocabulary.ts';
import { planWindows } from '../sampler/windows.ts';
import { seeWords as see } from './picture-words.ts';
import { generate } from './pipeline.ts';
import type { GenerateRequest } from './protocol.ts';
import { createFakeRunner, type FakeOptions } from './testing/fake-runner.ts';
import { testManifest } from '../model/testing/manifest.ts';

const pack = testManifest({ tagger: { graph: 'tagger', seenAbove: 0.5 } });
const { grid } = pack;
const stride = grid.videoLatentSize ** 2 * grid.videoChannels;
const WOOD = 1;
const DROP = 2;

function context(options: FakeOptions, manifest = pack) {
  const runner = createFakeRunner(manifest, options);
  return { runner, manifest, signal: new AbortController().signal, onProgress: () => undefined };
}

/** Latents of a clip whose values are those given, window by window of a plan without padding. */
function clip(duration: number, value: (latent: number) => number) {
  const plan = planWindows(grid, duration);
  const count = plan.totalUnits * plan.videoPerUnit;
  return { plan, given: Float32Array.from({ length: count * stride }, (_, i) => value(Math.floor(i / stride))) };
}

const seeWords = async (...given: Parameters<typeof see>) => (await see(...given)).words;

describe('the words of a picture', () => {
  test('are those whose probability lies above the threshold, in the order of the vocabulary', async () => {
    const { plan, given } = clip(1, () => 0.5);
    const sees = (word: number) => ({ [DROP]: 3, [WOOD]: 0.1 })[word] ?? -0.1;
    const words = await seeWords(context({ sees }), { prompt: '', negative: '' }, plan, given);
    expect(words).toEqual(['wood', 'drop']);
    const strict = { ...pack, tagger: { graph: 'tagger', seenAbove: 0.9 } };
    expect(await seeWords(context({ sees }, strict), { prompt: '', negative: '' }, plan, given)).toEqual(['drop']);
  });

  test('are seen in clean latents, in batches, and judged over all windows together', async () => {
    const { plan, given } = clip(6, (latent) => latent);
    expect(plan.starts.length).toBeGreaterThan(4);
    const flowTimes: number[] = [];
    const means: number[] = [];
    const onInput: FakeOptions['onInput'] = (graph, { t }) => {
      if (graph === 'video-embed') flowTimes.push(...(t ?? []));
    };
    const sees = (word: number, mean: number) => {
      if (word === WOOD) means.push(mean);
      // Wood fills the second half, drops the last window alone.
      if (word === WOOD) return mean - 10;
      return word === DROP && mean > 20 ? 1 : -1;
    };
    const made = context({ sees, onInput });
    expect(await seeWords(made, { prompt: '', negative: '' }, plan, given)).toEqual(['wood']);
    // Windows of four latents, each with the values of its place.
    expect(means).toEqual(plan.starts.map((start) => start * plan.videoPerUnit + 1.5));
    expect(flowTimes).toEqual(plan.starts.map(() => 1));
    const batches = made.runner.log.filter(({ graph }) => graph === 'tagger').map(({ batch }) => batch);
    expect(batches).toEqual([4, plan.starts.length - 4]);
    expect(made.runner.log.some(({ graph }) => graph === 'video-2')).toBe(false);
    expect(made.runner.live.size).toBe(0);
  });

  test.each([
    ['a prompt that says something', { prompt: 'mallet', negative: '' }, pack],
    ['a pack that cannot tell', { prompt: '', negative: '' }, testManifest()],
  ])('%s leaves no need to look', async (_, settings, manifest) => {
    const { plan, given } = clip(1, () => 0);
    const made = context({ sees: () => 5 }, manifest);
    expect(await seeWords(made, settings, plan, given)).toEqual([]);
    expect(made.runner.log).toEqual([]);
  });

  test('what is to be avoided is not seen, and a prompt without a known word is none', async () => {
    const { plan, given } = clip(1, () => 0);
    const settings = { prompt: 'xyzzy', negative: 'woods' };
    const sees = (word: number) => (word === WOOD || word === DROP ? 5 : -5);
    expect(await seeWords(context({ sees }), settings, plan, given)).toEqual(['drop']);
  });
});

describe('words that were seen elsewhere', () => {
  /** As sure as the tagger's curve makes of a probability. */
  const tagger = { slope: 2, offset: 1 };
  const sure = (certainty: number) => ({ words: ['splash'], trust: { certainty, tagger } });
  // The tagger sees wood with a probability of 0.7: logit 0.847, certainty 1 / (1 + exp(-2.69)) = 0.936.
  const sees = (word: number) => (word === WOOD ? Math.log(0.7 / 0.3) : -5);
  const none = { prompt: '', negative: '' };

  test.each([
    ['surer than the tagger', sure(0.94), ['splash']],
    ['less sure', sure(0.93), ['wood']],
    ['to be taken as they are', { words: ['drops', 'xyzzy'] }, ['drop']],
    ['unknown', { words: ['xyzzy'], trust: { certainty: 1, tagger } }, ['wood']],
  ])('and are %s', async (_, elsewhere, wanted) => {
    const { plan, given } = clip(1, () => 0);
    expect(await seeWords(context({ sees }), none, plan, given, undefined, elsewhere)).toEqual(wanted);
  });

  test('are all there is where the tagger sees nothing, or there is none', async () => {
    const { plan, given } = clip(1, () => 0);
    const blind = context({ sees: () => -5 });
    expect(await seeWords(blind, none, plan, given, undefined, sure(0.4))).toEqual(['splash']);
    const without = context({}, testManifest());
    expect(await seeWords(without, none, plan, given, undefined, sure(0.4))).toEqual(['splash']);
  });

  test('give way to a prompt, and to what is to be avoided', async () => {
    const { plan, given } = clip(1, () => 0);
    const typed = { prompt: 'wood', negative: '' };
    expect(await seeWords(context({ sees }), typed, plan, given, undefined, sure(1))).toEqual([]);
    const avoiding = { prompt: '', negative: 'splash' };
    expect(await seeWords(context({ sees }), avoiding, plan, given, undefined, sure(1))).toEqual(['wood']);
  });

  test('spare a run of the tagger where they are taken as they are', async () => {
    const { plan, given } = clip(1, () => 0);
    const made = context({ sees });
    await seeWords(made, none, plan, given, undefined, { words: ['splash'] });
    expect(made.runner.log).toEqual([]);
  });
});

describe('a generation without a prompt', () => {
  const request: GenerateRequest = {
    task: 'v2a',
    rgb: new Uint8Array(grid.frames * grid.frameSize ** 2 * 3).fill(204),
    count: grid.frames,
    duration: 1,
    settings: { ...pack.sampler.v2a, seed: 5, prompt: '', negative: '' },
  };
  const sees = (word: number) => (word === WOOD ? 5 : -5);

  test('is the one that the seen words would have made as a prompt, and says which they were', async () => {
    const made = await generate(context({ sees }), request);
    const asked = await generate(context({ sees }), {
      ...request,
      settings: { ...request.settings, prompt: 'wood' },
    });
    expect(made.understood).toEqual(['wood']);
    expect(made.latents).toEqual(asked.latents);
    const blind = await generate(context({}), request);
    expect(blind.understood).toEqual([]);
    expect(blind.latents).not.toEqual(made.latents);
  });

  test('does not exaggerate what it sees, unless there is something to keep away from', async () => {
    const made = (change: Partial<typeof request.settings>) =>
      generate(context({ sees }), { ...request, settings: { ...request.settings, ...change } });
    const plain = await made({});
    expect((await made({ guidanceText: 3 })).latents).toEqual(plain.latents);
    const asked = await made({ guidanceText: 3, prompt: 'wood' });
    expect(asked.latents).not.toEqual(plain.latents);
    const avoiding = await made({ guidanceText: 3, negative: 'splash' });
    expect(avoiding.latents).toEqual((await made({ guidanceText: 3, prompt: 'wood', negative: 'splash' })).latents);
    expect(avoiding.latents).not.toEqual(asked.latents);
  });

  test('counts the words of the eyes like typed ones, in the second attempt as well, and says whose they are', async () => {
    const settings = { ...request.settings, guidanceText: 3, wordsWithTiming: true };
    const typed = await generate(context({}), { ...request, settings: { ...settings, prompt: 'wood' } });
    const eyes = { ...request, settings, seen: { words: ['wood'], byEyes: true } };
    const made = await generate(context({}), eyes);
    expect(made.latents).toEqual(typed.latents);
    expect([made.byEyes, typed.byEyes]).toEqual([true, undefined]);
    const guessed = await generate(context({}), { ...request, settings, seen: { words: ['wood'] } });
    expect(guessed.latents).not.toEqual(typed.latents);
    expect(guessed.byEyes).toBeUndefined();
    // A pack whose prompts replace the timing takes them for a guess, too.
    const apart = { ...eyes, settings: { ...settings, wordsWithTiming: false } };
    expect((await generate(context({}), apart)).latents).toEqual(guessed.latents);
    const again = await generate(context({ mute: (run) => run === 0 }), eyes);
    expect(again.understood).toEqual(['wood']);
  });

  test('that stays silent is tried again without what was seen', async () => {
    const vocabulary = [...pack.text.vocabulary, 'silence'];
    const text = { ...pack.text, vocabulary, synonyms: {}, silence: 'silence' };
    const made = await generate(
      context({ sees: (word) => (word === 5 ? 5 : -5), mute: (run) => run === 0 }, { ...pack, text }),
      request,
    );
    expect(understand('silence', text)).toEqual(['silence']);
    expect(made.notices).toMatchObject([{ code: 'second-attempt' }]);
    expect(made.understood).toEqual([]);
  });
});
