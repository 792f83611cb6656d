/** What the model makes of a prompt, word by word. Pure. */
import type { Manifest, Task } from '../../model/manifest.ts';
import { understand, type Vocabulary } from '../../model/vocabulary.ts';
import type { Take } from '../take.ts';

export interface PromptReading {
  /** Words of the model's list the prompt amounts to. */
  readonly understood: readonly string[];
  /** Words of the prompt that mean nothing to the model. */
  readonly ignored: readonly string[];
}

/** Words that carry no sound or sight; nobody needs to be told that they are ignored. */
const FILLERS = new Set(
  'a an the of on in at to and or with without by from for is are it its no not some very that this then into onto over'.split(
    ' ',
  ),
);

/** A stretch of a prompt as it was typed, and what the model makes of it. */
export interface PromptPart {
  readonly text: string;
  readonly kind: 'known' | 'unknown' | 'plain';
}

/** The prompt in parts that join to exactly the prompt; spaces, signs and fillers are plain. */
export function markPrompt(prompt: string, vocabulary: Vocabulary): PromptPart[] {
  return prompt
    .split(/(\p{L}+)/u)
    .filter((text) => text !== '')
    .map((text) => ({ text, kind: kindOf(text.toLowerCase(), vocabulary) }));
}

function kindOf(word: string, vocabulary: Vocabulary): PromptPart['kind'] {
  if (!/^\p{L}/u.test(word)) return 'plain';
  if (understand(word, vocabulary).length > 0) return 'known';
  return FILLERS.has(word) ? 'plain' : 'unknown';
}

/** Words that are worth keeping away from, as far as the model knows them. */
export function negativeWords(
  task: Task,
  { vocabulary, negatives }: Pick<Manifest['text'], 'vocabulary' | 'negatives'>,
): string[] {
  return negatives[task].filter((word) => vocabulary.includes(word));
}

export function hasWord(prompt: string, word: string, vocabulary: Vocabulary): boolean {
  return understand(prompt, vocabulary).includes(word);
}

/** The prompt with the word at its end, or without everything that amounts to it. */
export function toggleWord(prompt: string, word: string, vocabulary: Vocabulary): string {
  if (!hasWord(prompt, word, vocabulary)) return prompt.trim() === '' ? word : `${prompt.trimEnd()} ${word}`;
  return (
    prompt
      .split(/(\p{L}+)/u)
      .filter((part) => !understand(part, vocabulary).includes(word))
      .join('')
      // What stood between two words that are gone.
      .replace(/\s*,(?:\s*,)+/g, ',')
      .replace(/\s+/g, ' ')
      .replace(/^[\s,]+|[\s,]+$/g, '')
  );
}

/** What of a take tells the words it was made with. */
type MadeWith = Pick<Take, 'understood'> & { readonly recipe: Pick<Take['recipe'], 'task' | 'prompt'> };

/** Words that a take was made with although nobody typed them: the model saw them in the picture. */
export function seenWords({ recipe, understood }: MadeWith, vocabulary: Vocabulary): readonly string[] {
  return recipe.task === 'v2a' && understand(recipe.prompt, vocabulary).length === 0 ? understood : [];
}

export function readPrompt(prompt: string, vocabulary: Vocabulary): PromptReading {
  const words = prompt
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 0);
  const ignored = words.filter((word) => !FILLERS.has(word) && understand(word, vocabulary).length === 0);
  return { understood: understand(prompt, vocabulary), ignored: [...new Set(ignored)] };
}
