/**
 * A batch: a queue of files that are worked on one after the other. A file that fails fails alone, and what was not
 * finished goes on after a reload. What a file is turned into is the caller's.
 */
import { createAdding } from './adding.ts';
import { createArranging } from './arranging.ts';
import { createBatchContext } from './context.ts';
import { createClaim } from './claim.ts';
import { createCollecting } from './collecting.ts';
import type { Batch, BatchDeps, BatchId } from './types.ts';
import { createBatchWork, isWaiting } from './work.ts';

export function createBatch(deps: BatchDeps): Batch {
  const context = createBatchContext(deps);
  const { store, get, set, find, files } = context;
  const work = createBatchWork(context);
  const claim = createClaim(context, deps.queue);

  async function retry(ids: readonly BatchId[]): Promise<void> {
    for (const id of ids) {
      const state = find(id)?.status.state;
      if (state !== 'failed' && state !== 'cancelled') continue;
      await work.settle(id, files.has(id) ? { state: 'waiting' } : { state: 'needs-file', how: 'choose' });
    }
    if (get().phase === 'idle') work.start();
  }

  return {
    store,
    ...createAdding(context, claim),
    ...createArranging(context, work),
    ...createCollecting(context),

    async restore() {
      const { release, going } = await claim.takeOver();
      if (!release || !get().items.some(isWaiting)) return;
      if (going) work.start();
      else if (get().phase === 'idle') set({ phase: 'paused' });
    },

    start: work.start,
    pause: work.finishFirst,

    retry: (id) => retry([id]),
    retryFailed: () =>
      retry(
        get()
          .items.filter(({ status }) => status.state === 'failed')
          .map(({ id }) => id),
      ),

    async cancel(id) {
      await work.stop(id);
      const state = find(id)?.status.state;
      if (state === 'waiting' || state === 'needs-file') await work.settle(id, { state: 'cancelled' });
    },

    async cancelAll() {
      work.finishFirst();
      for (const { id, status } of get().items) {
        if (status.state === 'waiting' || status.state === 'needs-file') await work.settle(id, { state: 'cancelled' });
      }
      await work.stopAny();
    },

    dismissFailure: () => set({ failure: undefined }),

    dispose() {
      work.dispose();
      claim.release();
    },
  };
}
