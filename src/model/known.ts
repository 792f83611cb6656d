/** A pack as the page knows it: by its manifest alone, which is small, long before the rest is wanted. */
import { fetchFile } from './fetch.ts';
import type { Manifest } from './manifest.ts';
import { parseManifest } from './validate.ts';

export interface KnownPack {
  readonly manifest: Manifest;
  /** SHA-256 of the manifest's file, in hexadecimal: the identity of the pack. */
  readonly hash: string;
}

/** @param packUrl folder of the pack, ending in a slash. Throws AppError, as loading the pack does. */
export async function readKnownPack(signal: AbortSignal, packUrl: string): Promise<KnownPack> {
  const options = { fetch: window.fetch.bind(window), signal, cache: 'no-cache' } as const;
  const bytes = Uint8Array.from(await fetchFile(`${packUrl}manifest.json`, options));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return {
    manifest: parseManifest(new TextDecoder().decode(bytes)),
    hash: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  };
}
