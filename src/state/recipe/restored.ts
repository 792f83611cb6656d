/** What a recipe that a file brought along means for the file that is open, and for the takes made of it. Pure. */
import type { Edit } from '../../dsp/mix.ts';
import { clipSpan, sameSpan, type TimeSpan } from '../../dsp/span.ts';
import type { MediaInfo } from '../../media/types.ts';
import type { Task } from '../../model/manifest.ts';
import { sameTiming, shiftTiming } from '../../timing/compare.ts';
import { clipTiming } from '../../timing/edit.ts';
import type { Timing } from '../../timing/types.ts';
import { draftOf, type Draft, type LoudnessChoice } from './draft.ts';
import { readRecipe, type CarriedRecipe } from './recipe-file.ts';
import type { SamplerChoice } from '../take.ts';
import { NO_TIMING } from '../timing/initial.ts';
import type { TimingState } from '../timing/types.ts';

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
  /** When its sound was to be heard, on the clock of the open file; undefined where nobody set it. */
  readonly timing: Timing | undefined;
}

/** What decides how a take comes out, but for the file and the pack. */
interface Settings {
  readonly task: Task;
  readonly trim: TimeSpan | undefined;
  readonly timing?: Timing | undefined;
  readonly seed: number;
  readonly prompt: string;
  readonly negative: string;
  readonly sampler: SamplerChoice;
}

/** @param before what was restored with the file that was open until now */
export function restoredWith(name: string, info: MediaInfo, before: Restored | undefined): Restored | undefined {
  const recipe = readRecipe(info.recipe);
  if (recipe) {
    const timing = recipe.timing && shiftTiming(recipe.timing, -(recipe.trim?.start ?? 0));
    return { recipe, by: 'export', trim: undefined, edit: editOfExport(recipe), timing: within(timing, info) };
  }
  if (before?.recipe.sourceName !== name) return undefined;
  const { trim, edit, timing } = before.recipe;
  return {
    ...{ recipe: before.recipe, by: 'source', trim: trim && clipSpan(trim, info.duration), edit },
    timing: within(timing, info),
  };
}

function within(timing: Timing | undefined, { duration }: MediaInfo): Timing | undefined {
  return timing && clipTiming(timing, { start: 0, end: duration });
}

/** What a restored take sets on the page. */
export interface RestoredSettings {
  readonly restored: Restored;
  readonly task: Task;
  readonly trim: TimeSpan | undefined;
  readonly draft: Draft;
  readonly timing: TimingState;
}

/** A recipe's settings in place of the person's, so that the take it describes can be made again. */
export function settingsOf(restored: Restored, draft: Draft): RestoredSettings {
  const { recipe, trim, timing } = restored;
  const restoredDraft = draftOf(draft, recipe);
  // A clip's recipe says nothing of how loud sounds are to come.
  const loudness = recipe.task === 'v2a' ? { loudness: loudnessOf(restored.edit) } : {};
  return {
    ...{ restored, task: recipe.task, trim, draft: { ...restoredDraft, ...loudness } },
    timing: timing ? { ...NO_TIMING, shown: timing, directed: true } : NO_TIMING,
  };
}

/** The choice that an edit comes of. Takes of before there was one are as they were generated. */
export function loudnessOf({ loudness }: Edit): LoudnessChoice {
  return loudness ? 'even' : 'as-generated';
}

/** Whether settings are those of the take that was restored: then it has its noise and its edit, otherwise it is another. */
export function isRestored({ recipe, trim, timing }: Restored, settings: Settings): boolean {
  const { task, seed, prompt, negative, sampler } = settings;
  return (
    recipe.task === task &&
    recipe.seed === seed &&
    recipe.prompt === prompt &&
    recipe.negative === negative &&
    sameSpan(trim, settings.trim) &&
    sameTiming(timing, settings.timing) &&
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
