/**
 * Loads the model before it is wanted: as soon as a file is open, or a sample is pointed at, in the order in which its parts are
 * needed. After the first take the rest of the pack is stored, too. It is a help that nobody asked for: what fails is tried
 * again, and told, when somebody presses Generate.
 */
import type { Task } from '../../model/manifest.ts';
import type { VariantChoice } from '../../model/variants.ts';
import type { Services } from './services.ts';
import type { StudioState } from '../types.ts';

export interface Warming {
  /** Someone is about to open something for this task. */
  prepareFor(task: Task): void;
  /** Whether the model is loaded for it, so that a generation can begin at once. */
  isPrepared(task: Task): boolean;
}

interface Wish {
  readonly task: Task;
  readonly choice: VariantChoice;
}

export function createWarming({ deps, model, store, life }: Services): Warming {
  let warm: { readonly wish: Wish; readonly abort: AbortController } | undefined;

  /** Hashes of packs. */
  const kept = new Set<string>();

  function begin(wish: Wish | undefined): void {
    if (!wish || deps.mayFetchAhead?.() !== true) return;
    if (warm?.wish.task === wish.task && warm.wish.choice === wish.choice) return;
    // Who waits for the earlier one goes on waiting for it.
    warm?.abort.abort();
    const abort = new AbortController();
    warm = { wish, abort };
    const signal = AbortSignal.any([abort.signal, life]);
    void load(wish.task, signal).catch((error: unknown) => {
      if (!signal.aborted) console.warn('The model could not be loaded ahead.', error);
    });
  }

  async function load(task: Task, signal: AbortSignal): Promise<void> {
    const ignore = () => undefined;
    if (task === 'v2a') await model.load(signal, 'timing', ignore);
    await model.load(signal, task, ignore);
  }

  /** Who has made something will want the rest as well, perhaps without a network. */
  function keepRest({ takes, job, variant, pack }: StudioState): void {
    if (takes.length === 0 || job.phase !== 'idle' || deps.mayFetchAhead?.() !== true) return;
    if (pack.phase !== 'known' || pack.choice !== variant || kept.has(pack.hash)) return;
    kept.add(pack.hash);
    deps.keepPack?.(life, pack).catch((error: unknown) => {
      if (!life.aborted) console.warn('The rest of the model could not be stored.', error);
    });
  }

  const look = (state: StudioState) => {
    begin(wishOf(state));
    keepRest(state);
  };
  life.addEventListener('abort', store.subscribe(look), { once: true });
  look(store.getState());
  return {
    isPrepared: (task) => model.has(task),
    // Whoever moves over several samples has not decided yet.
    prepareFor(task) {
      if (!warm) begin({ task, choice: store.getState().variant });
    },
  };
}

function wishOf({ input, task, variant }: StudioState): Wish | undefined {
  return input.phase === 'ready' ? { task, choice: variant } : undefined;
}
