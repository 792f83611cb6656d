/** What the parts of the batch share: its store, its files of this visit, and its place in the library. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { AppError } from '../../errors.ts';
import type { OutputFile, Queue } from '../../library/queue.ts';
import type { BatchDeps, BatchId, BatchItem, BatchState, BatchStatus } from './types.ts';

export interface BatchContext {
  readonly run: BatchDeps['run'];
  readonly store: StoreApi<BatchState>;
  /** Seconds. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Files of this visit. */
  readonly files: Map<BatchId, File>;
  /** Results that are not in the library. */
  readonly results: Map<BatchId, readonly OutputFile[]>;
  /** How often a file was begun without an end. */
  readonly begun: Map<BatchId, number>;
  /** Resolves when a file is in the library (true) or could not be kept (false). */
  readonly stored: Map<BatchId, Promise<boolean>>;
  readonly get: () => BatchState;
  readonly set: (change: Partial<BatchState>) => void;
  readonly find: (id: BatchId) => BatchItem | undefined;
  readonly update: (id: BatchId, change: Partial<BatchItem>) => void;
  readonly setStatus: (id: BatchId, status: BatchStatus) => void;
  /** Shows what went wrong; a stop that was asked for is nothing wrong. */
  readonly fail: (thrown: unknown) => void;
  /** Does something with the queue of the library; what cannot be kept is shown, and the work goes on for this visit. */
  readonly withQueue: <T>(work: (queue: Queue) => Promise<T>) => Promise<T | undefined>;
  /** The same for a file that is in the library; nothing for one that could not be kept, which has been said. */
  readonly withStored: <T>(id: BatchId, work: (queue: Queue) => Promise<T>) => Promise<T | undefined>;
}

export function createBatchContext({ run, queue, now, newId }: BatchDeps): BatchContext {
  const store = createStore<BatchState>()(() => ({ phase: 'idle', items: [], failure: undefined }));
  const stored = new Map<BatchId, Promise<boolean>>();

  const context: BatchContext = {
    run,
    store,
    now: now ?? (() => performance.now() / 1000),
    newId: newId ?? (() => crypto.randomUUID()),
    files: new Map(),
    results: new Map(),
    begun: new Map(),
    stored,
    get: store.getState,
    set: (change) => store.setState(change),
    find: (id) => context.get().items.find((item) => item.id === id),
    update: (id, change) =>
      context.set({ items: context.get().items.map((item) => (item.id === id ? { ...item, ...change } : item)) }),
    setStatus: (id, status) => context.update(id, { status }),
    fail(thrown) {
      const error = AppError.from(thrown);
      if (error.code !== 'cancelled') context.set({ failure: error.toData() });
    },

    async withQueue(work) {
      if (!queue) return undefined;
      try {
        return await work(queue);
      } catch (error) {
        context.fail(error);
        return undefined;
      }
    },

    async withStored(id, work) {
      return (await stored.get(id)) === true ? context.withQueue(work) : undefined;
    },
  };
  return context;
}
