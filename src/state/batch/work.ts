/** Works through the queue of a batch: one file after the other, each failing alone. */
import { AppError, throwIfAborted, type ErrorCode } from '../../errors.ts';
import type { ItemResult } from '../../library/queue.ts';
import type { ItemRecord } from '../../library/schema.ts';
import type { BatchContext } from './context.ts';
import type { BatchId, BatchItem, BatchStatus } from './types.ts';

/** The next file would fail in the same way: the queue pauses instead of failing file after file. */
const OF_EVERY_FILE = new Set<ErrorCode>([
  'pack-missing',
  'pack-invalid',
  'pack-html',
  'pack-hash',
  'pack-network',
  'no-webgpu',
  'no-backend',
  'golden-failed',
  'busy',
]);

export interface BatchWork {
  readonly start: () => void;
  /** Lets the file that is being worked on end, and begins no other. */
  readonly finishFirst: () => void;
  /** Sets and keeps a status in which nothing of the file runs. */
  settle(id: BatchId, status: SettledStatus): Promise<void>;
  /** Resolves when the file is no longer worked on. */
  stop(id: BatchId): Promise<void>;
  /** Stops whatever runs. */
  stopAny(): Promise<void>;
  /** Ends all work without a word to the library, so that the next visit goes on with it. */
  dispose(): void;
}
type SettledStatus = Extract<BatchStatus, { state: 'waiting' | 'cancelled' | 'failed' | 'needs-file' }>;

export function isWaiting({ status }: BatchItem): boolean {
  return status.state === 'waiting';
}

export function createBatchWork(context: BatchContext): BatchWork {
  const { get, set, setStatus, withQueue, withStored, now, files, results, begun } = context;
  let running: { readonly id: BatchId; readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  let working = false;
  let disposed = false;

  async function work(item: BatchItem): Promise<void> {
    const { id, draft, task, hits } = item;
    const abort = new AbortController();
    let end: () => void = () => undefined;
    running = { id, abort, ended: new Promise((resolve) => (end = resolve)) };
    const since = now();
    setStatus(id, { state: 'running', since, progress: { fraction: undefined } });
    try {
      const count = (begun.get(id) ?? 0) + 1;
      await withStored(id, (queue) => queue.update(id, { status: { state: 'running' }, begun: count }));
      throwIfAborted(abort.signal);
      const file = files.get(id);
      if (!file)
        throw new AppError('file-needed', `${item.name} has to be chosen again.`, 'Choose the file again.', {
          values: { name: item.name },
        });
      const { outputs, notices } = await context.run(
        abort.signal,
        { file, draft, ...(task && { task }), ...(hits && { hits }) },
        (progress) => {
          if (!abort.signal.aborted) setStatus(id, { state: 'running', since, progress });
        },
      );
      await finish(id, { outputs, notices, seconds: now() - since });
    } catch (thrown) {
      if (!disposed) await endWith(id, AppError.from(thrown));
    } finally {
      running = undefined;
      end();
    }
  }

  async function finish(id: BatchId, result: ItemResult): Promise<void> {
    const kept = (await withStored(id, async (queue) => (await queue.finish(id, result), true))) ?? false;
    // What is in the library is read from there, where it takes no memory.
    if (!kept) results.set(id, result.outputs);
    files.delete(id);
    begun.delete(id);
    const outputs = result.outputs.map(({ name, blob }) => ({ name, bytes: blob.size }));
    setStatus(id, { state: 'done', seconds: result.seconds, outputs, notices: result.notices, kept });
  }

  async function endWith(id: BatchId, error: AppError): Promise<void> {
    if (error.code === 'cancelled') return settle(id, { state: 'cancelled' });
    if (error.code === 'file-needed') return settle(id, { state: 'needs-file', how: 'choose' });
    if (!OF_EVERY_FILE.has(error.code)) return settle(id, { state: 'failed', error: error.toData() });
    set({ phase: 'pausing' });
    context.fail(error);
    await settle(id, { state: 'waiting' });
  }

  async function settle(id: BatchId, status: SettledStatus): Promise<void> {
    begun.delete(id);
    setStatus(id, status);
    const stored: ItemRecord['status'] = status.state === 'needs-file' ? { state: 'waiting' } : status;
    await withStored(id, (queue) => queue.update(id, { status: stored, begun: 0 }));
  }

  const next = () => (get().phase === 'running' && !disposed ? get().items.find(isWaiting) : undefined);

  async function workThrough(): Promise<void> {
    if (working) return;
    working = true;
    // Files may be added, and the work be started again, while its end is written down.
    while (next()) {
      await withQueue((queue) => queue.setGoing(true));
      for (let item = next(); item; item = next()) await work(item);
      if (!disposed) await withQueue((queue) => queue.setGoing(false));
    }
    working = false;
    if (!disposed) set({ phase: get().items.some(isWaiting) ? 'paused' : 'idle' });
  }

  async function stop(id: BatchId): Promise<void> {
    if (running?.id !== id) return;
    running.abort.abort();
    await running.ended;
  }

  return {
    start() {
      if (disposed || !get().items.some(isWaiting)) return;
      set({ phase: 'running', failure: undefined });
      void workThrough();
    },
    finishFirst() {
      if (get().phase === 'running') set({ phase: 'pausing' });
    },
    settle,
    stop,
    async stopAny() {
      if (running) await stop(running.id);
    },
    dispose() {
      disposed = true;
      running?.abort.abort();
    },
  };
}
