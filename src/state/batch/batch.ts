/**
 * A batch: a queue of files that are worked on one after the other. A file that fails fails alone, and what was not
 * finished goes on after a reload. What a file is turned into is the caller's.
 */
import { AppError } from '../../errors.ts';
import { uniqueNames } from '../../library/collect.ts';
import type { OutputFile } from '../../library/queue.ts';
import { SerialQueue } from '../../serial-queue.ts';
import { createBatchCore } from './batch-core.ts';
import { bringBack } from './restore.ts';
import type { Batch, BatchDeps, BatchId, BatchItem, PickedFile } from './types.ts';
import { createBatchWork, isWaiting } from './work.ts';

interface Taken {
  /** Gives the queue up; undefined where another tab has it. */
  readonly release: (() => void) | undefined;
  /** It was being worked on when the earlier visit ended. */
  readonly going: boolean;
}

export function createBatch(deps: BatchDeps): Batch {
  const core = createBatchCore(deps);
  const { store, get, set, find, update, keep, keepItem, files, results, begun, stored } = core;
  const work = createBatchWork(core);

  let taken: Promise<Taken> | undefined;
  let lastOrder = 0;

  /** Takes the queue over from the library, with what an earlier visit left in it; once. */
  async function takeOver(): Promise<Taken> {
    taken ??= attempt();
    const result = await taken;
    // The other tab may be gone when it is tried again.
    if (!result.release) taken = undefined;
    return result;
  }

  async function attempt(): Promise<Taken> {
    if (!deps.queue) return { release: () => undefined, going: false };
    const release = await keep((queue) => queue.claim());
    if (get().phase === 'idle' && !release) set({ phase: 'elsewhere' });
    if (get().phase === 'elsewhere' && release) set({ phase: 'idle' });
    return { release, going: release ? ((await keep((queue) => bringBack(core, queue))) ?? false) : false };
  }

  async function storeItem(item: BatchItem, { file, handle }: PickedFile, order: number): Promise<boolean> {
    const { id, draft, task } = item;
    const asked = { id, order, file, draft, ...(handle && { handle }), ...(task && { task }) };
    const record = await keep((queue) => queue.add(asked));
    if (!record) return false;
    // It may have been removed while it was stored.
    if (!find(id)) await keep((queue) => queue.remove([id]));
    else update(id, { kept: record.file.kept.by !== 'name' });
    return true;
  }

  /** The order in the library becomes the one that is shown. */
  async function keepOrder(): Promise<void> {
    for (const [order, { id }] of get().items.entries()) await keepItem(id, (queue) => queue.update(id, { order }));
  }

  async function retry(ids: readonly BatchId[]): Promise<void> {
    for (const id of ids) {
      const state = find(id)?.status.state;
      if (state !== 'failed' && state !== 'cancelled') continue;
      await work.settle(id, files.has(id) ? { state: 'waiting' } : { state: 'needs-file', how: 'choose' });
    }
    if (get().phase === 'idle') work.start();
  }

  function finishFirst(): void {
    if (get().phase === 'running') set({ phase: 'pausing' });
  }

  function forget(ids: ReadonlySet<BatchId>): void {
    for (const id of ids) {
      files.delete(id);
      results.delete(id);
      begun.delete(id);
    }
    set({ items: get().items.filter(({ id }) => !ids.has(id)) });
  }

  return {
    store,

    async restore() {
      const { release, going } = await takeOver();
      if (!release || !get().items.some(isWaiting)) return;
      if (going) work.start();
      else if (get().phase === 'idle') set({ phase: 'paused' });
    },

    async add(picked, { task, draft }) {
      if (!(await takeOver()).release) {
        core.fail(
          new AppError(
            'batch-elsewhere',
            'Another tab is working on the list of files.',
            'Add the files there, or close that tab and try again.',
          ),
        );
        return;
      }
      // Larger than any before, of this visit or an earlier one.
      const order = (lastOrder = Math.max(lastOrder + 1, Date.now()));
      const added = picked.map((one, index) => {
        const { file, handle } = asPicked(one);
        const id = core.newId() as BatchId;
        const about = { id, name: file.name, size: file.size, draft, ...(task && { task }) };
        const item: BatchItem = { ...about, status: { state: 'waiting' }, kept: false };
        files.set(id, file);
        return { item, order: order + index / picked.length, picked: { file, ...(handle && { handle }) } };
      });
      set({ items: [...get().items, ...added.map(({ item }) => item)] });
      // One after the other, as copying is bound by the disk. Work on the first may begin meanwhile.
      const writes = new SerialQueue();
      for (const { item, picked, order } of added) {
        stored.set(
          item.id,
          writes.add(() => storeItem(item, picked, order)),
        );
      }
      await writes.idle();
    },

    start: work.start,
    pause: finishFirst,

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
      finishFirst();
      for (const { id, status } of get().items) {
        if (status.state === 'waiting' || status.state === 'needs-file') await work.settle(id, { state: 'cancelled' });
      }
      await work.stopAny();
    },

    async remove(id) {
      await work.stop(id);
      forget(new Set([id]));
      await keepItem(id, (queue) => queue.remove([id]));
    },

    async clear() {
      finishFirst();
      await work.stopAny();
      const ids = get().items.map(({ id }) => id);
      forget(new Set(ids));
      for (const id of ids) await keepItem(id, (queue) => queue.remove([id]));
    },

    async move(id, index) {
      const item = find(id);
      if (!item) return;
      const moved = get().items.filter((other) => other !== item);
      moved.splice(Math.max(0, Math.min(index, moved.length)), 0, item);
      set({ items: moved });
      await keepOrder();
    },

    async giveFile(id, picked) {
      const { file, handle } = asPicked(picked);
      const state = find(id)?.status.state;
      if (state === undefined || state === 'running' || state === 'done') return;
      files.set(id, file);
      begun.delete(id);
      update(id, { name: file.name, size: file.size, status: { state: 'waiting' } });
      const record = await keepItem(id, (queue) => queue.giveFile(id, file, handle));
      if (record) update(id, { kept: record.file.kept.by !== 'name' });
    },

    async allowFile(id) {
      const file = await keepItem(id, (queue) => queue.allowFile(id));
      if (file) files.set(id, file);
      if (find(id)?.status.state === 'needs-file') {
        core.setStatus(id, file ? { state: 'waiting' } : { state: 'needs-file', how: 'choose' });
      }
      return file !== undefined;
    },

    async collect() {
      const outputs: OutputFile[] = [];
      for (const { id, name, status } of get().items) {
        if (status.state !== 'done') continue;
        const found = results.get(id) ?? (await keep((queue) => queue.outputs(id))) ?? [];
        if (found.length < status.outputs.length) {
          core.fail(
            new AppError(
              'library-gone',
              `What was made of ${name} is not in the browser any more.`,
              'Add the file again. Browsers clear their storage when the device runs out of room.',
              { values: { variant: 'results', name } },
            ),
          );
        }
        outputs.push(...found);
      }
      const names = uniqueNames(outputs.map(({ name }) => name));
      return outputs.map(({ blob }, index) => ({ name: names[index] ?? '', blob }));
    },

    dismissFailure: () => set({ failure: undefined }),

    dispose() {
      work.dispose();
      void taken?.then(({ release }) => release?.());
    },
  };
}

function asPicked(picked: File | PickedFile): PickedFile {
  return picked instanceof File ? { file: picked } : picked;
}
