/** Storing the rest of a pack once a part of it has proved useful, so that all of the app works without a network. */
import { packFiles } from './files.ts';
import { loadPack } from './pack.ts';
import type { KnownManifest } from './pack-index.ts';
import { storedIn } from './storage.ts';

/**
 * Fetches and stores the files of a pack that are not stored yet. Does nothing where the browser stores nothing.
 * @param packUrl folder of the pack, ending in a slash
 * @throws AppError, as `loadPack`
 */
export async function keepPack(packUrl: string, known: KnownManifest, signal: AbortSignal): Promise<void> {
  const all = packFiles(known.manifest);
  const stored = await storedIn(all.map(({ sha256 }) => sha256));
  // Nothing of a pack in use is stored where there is no room, or no storage.
  if (stored.size === 0) return;
  await loadPack(packUrl, known, { signal, wanted: all.filter(({ sha256 }) => !stored.has(sha256)) });
}
