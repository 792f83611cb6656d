/** Many files at once out of the browser: as one ZIP, or into a folder that the person picks. */
import { makeZip, predictLength } from 'client-zip';
import { AppError, throwIfAborted } from '../errors.ts';
import { storageFailure } from './failures.ts';

export interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

/**
 * The names, none twice: `a.mp4` becomes `a (2).mp4`. Names that differ only in case, or in how an accent is written,
 * are the same for many file systems.
 *
 * @param taken names that are in use already
 */
export function uniqueNames(names: readonly string[], taken: Iterable<string> = []): string[] {
  const used = new Set(Array.from(taken, comparable));
  return names.map((name) => {
    let candidate = name;
    for (let n = 2; used.has(comparable(candidate)); n++) candidate = numbered(name, n);
    used.add(comparable(candidate));
    return candidate;
  });
}

function comparable(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function numbered(name: string, n: number): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)} (${n})${name.slice(dot)}` : `${name} (${n})`;
}

/** A ZIP of the files as it is read, uncompressed, with UTF-8 names; `bytes` is its exact length. */
export function zipOf(files: readonly NamedBlob[]): { stream: ReadableStream<Uint8Array>; bytes: number } {
  const names = uniqueNames(files.map(({ name }) => name));
  const entries = files.map(({ blob }, index) => ({ name: names[index] ?? '', input: blob, size: blob.size }));
  return {
    stream: makeZip(entries.map(({ name, input }) => ({ name, input }))),
    bytes: Number(predictLength(entries)),
  };
}

/** The whole ZIP, which browsers keep on the disk when it is large. @throws AppError storage-full, truncated */
export async function zipBlob(files: readonly NamedBlob[]): Promise<Blob> {
  const { stream, bytes } = zipOf(files);
  let blob: Blob;
  try {
    blob = await new Response(stream as ReadableStream<BufferSource>, {
      headers: { 'Content-Type': 'application/zip' },
    }).blob();
  } catch (error) {
    throw storageFailure(error);
  }
  if (blob.size !== bytes) {
    throw new AppError('truncated', 'The ZIP was not written to its end.', 'Try again, or take the files one by one.', {
      values: { variant: 'zip' },
    });
  }
  return blob;
}

type FolderPicker = (options: { mode: 'readwrite'; id?: string }) => Promise<FileSystemDirectoryHandle>;

/** Part of the File System Access interface that TypeScript's library leaves out; only Chromium has it. */
function folderPicker(): FolderPicker | undefined {
  return (globalThis as { showDirectoryPicker?: FolderPicker }).showDirectoryPicker?.bind(globalThis);
}

export function canPickFolder(): boolean {
  return folderPicker() !== undefined;
}

/** @returns undefined when the person picks none. Only during a click or a key press. */
export async function pickFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await folderPicker()?.({ mode: 'readwrite', id: 'av-link-batch' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw storageFailure(error);
  }
}

/**
 * Writes the files into a folder, beside what is there: nothing is replaced. A file is in the folder whole or not at
 * all; the names they got are returned.
 *
 * @param onProgress number of files written so far
 * @throws AppError storage-full, cancelled; the files written before stay
 */
export async function writeInto(
  signal: AbortSignal,
  folder: FileSystemDirectoryHandle,
  files: readonly NamedBlob[],
  onProgress: (written: number) => void = () => undefined,
): Promise<string[]> {
  try {
    const taken: string[] = [];
    for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) taken.push(name);
    const names = uniqueNames(
      files.map(({ name }) => name),
      taken,
    );
    for (const [index, { blob }] of files.entries()) {
      throwIfAborted(signal);
      const name = names[index] ?? '';
      const handle = await folder.getFileHandle(name, { create: true });
      try {
        await blob.stream().pipeTo(await handle.createWritable(), { signal });
      } catch (error) {
        await folder.removeEntry(name);
        throw error;
      }
      onProgress(index + 1);
    }
    return names;
  } catch (error) {
    throw storageFailure(error);
  }
}
