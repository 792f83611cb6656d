/** Hands a file to the browser's downloads. */
import type { ExportedFile } from '../../state/types.ts';
import type { Studio } from '../../state/studio.ts';

export function saveFile(studio: Studio, { blob, name }: ExportedFile): void {
  const link = document.createElement('a');
  link.href = studio.blobs.url(blob);
  link.download = name;
  link.click();
}

/** Writes a take as it is heard and saves it; a failure is shown by the store. */
export async function exportAndSave(studio: Studio, ...order: Parameters<Studio['exportTake']>): Promise<void> {
  const outcome = await studio.exportTake(...order);
  if (outcome.status === 'done') saveFile(studio, outcome.file);
}
