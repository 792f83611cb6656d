/**
 * Everything that outlives the page: projects with their takes, and the queue of a batch. Records lie in IndexedDB; files
 * lie in the origin private file system or, where there is none, in IndexedDB as well. Several tabs may use it at once.
 */
import { databaseFiles, openDatabase, type Database } from './database.ts';
import { storageFailure, unavailable } from './failures.ts';
import { fileTimeIsBefore, filesNamedIn, layeredFiles, openPrivateFiles, type FileStore } from './files.ts';
import { webLocks, type Locks } from './locks.ts';
import { createProjects } from './projects.ts';
import type { Projects } from './project-types.ts';
import { createQueue, type Queue } from './queue.ts';

export interface Usage {
  /** Bytes of this page's whole storage, the model included; undefined where the browser does not tell. */
  readonly used: number | undefined;
  readonly quota: number | undefined;
  /** The browser does not clear it by itself when the device runs out of room. */
  readonly persisted: boolean;
}

export interface Library extends Projects {
  /** Where files lie; `indexeddb` is slower with large files, which the person is told. */
  readonly files: FileStore['kind'];
  readonly queue: Queue;
  usage(): Promise<Usage>;
  /** Asks the browser, which may ask the person. Whether it is granted. */
  requestPersistence(): Promise<boolean>;
  /** Called after every change, of this tab or another. Returns what ends it. */
  onChange(listener: () => void): () => void;
  close(): void;
}

export interface LibraryOptions {
  readonly name?: string;
  readonly files?: FileStore;
  readonly locks?: Locks | undefined;
  readonly storage?: Pick<StorageManager, 'estimate' | 'persisted' | 'persist'> | undefined;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** What was deleted or left over is kept this long where tabs cannot know of each other. Milliseconds. */
const DAY = 24 * 60 * 60 * 1000;

/** @throws AppError library-unavailable */
export async function openLibrary(options: LibraryOptions = {}): Promise<Library> {
  const { name = 'av-link-library', now = Date.now } = options;
  const locks = 'locks' in options ? options.locks : webLocks();
  const storage = 'storage' in options ? options.storage : navigator.storage;
  let database: Database;
  try {
    database = await openDatabase(name);
  } catch (error) {
    throw unavailable(error);
  }
  const files = options.files ?? (await browserFiles(name, database));

  // A tab that is alone has no half-written files of others to fear; while it sweeps, no other one gets further than here.
  try {
    if (locks) await locks.alone(name, () => sweep(database, files, Infinity));
    else await sweep(database, files, now() - DAY);
  } catch (error) {
    database.close();
    throw storageFailure(error);
  }
  const release = await locks?.share(name);

  const listeners = new Set<() => void>();
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(name) : undefined;
  const tell = () => listeners.forEach((listener) => listener());
  channel?.addEventListener('message', tell);
  const announce = () => {
    tell();
    channel?.postMessage('changed');
  };

  const room = async () => {
    const { usage, quota } = (await storage?.estimate?.()) ?? {};
    return usage === undefined || quota === undefined ? undefined : quota - usage;
  };
  const deps = { database, files, now, announce, room };

  return {
    files: files.kind,
    ...createProjects(deps),
    queue: createQueue({ ...deps, claim: () => locks?.claim(`${name}-queue`) ?? Promise.resolve(() => undefined) }),
    async usage() {
      const { usage: used, quota } = (await storage?.estimate?.()) ?? {};
      return { used, quota, persisted: (await storage?.persisted?.()) ?? false };
    },
    requestPersistence: async () => (await storage?.persist?.()) ?? false,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      listeners.clear();
      channel?.close();
      release?.();
      database.close();
    },
  };
}

async function browserFiles(name: string, database: Database): Promise<FileStore> {
  const inDatabase = databaseFiles(database);
  const inPrivate = await openPrivateFiles(name);
  return inPrivate ? layeredFiles(inPrivate, inDatabase) : inDatabase;
}

/**
 * Finishes what earlier visits left: purges what was deleted before `until` (milliseconds since 1970) and drops files
 * that no record names, which a crash or a full disk leaves behind.
 */
async function sweep(database: Database, files: FileStore, until: number): Promise<void> {
  const transaction = database.transaction(['projects', 'takes', 'items'], 'readwrite');
  const named = new Set<string>();
  const dead = new Set<string>();
  for (const store of ['projects', 'takes', 'items'] as const) {
    let cursor = await transaction.objectStore(store).openCursor();
    while (cursor) {
      const { value } = cursor;
      // The takes of a deleted project go with it; projects are read first.
      const isDead =
        wasRemovedBefore(value, until) || (store === 'takes' && dead.has(String(fieldOf(value, 'project'))));
      if (isDead) {
        if (store === 'projects') dead.add(String(fieldOf(value, 'id')));
        await cursor.delete();
      } else {
        filesNamedIn(value, named);
      }
      cursor = await cursor.continue();
    }
  }
  await transaction.done;
  for (const file of await files.names()) {
    if (!named.has(file) && fileTimeIsBefore(file, until)) await files.drop(file);
  }
}

/** Also for records that cannot be read otherwise: nothing is assumed of them. */
function wasRemovedBefore(record: unknown, until: number): boolean {
  const removed = fieldOf(record, 'removed');
  return typeof removed === 'number' && removed < until;
}

function fieldOf(record: unknown, key: string): unknown {
  return typeof record === 'object' && record !== null ? (record as Record<string, unknown>)[key] : undefined;
}
