/** Where the library keeps files: written once under a new name, never changed, dropped when no record names them. */

export interface FileStore {
  readonly kind: 'opfs' | 'indexeddb' | 'memory';
  /** Rejects, with nothing readable under the name, when there is no room. */
  put(name: string, blob: Blob): Promise<void>;
  /** The bytes, of no type; undefined where there is no such file. */
  get(name: string): Promise<Blob | undefined>;
  /** Does nothing where there is no such file. */
  drop(name: string): Promise<void>;
  names(): Promise<string[]>;
}

/** The time in milliseconds in base 36, then a random part. */
export const FILE_NAME = /^f-([0-9a-z]+)-[0-9a-f-]{36}$/;

export function newFileName(now: number): string {
  return `f-${Math.floor(now).toString(36)}-${crypto.randomUUID()}`;
}

/** Whether a file was begun before a time (milliseconds since 1970). What the library did not name is of no time. */
export function fileTimeIsBefore(name: string, time: number): boolean {
  const begun = FILE_NAME.exec(name)?.[1];
  return time === Infinity || (begun !== undefined && Number.parseInt(begun, 36) < time);
}

/**
 * Every file that a stored value names, however deep and whatever else is wrong with it: also records that cannot be
 * read keep their files.
 */
export function filesNamedIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === 'string') {
    if (FILE_NAME.test(value)) found.add(value);
  } else if (Array.isArray(value)) {
    for (const part of value) filesNamedIn(part, found);
  } else if (isPlain(value)) {
    for (const part of Object.values(value)) filesNamedIn(part, found);
  }
  return found;
}

/** Not handles and blobs, which records hold too. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.prototype.toString.call(value) === '[object Object]';
}

/** Writes to `first`, and still finds what an earlier visit put into `second`, when the browser had less to offer. */
export function layeredFiles(first: FileStore, second: FileStore): FileStore {
  return {
    kind: first.kind,
    put: (name, blob) => first.put(name, blob),
    get: async (name) => (await first.get(name)) ?? (await second.get(name)),
    async drop(name) {
      await first.drop(name);
      await second.drop(name);
    },
    names: async () => [...(await first.names()), ...(await second.names())],
  };
}

/**
 * The origin private file system: files never pass through memory and reading one is cheap.
 *
 * @returns undefined where the browser has none that a page can write to (older Safari, some private windows)
 */
export async function openPrivateFiles(folder: string): Promise<FileStore | undefined> {
  if (!('FileSystemFileHandle' in globalThis) || !('createWritable' in FileSystemFileHandle.prototype))
    return undefined;
  let directory: FileSystemDirectoryHandle;
  try {
    const root = await navigator.storage.getDirectory();
    directory = await root.getDirectoryHandle(folder, { create: true });
  } catch {
    // Some private windows have the interface and refuse to open it; the caller announces what is used instead.
    return undefined;
  }
  return {
    kind: 'opfs',
    async put(name, blob) {
      const handle = await directory.getFileHandle(name, { create: true });
      try {
        // Nothing is in the file until the stream is closed.
        await blob.stream().pipeTo(await handle.createWritable());
      } catch (error) {
        await dropFrom(directory, name);
        throw error;
      }
    },
    async get(name) {
      try {
        return await (await directory.getFileHandle(name)).getFile();
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    drop: (name) => dropFrom(directory, name),
    async names() {
      const names: string[] = [];
      for await (const name of keysOf(directory)) names.push(name);
      return names;
    },
  };
}

/** Part of the standard that TypeScript's library leaves out. */
function keysOf(directory: FileSystemDirectoryHandle): AsyncIterable<string> {
  return (directory as unknown as { keys(): AsyncIterable<string> }).keys();
}

async function dropFrom(directory: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await directory.removeEntry(name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}
