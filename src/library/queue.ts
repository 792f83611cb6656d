/** The queue of a batch in the database: what is to be done, and what came out of it. One tab works on it at a time. */
import type { Notice } from '../notices.ts';
import { change, type Changing, type Database } from './database.ts';
import { gone, storageFailure } from './failures.ts';
import { filesNamedIn } from './files.ts';
import {
  allowFile,
  dropFiles,
  findFile,
  keepFile,
  readBlob,
  storeBlobs,
  type FoundFile,
  type StorageDeps,
} from './own-files.ts';
import type { Unreadable } from './project-types.ts';
import type { FileRef, ItemRecord } from './schema.ts';
import { checkRecord, readRecord, RECORD_VERSION } from './versions.ts';

export interface NewItem {
  readonly id: string;
  readonly order: number;
  readonly file: File;
  readonly handle?: FileSystemFileHandle;
  readonly task?: NonNullable<ItemRecord['task']>;
  readonly draft: ItemRecord['draft'];
  readonly hits?: NonNullable<ItemRecord['hits']>;
}

export interface OutputFile {
  readonly name: string;
  readonly blob: Blob;
}

export interface ItemResult {
  /** How long it took. */
  readonly seconds: number;
  readonly notices: readonly Notice[];
  readonly outputs: readonly OutputFile[];
}

export interface StoredQueue {
  /** In their order. */
  readonly items: readonly ItemRecord[];
  /** It was being worked on. */
  readonly going: boolean;
  readonly unreadable: readonly Unreadable[];
}

export interface Queue {
  /** Takes the queue over for this tab until it is released; undefined where another tab has it. */
  claim(): Promise<(() => void) | undefined>;
  read(): Promise<StoredQueue>;
  /** Never rejects for lack of room: the file is then kept by its name, and asked for after a reload. */
  add(item: NewItem): Promise<ItemRecord>;
  update(id: string, change: Partial<Pick<ItemRecord, 'status' | 'order' | 'begun'>>): Promise<void>;
  /** Stores what came out, and drops the copy of what went in. @throws AppError storage-full, with nothing changed */
  finish(id: string, result: ItemResult): Promise<void>;
  /** The file was chosen again. */
  giveFile(id: string, file: File, handle?: FileSystemFileHandle): Promise<ItemRecord>;
  findFile(item: ItemRecord): Promise<FoundFile>;
  /** Asks the person to let the browser read a file again; only during a click. undefined where it cannot be had. */
  allowFile(id: string): Promise<File | undefined>;
  /** Of a finished item; those that are missing are left out. */
  outputs(id: string): Promise<OutputFile[]>;
  remove(ids: readonly string[]): Promise<void>;
  setGoing(going: boolean): Promise<void>;
}

export interface QueueDeps extends StorageDeps {
  readonly database: Database;
  readonly claim: Queue['claim'];
}

const GOING = 'batch-going';

