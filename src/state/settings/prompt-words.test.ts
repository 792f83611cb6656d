import { describe, expect, test } from 'vitest';
import { testManifest } from '../../model/testing/manifest.ts';
import { emptyDraft } from '../recipe/draft.ts';
import { STEP_PRESETS, presetOf, presetSteps } from './step-presets.ts';
import { hasWord, markPrompt, negativeWords, toggleWord } from './prompt-words.ts';

const vocabulary = { vocabulary: ['water', 'loud', 'several'], synonyms: { noisy: 'loud', pool: 'water' } };

describe('the parts of a prompt', () => {
  test.each(['', 'water', 'A loud pool, with sparkles.', '  물 water\nWATER–noisy 7 ', '🙂 loud'])('“%s”', (prompt) => {
    expect(
      markPrompt(prompt, vocabulary)
        .map(({ text }) => text)
        .join(''),
    ).toBe(prompt);
  });

  test('are known, unknown or plain', () => {
    expect(markPrompt('A Pool with sparkles', vocabulary).filter(({ text }) => text.trim() !== '')).toEqual([
      { text: 'A', kind: 'plain' },
      { text: 'Pool', kind: 'known' },
      { text: 'with', kind: 'plain' },
      { text: 'sparkles', kind: 'unknown' },
    ]);
  });
});

describe('a word pressed', () => {
  test.each([
    ['', 'loud', 'loud'],
    ['water ', 'loud', 'water loud'],
    ['loud', 'loud', ''],
    ['water, noisy, several', 'loud', 'water, several'],
    ['noisy and loud water', 'loud', 'and water'],
  ])('“%s” and %s', (before, word, after) => {
    expect(toggleWord(before, word, vocabulary)).toBe(after);
    expect(hasWord(after, word, vocabulary)).toBe(!hasWord(before, word, vocabulary));
  });

  test('those of the pack are offered, as far as the model knows them', () => {
    const text = { ...vocabulary, negatives: { v2a: ['wind', 'several', 'loud'], a2v: ['water', 'rain'] } };
    expect(negativeWords('v2a', text)).toEqual(['several', 'loud']);
    expect(negativeWords('a2v', text)).toEqual(['water']);
  });
});

describe('step presets', () => {
  const manifest = testManifest();
  test('starts at the pack’s own steps, less for a draft, more for the best', () => {
    const draft = emptyDraft(1);
    expect(presetOf(manifest, 'v2a', draft)).toBe('standard');
    const [least, usual, most] = STEP_PRESETS.map((preset) => presetSteps(manifest, 'v2a', preset));
    expect(usual).toBe(manifest.sampler.v2a.steps);
    expect(least).toBeLessThan(usual ?? 0);
    expect(most).toBeGreaterThan(usual ?? 0);
  });

  test('is nameless when the number was chosen by hand, and each name finds its own number', () => {
    const withSteps = (steps: number) => ({ ...emptyDraft(1), sampler: { v2a: { steps }, a2v: {} } });
    for (const preset of STEP_PRESETS) {
      expect(presetOf(manifest, 'v2a', withSteps(presetSteps(manifest, 'v2a', preset)))).toBe(preset);
    }
    expect(presetOf(manifest, 'v2a', withSteps(77))).toBeUndefined();
  });
});
