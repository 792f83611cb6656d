/** A person's own files: how they are kept for a later visit, and how they are found again. */
import { storageFailure } from './failures.ts';
import { newFileName, type FileStore } from './files.ts';
import type { FileRef, KeptFile } from './schema.ts';

/** Larger files are not copied into the browser: they are asked for again. Bytes. */
export const COPY_LIMIT = 256e6;
/** Room that a copy must leave for takes. Bytes. */
const HEADROOM = 50e6;

/** Part of the File System Access interface that TypeScript's library leaves out. */
type AskingHandle = FileSystemFileHandle & {
  queryPermission?(options: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(options: { mode: 'read' }): Promise<PermissionState>;
};

export type FoundFile =
  | { readonly file: File }
  /** `permission`: the browser gives the file once the person allows it; `name`: it has to be chosen again. */
  | { readonly missing: 'permission' | 'name' };

export interface StorageDeps {
  readonly files: FileStore;
  readonly now: () => number;
  /** Bytes that are left, or undefined where the browser does not tell. */
  readonly room: () => Promise<number | undefined>;
}

/**
 * Stores blobs as files of the library, all of them or none.
 *
 * @throws AppError storage-full
 */
export async function storeBlobs(
  { files, now }: Pick<StorageDeps, 'files' | 'now'>,
  blobs: readonly Blob[],
): Promise<FileRef[]> {
  const stored: FileRef[] = [];
  try {
    for (const blob of blobs) {
      const ref = { name: newFileName(now()), bytes: blob.size, type: blob.type };
      stored.push(ref);
      await files.put(ref.name, blob);
    }
    return stored;
  } catch (error) {
    await dropFiles(files, stored);
    throw storageFailure(error);
  }
}

/** Drops files that no record names any more. What cannot be dropped now is swept at the next start. */
export async function dropFiles(files: FileStore, refs: Iterable<{ readonly name: string }>): Promise<void> {
  await Promise.allSettled([...refs].map(({ name }) => files.drop(name)));
}

/** The bytes with the type they were stored with; undefined where the file is missing or cut short. */
export async function readBlob(files: FileStore, { name, bytes, type }: FileRef): Promise<Blob | undefined> {
  const blob = await files.get(name);
  if (blob?.size !== bytes) return undefined;
  return blob.type === type ? blob : blob.slice(0, blob.size, type);
}

/**
 * How the file is kept: as a copy, by its place on the disk (`handle`), or by its name alone. Never rejects for lack of
 * room: the result says so.
 */
export async function keepFile(
  deps: StorageDeps,
  file: File,
  handle?: FileSystemFileHandle,
  prefer: 'copy' | 'handle' = 'copy',
): Promise<KeptFile> {
  const about = { name: file.name, size: file.size, type: file.type, lastModified: file.lastModified };
  const byHandle: KeptFile | undefined = handle && { ...about, kept: { by: 'handle', handle } };
  if (byHandle && prefer === 'handle') return byHandle;
  if (file.size > COPY_LIMIT) return byHandle ?? { ...about, kept: { by: 'name', because: 'too-large' } };
  const noRoom: KeptFile = byHandle ?? { ...about, kept: { by: 'name', because: 'no-room' } };
  const room = await deps.room();
  if (room !== undefined && room < file.size + HEADROOM) return noRoom;
  try {
    const [copy] = await storeBlobs(deps, [file]);
    return copy ? { ...about, kept: { by: 'copy', file: copy } } : noRoom;
  } catch (error) {
    const failure = storageFailure(error);
    if (failure.code === 'storage-full') return noRoom;
    throw failure;
  }
}

/** The file itself, where it can be had without asking the person. */
export async function findFile(files: FileStore, { name, lastModified, size, kept }: KeptFile): Promise<FoundFile> {
  switch (kept.by) {
    case 'copy': {
      const blob = await readBlob(files, kept.file);
      return blob ? { file: new File([blob], name, { type: kept.file.type, lastModified }) } : { missing: 'name' };
    }
    case 'handle': {
      const handle: AskingHandle = kept.handle;
      if ((await handle.queryPermission?.({ mode: 'read' })) === 'prompt') return { missing: 'permission' };
      try {
        const file = await handle.getFile();
        return file.size === size ? { file } : { missing: 'name' };
      } catch {
        // Moved, deleted or forbidden: whichever it is, the person has to choose it again.
        return { missing: 'name' };
      }
    }
    case 'name':
      return { missing: 'name' };
  }
}

/** Asks the person to let the browser read the file again; only during a click or a key press. */
export async function allowFile({ kept }: KeptFile): Promise<boolean> {
  if (kept.by !== 'handle') return false;
  const handle: AskingHandle = kept.handle;
  return (await handle.requestPermission?.({ mode: 'read' })) !== 'denied';
}

/** Whether a file that was chosen again is the one that is meant. Its name may have changed. */
export function isSameFile(kept: Pick<KeptFile, 'name' | 'size' | 'lastModified'>, file: File): boolean {
  return kept.size === file.size && (kept.name === file.name || kept.lastModified === file.lastModified);
}
