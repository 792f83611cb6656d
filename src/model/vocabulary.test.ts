import { expect, test } from 'vitest';
import { bagOf, sameWords, understand } from './vocabulary.ts';

const text = {
  vocabulary: ['hammer', 'wood', 'drop', 'splash', 'typing', 'bounce', 'glass', 'key', 'fly'],
  synonyms: { mallet: 'hammer', water: 'splash', keyboard: 'typing', constructor: 'wood' },
};

test.each([
  ['', []],
  ['Something else entirely', []],
  ['hammer', ['hammer']],
  ['A HAMMER, on wood; hammer!', ['hammer', 'wood']],
  ['mallet in water', ['hammer', 'splash']],
  ['mallets, hammered', ['hammer']],
  ['dropping drops dropped', ['drop']],
  ['bouncing and bounced', ['bounce']],
  ['splashes', ['splash']],
  ['glasses with keys', ['glass', 'key']],
  ['flies', ['fly']],
  ['hammer2wood', ['hammer', 'wood']],
  ['toString __proto__ hasOwnProperty', []],
])('%s', (prompt, words) => {
  expect(understand(prompt, text)).toEqual(words);
});

test('the bag holds a one for each word; an empty prompt is the zero bag', () => {
  expect([...bagOf(['wood', 'typing', 'unknown'], text)]).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0]);
  expect(bagOf([], text).every((value) => value === 0)).toBe(true);
});

test.each([
  ['hammer on wood', 'wood, hammered', true],
  ['', 'nothing known', true],
  ['hammer', 'hammer on wood', false],
  ['hammer', 'wood', false],
])('"%s" and "%s" are the same words: %s', (some, others, same) => {
  expect(sameWords(understand(some, text), understand(others, text))).toBe(same);
});
