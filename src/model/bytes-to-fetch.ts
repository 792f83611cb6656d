/** What must still be fetched before the first result: files of the pack and the app's large programs. */
import type { Manifest, PackPart } from './manifest.ts';
import { packFiles } from './pack.ts';
import { storedIn } from './storage.ts';

export interface Need {
  /** Bytes that are already on this device. */
  readonly here: number;
  /** Bytes that have to come over the network. */
  readonly missing: number;
}

export interface Program {
  readonly file: string;
  readonly bytes: number;
}

/** Bytes of a part of the pack that are stored, and that are not. */
export async function packNeed(manifest: Manifest, part?: PackPart): Promise<Need> {
  const files = packFiles(manifest, part);
  const stored = await storedIn(files.map(({ sha256 }) => sha256));
  return split(files.map(({ bytes, sha256 }) => ({ bytes, here: stored.has(sha256) })));
}

/** The same of programs, which any cache of this site may hold. @param base where the app lives, ending in a slash */
export async function programNeed(programs: readonly Program[], base: string): Promise<Need> {
  const here = async (file: string) =>
    'caches' in globalThis && (await caches.match(new URL(file, base).href).catch(() => undefined)) !== undefined;
  return split(await Promise.all(programs.map(async ({ file, bytes }) => ({ bytes, here: await here(file) }))));
}

export function sumOf(...needs: readonly Need[]): Need {
  return needs.reduce((sum, need) => ({ here: sum.here + need.here, missing: sum.missing + need.missing }), {
    here: 0,
    missing: 0,
  });
}

function split(files: readonly { readonly bytes: number; readonly here: boolean }[]): Need {
  return sumOf(...files.map(({ bytes, here }) => (here ? { here: bytes, missing: 0 } : { here: 0, missing: bytes })));
}
