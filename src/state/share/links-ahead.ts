/**
 * Makes the link that most people want while they still listen: that of the take on the stage, in the size that every messenger
 * takes. It is a help that nobody asked for, so it waits for a quiet moment and gives way to everything else.
 */
import type { TimeSpan } from '../../dsp/span.ts';
import { untilAborted } from '../../serial-queue.ts';
import type { MadeLink } from '../../share/sharer.ts';
import { DEFAULT_TIER, type Tier } from '../../share/tiers.ts';
import { MAX_TITLE } from '../../share/types.ts';
import { selectedTake, takeById } from '../services/queries.ts';
import type { Services } from '../services/services.ts';
import type { Take, TakeId } from '../take.ts';
import type { StudioState } from '../types.ts';

export interface LinkWish {
  readonly tier: Tier;
  readonly title: string;
  /** In seconds: of the file for a sound, of the clip for a clip. Left out: where most happens. */
  readonly part: TimeSpan | undefined;
}

export type MakeLink = (
  signal: AbortSignal,
  id: TakeId,
  wish: LinkWish,
  onProgress: (fraction: number) => void,
) => Promise<MadeLink>;

/** Unless somebody gives another one: the name of the file, without its ending. */
export function linkTitle({ recipe }: Take): string {
  return recipe.sourceName.replace(/\.[^.]*$/, '').slice(0, MAX_TITLE);
}

/** Milliseconds without a change before a link is begun. */
export const QUIET = 2000;

interface Ahead {
  readonly take: Take;
  readonly abort: AbortController;
  readonly link: Promise<MadeLink>;
}

interface LinksAheadDeps {
  readonly makeLink: MakeLink;
  /** Whether the link of a take can be made with what is loaded: nothing is fetched for it. */
  readonly isReady: (take: Take) => boolean;
}

/** Makes links as `makeLink` does; one that is being made, or is there, is not made again. */
export function createLinksAhead({ deps, store, life }: Services, { makeLink, isReady }: LinksAheadDeps): MakeLink {
  let ahead: Ahead | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function drop(): void {
    clearTimeout(timer);
    ahead?.abort.abort();
    ahead = undefined;
  }

  function begin(take: Take): void {
    const abort = new AbortController();
    const wish = { tier: DEFAULT_TIER, title: linkTitle(take), part: undefined };
    const link = makeLink(abort.signal, take.id, wish, () => undefined);
    ahead = { take, abort, link };
    link.catch((error: unknown) => {
      if (!abort.signal.aborted && !life.aborted) console.warn('The link could not be made ahead.', error);
    });
  }

  function look(now: StudioState): void {
    const take = wished(now);
    if (ahead && ahead.take === take) return;
    drop();
    if (!take || deps.mayFetchAhead?.() !== true) return;
    timer = setTimeout(() => {
      if (wished(store.getState()) === take && isReady(take)) begin(take);
    }, QUIET);
  }

  const stop = store.subscribe((now, before) => {
    if (wished(now) !== wished(before)) look(now);
  });
  life.addEventListener(
    'abort',
    () => {
      stop();
      drop();
    },
    { once: true },
  );

  return async (signal, id, wish, onProgress) => {
    const found = ahead;
    if (found && takeById(store.getState(), id) === found.take && isDefault(wish, found.take)) {
      try {
        return await untilAborted(signal, found.link);
      } catch (error) {
        if (signal.aborted) throw error;
        // Told, if it fails again, to whoever asks for it now.
        if (ahead === found) ahead = undefined;
      }
    }
    return makeLink(signal, id, wish, onProgress);
  };
}

/** The take whose link would be made now. */
function wished(state: StudioState): Take | undefined {
  if (state.job.phase !== 'idle' || state.exporting.phase === 'running' || state.shown !== 'result') return undefined;
  return selectedTake(state);
}

function isDefault({ tier, title, part }: LinkWish, take: Take): boolean {
  return tier === DEFAULT_TIER && title === linkTitle(take) && part === undefined;
}
