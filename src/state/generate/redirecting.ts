/**
 * A take follows an edit of the hits: only what the edit touches is made anew, with the seed and the words of the take, so
 * that a hit that was moved sounds alike. While a person goes on moving hits, one take follows them; it is a take of its own
 * as soon as anything else is done with it.
 */
import type { TimeSpan } from '../../dsp/span.ts';
import { AppError } from '../../errors.ts';
import { trackOf } from '../../model/directing.ts';
import { changedSpans } from '../../timing/difference.ts';
import type { Timing } from '../../timing/types.ts';
import { dropMedia } from '../services/blobs.ts';
import type { Services, UndoLabel } from '../services/services.ts';
import type { Step } from '../services/undo.ts';
import { OWN_SENSITIVITY } from '../timing/initial.ts';
import { directing, readingAt, timingWithin } from '../timing/queries.ts';
import type { StudioState } from '../types.ts';
import type { Take, TakeId } from '../take.ts';

/** Seconds around what an edit touches that are made anew with it: how the sound goes on depends on it. */
const MARGIN = 0.12;

export interface Redirection {
  readonly timing: Timing;
  /** In seconds of the take; none where nothing changed. */
  readonly spans: readonly TimeSpan[];
}

/** What of a take the timing on the lane changes. Throws AppError timing-missing, no-source. */
export function redirection(state: StudioState, { recipe, media }: Take): Redirection {
  const making = directing(state);
  const { shown } = state.timing;
  if (media.task !== 'v2a' || !making || !shown) {
    throw new AppError(
      'timing-missing',
      'There are no hits that this take could follow.',
      'Choose a sound that was made for a picture, and set hits.',
    );
  }
  const clip = { start: recipe.trim?.start ?? 0, duration: recipe.duration };
  const whole = { start: 0, end: recipe.duration };
  const timing = timingWithin(shown, recipe.trim);
  const before = madeFrom(state, recipe);
  if (!before) return { timing, spans: [whole] };
  const [from, to] = [before, timing].map((one) => trackOf(making, one, clip));
  if (!from || !to) return { timing, spans: [whole] };
  const spans = changedSpans(from, to, making.rate, MARGIN)
    .map(({ start, end }) => ({ start, end: Math.min(end, whole.end) }))
    .filter(({ start, end }) => end > start);
  return { timing, spans };
}

/** What the take was told; undefined where it is not known, or where words were told in its place. */
function madeFrom(state: StudioState, { timing, trim, prompt, negative }: Take['recipe']): Timing | undefined {
  if (timing) return timing;
  const { pack } = state;
  const both = pack.phase === 'known' && pack.manifest.sampler.v2a.wordsWithTiming === true;
  if (!both && (prompt !== '' || negative !== '')) return undefined;
  const read = readingAt(state, OWN_SENSITIVITY);
  return read && timingWithin(read, trim);
}

export interface Following {
  /** The step of the edit that a take is to follow; asked before the take is made. */
  edit(): Step<UndoLabel> | undefined;
  /** Puts a take in that follows an edit of `from`; both are taken back together. */
  follow(made: Take, from: TakeId, edit: Step<UndoLabel> | undefined): void;
}

interface FollowingHooks {
  /** A take of a project can no longer be brought back. */
  readonly onForgotten: (project: string, id: TakeId) => void;
}

export function createFollowing(services: Services, { onForgotten }: FollowingHooks): Following {
  const { get, set, blobs, undo } = services;
  /** Takes that follow the hits, as they were made. */
  const following = new Map<TakeId, Take>();

  /** Nothing was done with it but to follow. */
  const isUntouched = (take: Take) => following.get(take.id)?.edit === take.edit && !take.starred;

  return {
    edit: () => (get().timing.directed ? undo.last() : undefined),
    follow(made, from, edit) {
      const { takes, project } = get();
      const last = takes.at(-1);
      const replaced = last?.id === from && isUntouched(last) ? last : undefined;
      following.set(made.id, made);
      const put = (gone: TakeId | undefined, come: Take | undefined, stage: TakeId | undefined) => {
        const { takes } = get();
        const others = takes.map((take) => (come && take.id === gone ? come : take));
        const rest = come ? others : others.filter(({ id }) => id !== gone);
        const all = come && !rest.includes(come) ? [...rest, come] : rest;
        const selected = all.some(({ id }) => id === stage) ? stage : all.at(-1)?.id;
        set({ takes: all, selected, shown: selected === undefined ? 'source' : 'result' });
      };
      const redo = () => put(replaced?.id, made, made.id);
      redo();
      undo.join(
        {
          label: 'redirect',
          redo,
          undo: () => put(made.id, replaced, from),
          forgotten(inEffect) {
            const gone = inEffect ? replaced : made;
            if (!gone) return;
            following.delete(gone.id);
            dropMedia(blobs, gone.media);
            if (project !== undefined) onForgotten(project, gone.id);
          },
        },
        edit,
      );
    },
  };
}
