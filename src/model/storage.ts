/** Where verified pack files are kept between visits, by their SHA-256. */

export interface PackStorage {
  /** The stored bytes, or undefined. They may be damaged: the caller hashes them. */
  get(sha256: string): Promise<Uint8Array | undefined>;
  /** Stores bytes that match the hash; rejects when there is no room. */
  put(sha256: string, bytes: Uint8Array): Promise<void>;
  drop(sha256: string): Promise<void>;
  /** Drops all entries but these. */
  keepOnly(sha256s: ReadonlySet<string>): Promise<void>;
}

const CACHE_NAME = 'model-pack-v1';
/** Cache Storage wants a URL as its key; nothing is ever requested from this one. */
const KEY_PREFIX = '/.model-pack/';

/** Cache Storage, or undefined where the browser has none (private windows, insecure pages). */
export async function openPackStorage(name = CACHE_NAME): Promise<PackStorage | undefined> {
  if (!('caches' in globalThis)) return undefined;
  let cache: Cache;
  try {
    cache = await caches.open(name);
  } catch {
    // Some private modes have the interface and refuse to open it; the caller announces the lack of storage.
    return undefined;
  }
  return {
    async get(sha256) {
      const found = await cache.match(keyOf(sha256));
      return found && new Uint8Array(await found.arrayBuffer());
    },
    put(sha256, bytes) {
      // A copy over a plain ArrayBuffer: a view into a shared or larger buffer would be stored whole or refused.
      return cache.put(keyOf(sha256), new Response(new Uint8Array(bytes)));
    },
    async drop(sha256) {
      await cache.delete(keyOf(sha256));
    },
    async keepOnly(sha256s) {
      const wanted = new Set([...sha256s].map(keyOf));
      for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
    },
  };
}

/** Those of the hashes that are stored; whether they are sound is found out when they are read. */
export async function storedIn(sha256s: readonly string[]): Promise<ReadonlySet<string>> {
  if (!('caches' in globalThis)) return new Set();
  try {
    const cache = await caches.open(CACHE_NAME);
    const keys = new Set((await cache.keys()).map(({ url }) => url));
    return new Set(sha256s.filter((sha256) => keys.has(keyOf(sha256))));
  } catch {
    // As in openPackStorage: a browser that refuses has stored nothing.
    return new Set();
  }
}

function keyOf(sha256: string): string {
  return new URL(KEY_PREFIX + sha256, globalThis.location.origin).href;
}
