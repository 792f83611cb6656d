/** The library's database: its stores and how work on them stays whole. Values are checked by who reads them. */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import type { FileStore } from './files.ts';

export interface LibrarySchema extends DBSchema {
  projects: { key: string; value: unknown };
  /** By project and take, so that a project's takes are one range. */
  takes: { key: [string, string]; value: unknown };
  items: { key: string; value: unknown };
  /** Settings of the batch. */
  settings: { key: string; value: unknown };
  /** Only where there is no private file system. */
  files: { key: string; value: Blob };
}
type StoreName = 'projects' | 'takes' | 'items' | 'settings' | 'files';
export type Database = IDBPDatabase<LibrarySchema>;
export type Changing = IDBPTransaction<LibrarySchema, StoreName[], 'readwrite'>;

/** Of the stores, not of the records in them: those have versions of their own. */
const DATABASE_VERSION = 1;

export function openDatabase(name: string): Promise<Database> {
  return openDB<LibrarySchema>(name, DATABASE_VERSION, {
    upgrade(database) {
      database.createObjectStore('projects', { keyPath: 'id' });
      database.createObjectStore('takes', { keyPath: ['project', 'id'] });
      database.createObjectStore('items', { keyPath: 'id' });
      database.createObjectStore('settings');
      database.createObjectStore('files');
    },
    // A newer version in another tab must not wait for this one.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
}

/** All of `work` happens, or nothing does. It must await nothing but requests of the transaction. */
export async function change<T>(
  database: Database,
  stores: StoreName[],
  work: (transaction: Changing) => Promise<T>,
): Promise<T> {
  // Strict: what was reported as kept survives a loss of power.
  const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
  try {
    const value = await work(transaction);
    await transaction.done;
    return value;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended already, which is what made `work` fail.
    }
    await transaction.done.catch(() => undefined);
    throw error;
  }
}

/** The takes of one project. An array is greater than every string. */
export function takesOf(project: string): IDBKeyRange {
  return IDBKeyRange.bound([project], [project, []]);
}

/** Files as values of the database, for browsers without a private file system. */
export function databaseFiles(database: Database): FileStore {
  return {
    kind: 'indexeddb',
    put: (name, blob) => change(database, ['files'], async (t) => void (await t.objectStore('files').put(blob, name))),
    get: (name) => database.get('files', name),
    drop: (name) => database.delete('files', name),
    names: () => database.getAllKeys('files'),
  };
}
