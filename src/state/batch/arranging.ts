/** What a person does with the files of a batch: move them, take them away, give back those that are missing. */
import type { BatchContext } from './context.ts';
import { asPicked } from './picked.ts';
import type { Batch, BatchId } from './types.ts';
import type { BatchWork } from './work.ts';

type Arranging = Pick<Batch, 'remove' | 'clear' | 'move' | 'giveFile' | 'allowFile'>;

export function createArranging(context: BatchContext, work: BatchWork): Arranging {
  const { get, set, find, update, withStored, files, results, begun } = context;

  /** The order in the library becomes the one that is shown. */
  async function storeOrder(): Promise<void> {
    for (const [order, { id }] of get().items.entries()) await withStored(id, (queue) => queue.update(id, { order }));
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
    async remove(id) {
      await work.stop(id);
      forget(new Set([id]));
      await withStored(id, (queue) => queue.remove([id]));
    },

    async clear() {
      work.finishFirst();
      await work.stopAny();
      const ids = get().items.map(({ id }) => id);
      forget(new Set(ids));
      for (const id of ids) await withStored(id, (queue) => queue.remove([id]));
    },

    async move(id, index) {
      const item = find(id);
      if (!item) return;
      const moved = get().items.filter((other) => other !== item);
      moved.splice(Math.max(0, Math.min(index, moved.length)), 0, item);
      set({ items: moved });
      await storeOrder();
    },

    async giveFile(id, picked) {
      const { file, handle } = asPicked(picked);
      const state = find(id)?.status.state;
      if (state === undefined || state === 'running' || state === 'done') return;
      files.set(id, file);
      begun.delete(id);
      update(id, { name: file.name, size: file.size, status: { state: 'waiting' } });
      const record = await withStored(id, (queue) => queue.giveFile(id, file, handle));
      if (record) update(id, { kept: record.file.kept.by !== 'name' });
    },

    async allowFile(id) {
      const file = await withStored(id, (queue) => queue.allowFile(id));
      if (file) files.set(id, file);
      if (find(id)?.status.state === 'needs-file') {
        context.setStatus(id, file ? { state: 'waiting' } : { state: 'needs-file', how: 'choose' });
      }
      return file !== undefined;
    },
  };
}
