/** The pure parts of the state: names, bounds, addresses, words, progress. */
import { describe, expect, it } from 'vitest';
import { testManifest } from '../model/testing/manifest.ts';
import { DEFAULT_PACK, loadRequest } from './start/page-address.ts';
import { emptyDraft, MAX_SEED, parseBounded, parseSeed, parseTakes, takeSeeds } from './recipe/draft.ts';
import { exportName } from './export/file-names.ts';
import { createEstimator, fromEngine, fromMedia, share } from './generate/progress.ts';
import { readPrompt, seenWords } from './settings/prompt-words.ts';
import type { Recipe } from './take.ts';

describe('exportName', () => {
  it.each([
    ['drums.mov', 'v2a', 'drums-foley-7.mp4'],
    ['Rain on a tin roof.final.wav', 'a2v', 'Rain-on-a-tin-roof.final-clip-7.mp4'],
    ['a/b:c*?.mp4', 'v2a', 'a-b-c-foley-7.mp4'],
    ['..mp4', 'v2a', 'untitled-foley-7.mp4'],
    ['動画.mp4', 'v2a', '動画-foley-7.mp4'],
    // An export, opened again.
    ['drums-foley-77.mp4', 'v2a', 'drums-foley-7.mp4'],
    ['drums-foley-77-foley-5 (1).mp4', 'v2a', 'drums-foley-7.mp4'],
    ['rain-clip-77.mp4', 'a2v', 'rain-clip-7.mp4'],
    // Not by this task, or not at the end: the person's own words.
    ['tennis-clip-2.mp4', 'v2a', 'tennis-clip-2-foley-7.mp4'],
    ['on-foley-2-walk.mp4', 'v2a', 'on-foley-2-walk-foley-7.mp4'],
  ] as const)('%s', (source, task, expected) => {
    expect(exportName(source, task, 7)).toBe(expected);
  });
});

describe('loadRequest', () => {
  const base = 'https://host/app/';
  it('names the pack that ships', () => {
    expect(loadRequest('', base)).toEqual({ packUrl: `${base}models/${DEFAULT_PACK}/`, backend: 'auto' });
  });
  it('follows the address', () => {
    expect(loadRequest('?pack=tiny&backend=wasm', base)).toEqual({ packUrl: `${base}models/tiny/`, backend: 'wasm' });
  });
  it.each(['../../evil', 'https://evil.example/', '//evil.example', 'a/b', '..'])('stays at home for %s', (pack) => {
    expect(loadRequest(`?pack=${encodeURIComponent(pack)}&backend=magic`, base)).toEqual(loadRequest('', base));
  });
});

describe('fields', () => {
  it('bounds numbers and leaves half-typed ones alone', () => {
    expect(parseBounded('', 'steps')).toBeUndefined();
    expect(parseBounded('-', 'steps')).toBeUndefined();
    expect(parseBounded('12.6', 'steps')).toBe(13);
    expect(parseBounded('0', 'steps')).toBe(1);
    expect(parseBounded('4.5', 'guidanceAv')).toBe(4.5);
    expect(parseBounded('1e9', 'guidanceAv')).toBe(20);
  });
  it('counts the seeds of takes on, and from 0 after the largest', () => {
    expect(takeSeeds({ ...emptyDraft(5), takes: 3 })).toEqual([5, 6, 7]);
    expect(takeSeeds({ ...emptyDraft(MAX_SEED - 1), takes: 4 })).toEqual([MAX_SEED - 1, MAX_SEED, 0, 1]);
  });
  it('takes only so many takes', () => {
    expect(['1', '8', '0', '9', '2.5', '', 'x'].map(parseTakes)).toEqual([
      1,
      8,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
  it('takes only seeds that stay exact', () => {
    expect(parseSeed('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    for (const bad of ['9007199254740992', '-1', '1.5', '1e3', '']) expect(parseSeed(bad)).toBeUndefined();
  });
});

describe('readPrompt', () => {
  it('tells known words from unknown ones and passes over fillers', () => {
    const { text } = testManifest();
    expect(readPrompt('A mallet dropping on the marble, marble!', text)).toEqual({
      understood: ['hammer', 'drop'],
      ignored: ['marble'],
    });
    expect(readPrompt('', text)).toEqual({ understood: [], ignored: [] });
  });
});

describe('seenWords', () => {
  const { text } = testManifest();
  const take = (recipe: Pick<Recipe, 'task' | 'prompt'>) => ({ recipe, understood: ['wood'] });
  it('are the words of a take for which nobody typed one', () => {
    expect(seenWords(take({ task: 'v2a', prompt: '' }), text)).toEqual(['wood']);
    expect(seenWords(take({ task: 'v2a', prompt: 'xyzzy' }), text)).toEqual(['wood']);
    expect(seenWords(take({ task: 'v2a', prompt: 'wooden? wood!' }), text)).toEqual([]);
    expect(seenWords(take({ task: 'a2v', prompt: '' }), text)).toEqual([]);
  });
});

describe('progress', () => {
  it('gives every report a stage and a share', () => {
    const download = fromEngine({ kind: 'download', loadedBytes: 5, totalBytes: 20 });
    expect(download.stage).toBe('download');
    expect(share(download.progress)).toBe(0.25);
    expect(fromEngine({ kind: 'generate', stage: 'decode', step: 1, steps: 2 }).stage).toBe('render');
    expect(share(fromMedia('decode', 'reading', 0.5).progress)).toBeUndefined();
    // ffmpeg's own progress may run slightly past its end.
    expect(share(fromMedia('mux', 'encoding', 1.001).progress)).toBe(1);
  });

  it('estimates from the mean of the steps done, for each stage anew', () => {
    let now = 0;
    const estimate = createEstimator(() => now);
    const at = (stage: 'encode' | 'sample', step: number) =>
      estimate(fromEngine({ kind: 'generate', stage, step, steps: 10 })).progress;
    expect(at('sample', 0)).not.toHaveProperty('secondsLeft');
    now = 4;
    expect(at('sample', 2)).toMatchObject({ secondsLeft: 16 });
    now = 100;
    expect(at('encode', 0)).not.toHaveProperty('secondsLeft');
    now = 103;
    expect(at('encode', 3)).toMatchObject({ secondsLeft: 7 });
  });
});
