/** Fetching the eyes: the manifest anew on every visit, what it names from storage or, verified, from the network. */
import { AppError } from '../errors.ts';
import { parseEyesManifest, parseWordTable, type EyesManifest, type WordGroup } from './eyes-manifest.ts';
import { fetchFile, type Fetch } from './fetch.ts';
import type { PackFile } from './manifest.ts';
import { sha256 } from './pack.ts';
import { openPackStorage, type PackStorage } from './storage.ts';

export interface EyesFiles {
  readonly manifest: EyesManifest;
  readonly graph: Uint8Array;
  readonly groups: readonly WordGroup[];
}

export interface LoadEyesOptions {
  readonly signal: AbortSignal;
  readonly fetch?: Fetch;
  /** Left out: the browser's Cache Storage. `null`: keep nothing. */
  readonly storage?: PackStorage | null;
}

/** Beside that of the packs, which throw away what they do not know. */
const CACHE_NAME = 'model-eyes-v1';

/**
 * @param folder ending in a slash
 * @throws AppError as for a pack: `pack-missing`, `pack-invalid`, `pack-html`, `pack-hash`, `pack-network` or `cancelled`
 */
export async function loadEyes(folder: string, { signal, ...options }: LoadEyesOptions): Promise<EyesFiles> {
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const listed = await fetchFile(`${folder}manifest.json`, { fetch, signal, cache: 'no-cache' });
  const manifest = parseEyesManifest(text(listed));
  const storage = options.storage === undefined ? await openPackStorage(CACHE_NAME) : options.storage;
  const load = async ({ file, sha256: wanted }: PackFile): Promise<Uint8Array> => {
    const stored = await storage?.get(wanted);
    if (stored && (await sha256(stored, signal)) === wanted) return stored;
    // As for a pack: a mismatch may come from a stale HTTP cache.
    for (const cache of ['default', 'reload'] as const) {
      const bytes = await fetchFile(folder + file, { fetch, signal, cache });
      if ((await sha256(bytes, signal)) !== wanted) continue;
      // Without room it is fetched again next time, which is all there is to say.
      await storage?.put(wanted, bytes).catch(() => undefined);
      return bytes;
    }
    throw new AppError(
      'pack-hash',
      `The model file ${file} arrived damaged: its checksum does not match the manifest.`,
      'Reload the page; if it stays, the files on the server are not of one version.',
      { values: { file } },
    );
  };
  const [graph, words] = await Promise.all([load(manifest.graph), load(manifest.words)]);
  await storage?.keepOnly(new Set([manifest.graph.sha256, manifest.words.sha256])).catch(() => undefined);
  return { manifest, graph, groups: parseWordTable(text(words)) };
}
