/** What the page's address says: `?pack=<folder under models/>` and `?backend=webgpu|wasm`, for tests and the curious. */
import type { LoadRequest } from '../engine/protocol.ts';

/** The pack that ships; a folder of public/models/. */
export const DEFAULT_PACK = 'mini';

/**
 * @param search the query string
 * @param base where the app lives, ending in a slash
 */
export function loadRequest(search: string, base: string): LoadRequest {
  const parameters = new URLSearchParams(search);
  const pack = parameters.get('pack') ?? '';
  const backend = parameters.get('backend');
  return {
    // A plain folder name only, so that a link cannot point the app at files elsewhere.
    packUrl: new URL(`models/${/^[A-Za-z0-9_-]+$/.test(pack) ? pack : DEFAULT_PACK}/`, base).href,
    backend: backend === 'webgpu' || backend === 'wasm' ? backend : 'auto',
  };
}
