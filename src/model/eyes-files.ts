/** Fetching the eyes: the manifest anew on every visit, what it names from storage or, verified, from the network. */
import { parseEyesManifest, parseWordTable, type EyesManifest, type WordGroup } from './eyes-manifest.ts';
import { fetchFile, type Fetch } from './fetch.ts';
import type { PackFile } from './manifest.ts';
import { fetchVerified, sha256 } from './pack.ts';
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
  const load = async (file: PackFile): Promise<Uint8Array> => {
    const stored = await storage?.get(file.sha256);
    if (stored && (await sha256(stored, signal)) === file.sha256) return stored;
    const bytes = await fetchVerified(folder, file, { fetch, signal });
    // Without room it is fetched again next time, which is all there is to say.
    await storage?.put(file.sha256, bytes).catch(() => undefined);
    return bytes;
  };
  const [graph, words] = await Promise.all([load(manifest.graph), load(manifest.words)]);
  await storage?.keepOnly(new Set([manifest.graph.sha256, manifest.words.sha256])).catch(() => undefined);
  return { manifest, graph, groups: parseWordTable(text(words)) };
}
