/**
 * Which graphs have been found to compute the right numbers here, so that they are not checked, and the known numbers not
 * fetched, on every visit. What could change the numbers is part of the key: the pack, the backend, the adapter, the browser.
 */
export interface CheckMemory {
  /** Names of the graphs that passed. Never rejects: what is not known is checked again. */
  passed(key: string): Promise<ReadonlySet<string>>;
  /** Never rejects. */
  remember(key: string, graphs: Iterable<string>): Promise<void>;
}

/** @param adapter the GPU in words; left out on the processor */
export function checkKey(
  packHash: string,
  backend: string,
  adapter = '',
  browser = globalThis.navigator?.userAgent ?? '',
) {
  return JSON.stringify([packHash, backend, adapter, browser]);
}

const CACHE_NAME = 'model-checks-v1';
/** Cache Storage wants a URL as its key; nothing is ever requested from this one. */
const PREFIX = '/.model-checks/';
/** Packs, backends and versions of the browser that are remembered. */
const MOST = 12;

/** In Cache Storage; without it nothing is remembered. */
export const browserChecks: CheckMemory = {
  async passed(key) {
    try {
      const found = await (await caches.open(CACHE_NAME)).match(urlOf(key));
      const names: unknown = await found?.json();
      return new Set(Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []);
    } catch {
      return new Set();
    }
  },
  async remember(key, graphs) {
    try {
      const cache = await caches.open(CACHE_NAME);
      const all = new Set([...(await browserChecks.passed(key)), ...graphs]);
      await cache.put(urlOf(key), Response.json([...all]));
      const known = await cache.keys();
      for (const old of known.slice(0, Math.max(0, known.length - MOST))) await cache.delete(old);
    } catch (error) {
      console.warn('That the model computes right here could not be remembered.', error);
    }
  },
};

/** Remembers nothing. */
export const noChecks: CheckMemory = {
  passed: () => Promise.resolve(new Set()),
  remember: () => Promise.resolve(),
};

function urlOf(key: string): string {
  return new URL(PREFIX + encodeURIComponent(key), globalThis.location.origin).href;
}