export function createQueue(deps: QueueDeps): Queue {
  const { database, files, now } = deps;

  async function failing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw storageFailure(error);
    }
  }

  const put = (transaction: Changing, record: ItemRecord) =>
    transaction.objectStore('items').put(checkRecord('item', record));

  /** Changes one record; resolves with what it was. New files are dropped again when that fails. */
  async function replace(
    id: string,
    update: (item: ItemRecord) => ItemRecord,
    written: readonly FileRef[] = [],
  ): Promise<ItemRecord> {
    try {
      return await change(database, ['items'], async (transaction) => {
        const reading = readRecord('item', await transaction.objectStore('items').get(id));
        if (!reading.ok) throw gone('file');
        await put(transaction, update(reading.value));
        return reading.value;
      });
    } catch (error) {
      await dropFiles(files, written);
      throw error;
    }
  }

  return {
    claim: deps.claim,

    read: () =>
      failing(async () => {
        const transaction = database.transaction(['items', 'settings']);
        const [ids, raws, going] = await Promise.all([
          transaction.objectStore('items').getAllKeys(),
          transaction.objectStore('items').getAll(),
          transaction.objectStore('settings').get(GOING),
        ]);
        const items: ItemRecord[] = [];
        const unreadable: Unreadable[] = [];
        for (const [index, raw] of raws.entries()) {
          const reading = readRecord('item', raw);
          if (reading.ok) items.push(reading.value);
          else unreadable.push({ id: ids[index] ?? '', problem: reading.problem, detail: reading.detail });
        }
        return { items: items.sort((a, b) => a.order - b.order), going: going === true, unreadable };
      }),

    add: ({ file, handle, ...rest }) =>
      failing(async () => {
        // Many files would soon fill the browser's room: where one can be read from the disk again, no copy is made.
        const kept = await keepFile(deps, file, handle, 'handle');
        const record: ItemRecord = {
          version: RECORD_VERSION,
          created: now(),
          ...rest,
          file: kept,
          begun: 0,
          status: { state: 'waiting' },
        };
        try {
          await change(database, ['items'], (transaction) => put(transaction, record));
        } catch (error) {
          await dropFiles(files, namesIn(kept));
          throw error;
        }
        return record;
      }),

    update: (id, changes) => failing(async () => void (await replace(id, (item) => ({ ...item, ...changes })))),

    finish: (id, { seconds, notices, outputs }) =>
      failing(async () => {
        const refs = await storeBlobs(
          deps,
          outputs.map(({ blob }) => blob),
        );
        const named = refs.map((file, index) => ({ name: outputs[index]?.name ?? '', file }));
        const before = await replace(
          id,
          ({ file, ...item }) => ({
            ...item,
            begun: 0,
            file: file.kept.by === 'copy' ? { ...file, kept: { by: 'name', because: 'done' } } : file,
            status: { state: 'done', seconds, notices, outputs: named },
          }),
          refs,
        );
        await dropFiles(files, [...namesIn(before.status), ...namesIn(before.file)]);
      }),

    giveFile: (id, file, handle) =>
      failing(async () => {
        const kept = await keepFile(deps, file, handle, 'handle');
        let after: ItemRecord | undefined;
        const update = (item: ItemRecord) => (after = { ...item, file: kept, begun: 0, status: { state: 'waiting' } });
        const before = await replace(id, update, kept.kept.by === 'copy' ? [kept.kept.file] : []);
        await dropFiles(files, [...namesIn(before.status), ...namesIn(before.file)]);
        return after ?? before;
      }),

    findFile: (item) => failing(() => findFile(files, item.file)),

    allowFile: (id) =>
      failing(async () => {
        const reading = readRecord('item', await database.get('items', id));
        if (!reading.ok || !(await allowFile(reading.value.file))) return undefined;
        const found = await findFile(files, reading.value.file);
        return 'file' in found ? found.file : undefined;
      }),

    outputs: (id) =>
      failing(async () => {
        const reading = readRecord('item', await database.get('items', id));
        if (!reading.ok || reading.value.status.state !== 'done') return [];
        const found: OutputFile[] = [];
        for (const { name, file } of reading.value.status.outputs) {
          const blob = await readBlob(files, file);
          if (blob) found.push({ name, blob });
        }
        return found;
      }),

    remove: (ids) =>
      failing(async () => {
        const records = await change(database, ['items'], async (transaction) => {
          const items = transaction.objectStore('items');
          const found: unknown[] = [];
          for (const id of ids) {
            found.push(await items.get(id));
            await items.delete(id);
          }
          return found;
        });
        await dropFiles(files, namesIn(records));
      }),

    setGoing: (going) =>
      failing(() =>
        change(database, ['settings'], async (t) => void (await t.objectStore('settings').put(going, GOING))),
      ),
  };
}

function namesIn(value: unknown): { name: string }[] {
  return Array.from(filesNamedIn(value), (name) => ({ name }));
}
