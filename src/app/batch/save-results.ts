/** Gives results to the person: as one download, or into a folder. */
import { pickFolder, writeInto, zipBlob, type NamedBlob } from '../../library/collect.ts';

/** How long a download may take to begin. Milliseconds. */
const DOWNLOAD_STARTS = 60_000;

/** @throws AppError storage-full */
export async function saveAsZip(files: readonly NamedBlob[], name: string): Promise<void> {
  const url = URL.createObjectURL(await zipBlob(files));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the blob after the click, and says nothing when it has.
  setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_STARTS);
}

/**
 * Asks for a folder and writes into it; only during a click, so `files` are collected after the question.
 *
 * @returns how many were written; undefined when the person picks no folder
 */
export async function saveIntoFolder(
  signal: AbortSignal,
  files: () => Promise<readonly NamedBlob[]>,
  onProgress: (written: number, all: number) => void,
): Promise<number | undefined> {
  const folder = await pickFolder();
  if (!folder) return undefined;
  const all = await files();
  onProgress(0, all.length);
  return (await writeInto(signal, folder, all, (written) => onProgress(written, all.length))).length;
}
