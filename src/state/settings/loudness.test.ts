import { describe, expect, test } from 'vitest';
import { LOUDNESS, wantedLoudness } from './loudness.ts';

const TEXT = {
  vocabulary: ['hammer', 'loud', 'quiet', 'silence'],
  synonyms: { soft: 'quiet', gently: 'quiet', noisy: 'loud', mute: 'silence' },
  silence: 'silence',
};
const wanted = (prompt: string, negative = '', loudness?: 'even' | 'as-generated') =>
  wantedLoudness({ prompt, negative, loudness }, TEXT);

describe('the loudness of a take', () => {
  test.each([
    ['', '', LOUDNESS.even],
    ['hammer', 'hammer', LOUDNESS.even],
    ['soft hammer', '', LOUDNESS.quiet],
    ['a hammer, gently', '', LOUDNESS.quiet],
    ['noisy hammer', '', LOUDNESS.loud],
    ['', 'loud', LOUDNESS.quiet],
    ['', 'quiet', LOUDNESS.loud],
    ['loud', 'quiet', LOUDNESS.loud],
    ['loud and quiet', '', LOUDNESS.even],
    ['silence', '', undefined],
    ['loud silence', '', undefined],
    ['', 'silence', LOUDNESS.even],
  ])('“%s” without “%s”: %s', (prompt, negative, lufs) => expect(wanted(prompt, negative)).toBe(lufs));

  test('is what was generated where the person says so, whatever the words', () => {
    expect(wanted('', '', 'as-generated')).toBeUndefined();
    expect(wanted('loud hammer', '', 'as-generated')).toBeUndefined();
    expect(wanted('', '', 'even')).toBe(LOUDNESS.even);
  });

  test('words that a pack does not know say nothing', () => {
    expect(wantedLoudness({ prompt: 'loud', negative: '' }, { vocabulary: ['hammer'], synonyms: {} })).toBe(-20);
  });
});
