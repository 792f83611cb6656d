/** What the model makes of a prompt, word by word. Pure. */
import { understand, type Vocabulary } from '../model/text.ts';

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

export function readPrompt(prompt: string, vocabulary: Vocabulary): PromptReading {
  const words = prompt
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 0);
  const ignored = words.filter((word) => !FILLERS.has(word) && understand(word, vocabulary).length === 0);
  return { understood: understand(prompt, vocabulary), ignored: [...new Set(ignored)] };
}
