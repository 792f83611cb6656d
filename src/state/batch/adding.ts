/** Files that join a batch: shown at once, and copied into the library one after the other. */
import { AppError } from '../../errors.ts';
import { SerialQueue } from '../../serial-queue.ts';
import type { BatchContext } from './context.ts';
import type { Claim } from './claim.ts';
import { hitsAlone, pairHits } from './beside.ts';
import type { Batch, BatchId, BatchItem, PickedFile } from './types.ts';

export function createAdding(context: BatchContext, claim: Claim): Pick<Batch, 'add'> {
  const { get, set, find, update, withQueue, files, stored } = context;
  let lastOrder = 0;

  async function storeItem(item: BatchItem, { file, handle }: PickedFile, order: number): Promise<boolean> {
    const { id, draft, task, hits } = item;
    const rest = { ...(handle && { handle }), ...(task && { task }), ...(hits && { hits }) };
    const asked = { id, order, file, draft, ...rest };
    const record = await withQueue((queue) => queue.add(asked));
    if (!record) return false;
    // It may have been removed while it was stored.
    if (!find(id)) await withQueue((queue) => queue.remove([id]));
    else update(id, { kept: record.file.kept.by !== 'name' });
    return true;
  }

  return {
    async add(picked, { task, draft }) {
      if (!(await claim.takeOver()).release) {
        context.fail(
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
      const { pairs, alone } = pairHits(picked);
      if (alone.length > 0) context.fail(hitsAlone(alone));
      const beside = await Promise.all(
        pairs.map(async ({ hits }) => hits && { name: hits.name, bytes: new Uint8Array(await hits.arrayBuffer()) }),
      );
      const added = pairs.map(({ file, handle }, index) => {
        const hits = beside[index];
        const id = context.newId() as BatchId;
        const about = { id, name: file.name, size: file.size, draft, ...(task && { task }), ...(hits && { hits }) };
        const item: BatchItem = { ...about, status: { state: 'waiting' }, kept: false };
        files.set(id, file);
        return { item, order: order + index / pairs.length, picked: { file, ...(handle && { handle }) } };
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
  };
}
