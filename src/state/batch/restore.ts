/** From the queue that an earlier visit left to the files of this one. */
import { AppError } from '../../errors.ts';
import type { Queue } from '../../library/queue.ts';
import type { ItemRecord } from '../../library/schema.ts';
import type { BatchContext } from './context.ts';
import type { BatchId, BatchItem, BatchStatus } from './types.ts';

/** A file during which the page ended this often is not begun again by itself. */
const MOST_BEGUN = 3;

/** Brings back what is in the library, before what this visit added. Whether it was being worked on. */
export async function bringBack(context: BatchContext, queue: Queue): Promise<boolean> {
  const { items: records, going, unreadable } = await queue.read();
  const items: BatchItem[] = [];
  for (const record of records) {
    const item = itemOf(record);
    context.stored.set(item.id, Promise.resolve(true));
    context.begun.set(item.id, record.begun);
    items.push(item.status.state === 'done' ? item : await withFile(context, queue, record, item));
  }
  context.set({ items: [...items, ...context.get().items] });

  const damaged = unreadable.filter(({ problem }) => problem !== 'newer').map(({ id }) => id);
  if (unreadable.length > 0) {
    // The files themselves lie untouched where they came from.
    await queue.remove(damaged);
    context.fail(
      new AppError(
        'library-unreadable',
        unreadable.length === 1
          ? 'A file of the earlier list could not be read back.'
          : `${unreadable.length} files of the earlier list could not be read back.`,
        'Add them again.',
        { values: { variant: 'list', count: unreadable.length } },
      ),
    );
  }
  return going;
}

async function withFile(context: BatchContext, queue: Queue, record: ItemRecord, item: BatchItem): Promise<BatchItem> {
  const found = await queue.findFile(record);
  if ('file' in found) {
    context.files.set(item.id, found.file);
    return item;
  }
  if (item.status.state !== 'waiting') return item;
  return { ...item, status: { state: 'needs-file', how: found.missing === 'permission' ? 'allow' : 'choose' } };
}

function itemOf({ id, file, task, draft, hits, status, begun }: ItemRecord): BatchItem {
  return {
    id: id as BatchId,
    name: file.name,
    size: file.size,
    draft,
    ...(task && { task }),
    ...(hits && { hits }),
    kept: file.kept.by !== 'name',
    status: statusOf(status, begun),
  };
}

function statusOf(stored: ItemRecord['status'], begun: number): BatchStatus {
  switch (stored.state) {
    case 'running':
      return begun < MOST_BEGUN ? { state: 'waiting' } : { state: 'failed', error: tooOften(begun).toData() };
    case 'failed':
      return stored;
    case 'done':
      return {
        ...stored,
        outputs: stored.outputs.map(({ name, file }) => ({ name, bytes: file.bytes })),
        kept: true,
      };
    case 'waiting':
    case 'cancelled':
      return stored;
  }
}

function tooOften(begun: number): AppError {
  return new AppError(
    'engine-crashed',
    `The page ended ${begun} times while it worked on this file.`,
    'It may need more memory than there is: use a shorter or smaller file, or try once more.',
    { values: { variant: 'page', count: begun } },
  );
}
