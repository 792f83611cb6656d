/** What a recipe that a file brought along means for the file that is open, and for the takes made of it. Pure. */
import type { Edit } from '../../dsp/mix.ts';
import { clipSpan, sameSpan, type TimeSpan } from '../../dsp/span.ts';
import type { MediaInfo } from '../../media/types.ts';
import type { Task } from '../../model/manifest.ts';
import { draftOf, type Draft, type LoudnessChoice } from './draft.ts';
import { readRecipe, type CarriedRecipe } from './recipe-file.ts';
import type { SamplerChoice } from '../take.ts';

export interface Restored {
  readonly recipe: CarriedRecipe;
  /**
   * `export`: the open file was made here and says how. `source`: such a file was opened before, and this one bears the
   * name of what it was made from.
   */
  readonly by: 'export' | 'source';
  /** The part of the open file that the take is about; all of it without. */
  readonly trim: TimeSpan | undefined;
  /** The edit on the clock of the open file. */
  readonly edit: Edit;
}

/** What decides how a take comes out, but for the file and the pack. */
interface Settings {
  readonly task: Task;
  readonly trim: TimeSpan | undefined;
  readonly seed: number;
  readonly prompt: string;
  readonly negative: string;
  readonly sampler: SamplerChoice;
}

/** @param before what was restored with the file that was open until now */
export function restoredWith(name: string, info: MediaInfo, before: Restored | undefined): Restored | undefined {
  const recipe = readRecipe(info.recipe);
  if (recipe) return { recipe, by: 'export', trim: undefined, edit: editOfExport(recipe) };
  if (before?.recipe.sourceName !== name) return undefined;
  const { trim, edit } = before.recipe;
  return { recipe: before.recipe, by: 'source', trim: trim && clipSpan(trim, info.duration), edit };
}

/** What a restored take sets on the page. */
export interface RestoredSettings {
  readonly restored: Restored;
  readonly task: Task;
  readonly trim: TimeSpan | undefined;
  readonly draft: Draft;
}

/** A recipe's settings in place of the person's, so that the take it describes can be made again. */
export function settingsOf(restored: Restored, draft: Draft): RestoredSettings {
  const { recipe, trim } = restored;
  const restoredDraft = draftOf(draft, recipe);
  // A clip's recipe says nothing of how loud sounds are to come.
  const loudness = recipe.task === 'v2a' ? { loudness: loudnessOf(restored.edit) } : {};
  return { restored, task: recipe.task, trim, draft: { ...restoredDraft, ...loudness } };
}

/** The choice that an edit comes of. Takes of before there was one are as they were generated. */
export function loudnessOf({ loudness }: Edit): LoudnessChoice {
  return loudness ? 'even' : 'as-generated';
}

/** Whether settings are those of the take that was restored: then it has its noise and its edit, otherwise it is another. */
export function isRestored({ recipe, trim }: Restored, settings: Settings): boolean {
  const { task, seed, prompt, negative, sampler } = settings;
  return (
    recipe.task === task &&
    recipe.seed === seed &&
    recipe.prompt === prompt &&
    recipe.negative === negative &&
    sameSpan(trim, settings.trim) &&
    (['steps', 'guidanceText', 'guidanceAv'] as const).every((key) => recipe.sampler[key] === sampler[key])
  );
}

/** Whether the original's sound was mixed in: an export holds the mix, from which it cannot be taken again. */
export function lostOriginal({ recipe, by }: Restored): boolean {
  return by === 'export' && recipe.task === 'v2a' && recipe.edit.originalGain !== -Infinity;
}

/**
 * An export begins where the trim did, so its stretches move there. Its own sound is the mix: it stays off, as the generated
 * sound would be heard twice.
 */
function editOfExport({ edit, trim }: CarriedRecipe): Edit {
  const start = trim?.start ?? 0;
  const spans = edit.spans.flatMap((part) => {
    const span = clipSpan({ start: part.span.start - start, end: part.span.end - start }, Infinity);
    return span ? [{ ...part, span }] : [];
  });
  return { ...edit, originalGain: -Infinity, spans };
}
