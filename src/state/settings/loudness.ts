/** How loud a take comes: its words and the person say, not what the model happened to make. Pure. */
import { understand, type Vocabulary } from '../../model/vocabulary.ts';
import type { Draft, LoudnessChoice } from '../recipe/draft.ts';

/** Integrated loudness of takes after BS.1770, in LUFS: a usual level of programmes, and what words make of it. */
export const LOUDNESS = { quiet: -30, even: -20, loud: -14 } as const;

/** Drafts of before there was a choice have none. */
export function loudnessChoice({ loudness = 'even' }: Pick<Draft, 'loudness'>): LoudnessChoice {
  return loudness;
}

/**
 * The loudness that takes of a draft are brought to; undefined for takes that stay as they were generated. Words that are
 * to be avoided ask for the opposite; words for both ask for neither.
 */
export function wantedLoudness(
  draft: Pick<Draft, 'loudness' | 'prompt' | 'negative'>,
  text: Vocabulary & { readonly silence?: string | undefined },
): number | undefined {
  if (loudnessChoice(draft) === 'as-generated') return undefined;
  const asked = understand(draft.prompt, text);
  const avoided = understand(draft.negative, text);
  // What is to be silent is not turned up.
  if (text.silence !== undefined && asked.includes(text.silence)) return undefined;
  const saidOf = (word: string) => Number(asked.includes(word)) - Number(avoided.includes(word));
  const louder = saidOf('loud') - saidOf('quiet');
  return louder > 0 ? LOUDNESS.loud : louder < 0 ? LOUDNESS.quiet : LOUDNESS.even;
}
