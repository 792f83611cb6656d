/**
 * What the page's address says: `?task=v2a|a2v`, from the shortcuts of the installed app, and for tests and the curious
 * `?pack=<folder under models/>`, `?variant=<id of one of its variants>|auto`, `?backend=webgpu|wasm` and `?eyes=on|off`.
 */
import type { LoadRequest } from '../../engine/protocol.ts';
import type { Task } from '../../model/manifest.ts';

/** The pack that ships; a folder of public/models/. */
export const DEFAULT_PACK = 'mini';

/**
 * Packs that shipped before, newest first, folders of public/models/: of each only the decoder of its sound is left, so
 * that links which hold its latents stay audible.
 */
export const EARLIER_PACKS: readonly string[] = [];

/** @param base where the app lives, ending in a slash */
export function packFolder(name: string, base: string): string {
  return new URL(`models/${name}/`, base).href;
}

/**
 * @param search the query string
 * @param base where the app lives, ending in a slash
 */
export function loadRequest(search: string, base: string): LoadRequest {
  const parameters = new URLSearchParams(search);
  const pack = parameters.get('pack') ?? '';
  const backend = parameters.get('backend');
  const variant = parameters.get('variant') ?? '';
  return {
    // A plain folder name only, so that a link cannot point the app at files elsewhere.
    packUrl: packFolder(/^[A-Za-z0-9_-]+$/.test(pack) ? pack : DEFAULT_PACK, base),
    backend: backend === 'webgpu' || backend === 'wasm' ? backend : 'auto',
    ...(/^[a-z0-9-]{1,20}$/.test(variant) ? { variant } : {}),
  };
}

/**
 * Where the eyes lie, which see more than the pack's own tagger; undefined where they are not wanted. Left to themselves
 * they look for the shipped pack: how sure they must be was measured beside its tagger.
 */
export function eyesFolder(search: string, base: string): string | undefined {
  const parameters = new URLSearchParams(search);
  const wish = parameters.get('eyes') ?? ((parameters.get('pack') ?? DEFAULT_PACK) === DEFAULT_PACK ? 'on' : 'off');
  return wish === 'off' ? undefined : new URL('models/eyes/', base).href;
}

/** The task that the address asks for, if any. */
export function taskWish(search: string): Task | undefined {
  const task = new URLSearchParams(search).get('task');
  return task === 'v2a' || task === 'a2v' ? task : undefined;
}

/** The address of a page for links to it: the pack goes along, since some links need it, and nothing else does. */
export function linkTo(page: string, search: string): string {
  const pack = new URLSearchParams(search).get('pack') ?? '';
  return pack === '' ? page : `${page}?pack=${encodeURIComponent(pack)}`;
}
