/** From a prompt to the words the model knows. The model has a fixed word list; everything else is ignored, visibly. */
import type { Manifest } from './manifest.ts';

export type Vocabulary = Pick<Manifest['text'], 'vocabulary' | 'synonyms'>;

/** Endings that are taken off, longest first, with what may stand in their place. */
const ENDINGS: readonly (readonly [string, readonly string[]])[] = [
  ['ing', ['', 'e']],
  ['ies', ['y']],
  ['ed', ['', 'e']],
  ['es', ['', 'e']],
  ['s', ['']],
];
/** Shortest base form that is looked up: "sing" must not be taken for an inflected "s". */
const MIN_LENGTH = 3;

/** The vocabulary words a text amounts to, each once, in the order of the text. */
export function understand(prompt: string, { vocabulary, synonyms }: Vocabulary): string[] {
  const known = new Set(vocabulary);
  const lookUp = (word: string) =>
    known.has(word) ? word : Object.hasOwn(synonyms, word) ? synonyms[word] : undefined;
  const words = prompt
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .map((word) => stems(word).map(lookUp).find(Boolean));
  return [...new Set(words.filter((word) => word !== undefined))];
}

/** Whether two texts amount to the same words, as `understand` gives them, in whatever order. */
export function sameWords(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((word) => others.includes(word));
}

/** Multi-hot bag [V] of vocabulary words. */
export function bagOf(words: readonly string[], { vocabulary }: Vocabulary): Float32Array {
  const bag = new Float32Array(vocabulary.length);
  for (const word of words) {
    const index = vocabulary.indexOf(word);
    if (index >= 0) bag[index] = 1;
  }
  return bag;
}

/** The word itself, then its likely base forms. */
function stems(word: string): string[] {
  const found = [word];
  for (const [ending, replacements] of ENDINGS) {
    if (!word.endsWith(ending)) continue;
    const stem = word.slice(0, -ending.length);
    found.push(...replacements.map((replacement) => stem + replacement));
    // "dropping", "slammed": the doubled consonant belongs to the ending.
    if (stem.at(-1) === stem.at(-2)) found.push(stem.slice(0, -1));
  }
  return found.filter((form) => form === word || form.length >= MIN_LENGTH);
}
