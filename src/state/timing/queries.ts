/** Questions to the state about its timing. Pure. */
import { directingOf, timingOf, type Directing } from '../../model/directing.ts';
import type { Timing } from '../../timing/types.ts';
import { openSource } from '../services/queries.ts';
import type { StudioState } from '../types.ts';
import type { TimeSpan } from '../../dsp/span.ts';
import { clipTiming } from '../../timing/edit.ts';
import type { Take } from '../take.ts';

/** What turns readings into timing, and timing into what the pack is told; undefined where the pack does neither. */
export function directing({ pack }: Pick<StudioState, 'pack'>): Directing | undefined {
  return pack.phase === 'known' ? directingOf(pack.manifest) : undefined;
}

/** The reading of the open file at a sensitivity; undefined until it has been read. */
export function readingAt(state: StudioState, sensitivity: number): Timing | undefined {
  const { reading } = state.timing;
  const source = openSource(state);
  const making = directing(state);
  if (reading.phase !== 'ready' || !source || !making) return undefined;
  const { track, start } = reading;
  return timingOf(making, track, { start, duration: source.info.duration }, sensitivity);
}

/** What the next sound is to be made from; undefined where the picture decides. */
export function directedTiming({ timing }: Pick<StudioState, 'timing'>): Timing | undefined {
  return timing.directed ? timing.shown : undefined;
}

/** The part of a timing that a take of `trim` is made from. */
export function timingWithin(timing: Timing, trim: TimeSpan | undefined): Timing {
  return trim ? clipTiming(timing, trim) : timing;
}

/** When the sound of a take was to be heard: as a person set it, or as the picture was read. */
export function timingOfTake(state: StudioState, { recipe }: Take): Timing | undefined {
  if (recipe.timing) return recipe.timing;
  const read = readingAt(state, state.timing.sensitivity);
  return read && timingWithin(read, recipe.trim);
}
