/**
 * A pack by its manifests alone, which are small and name everything else by hash: read by the page long before the rest
 * is wanted, and by the engine before it loads the rest.
 */
import { AppError } from '../errors.ts';
import { probeCapability, preferredBackend, type Capability } from './capability.ts';
import { fetchFile, type Fetch } from './fetch.ts';
import type { Manifest } from './manifest.ts';
import { parseManifest } from './validate.ts';
import { AUTOMATIC, chooseVariant, DEFAULT_MANIFEST, INDEX_FILE, parseVariants } from './variants.ts';
import type { Variant, VariantChoice, Variants } from './variants.ts';

export interface KnownManifest {
  readonly manifest: Manifest;
  /** SHA-256 of the manifest's file, in hexadecimal: the identity of the pack. */
  readonly hash: string;
}

/** The default of a pack, and its variants by name. */
export interface PackIndex extends KnownManifest {
  readonly variants: Variants;
}

/** A pack with the variant that will be used. */
export interface KnownPack extends PackIndex {
  /** Undefined where the pack has no variants. */
  readonly variant: string | undefined;
  /** The backend that the variant was chosen for. */
  readonly backend: 'webgpu' | 'wasm';
}

/** Which pack is wanted, as in the engine's LoadRequest. */
export interface PackWish {
  /** Folder of the pack, ending in a slash. */
  readonly packUrl: string;
  readonly backend: 'webgpu' | 'wasm' | 'auto';
  readonly variant?: VariantChoice;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  readonly fetch?: Fetch;
}

/** The default's manifest and the index beside it. Throws AppError, as loading the pack does. */
export async function readPackIndex(packUrl: string, options: ReadOptions): Promise<PackIndex> {
  const [known, listed] = await Promise.all([
    readManifest(`${packUrl}${DEFAULT_MANIFEST}`, options),
    readVariants(packUrl, options),
  ]);
  // An index of another default is one that was forgotten: its variants do not belong to this one.
  return { ...known, variants: listed[0]?.manifest.sha256 === known.hash ? listed : [] };
}

/** The manifest of a variant. Throws AppError; `pack-hash` where it is not the one that the index means. */
export async function readVariant(packUrl: string, variant: Variant, options: ReadOptions): Promise<KnownManifest> {
  const { file, sha256 } = variant.manifest;
  const known = await readManifest(packUrl + file, options);
  if (known.hash === sha256) return known;
  throw new AppError(
    'pack-hash',
    `The model file ${file} arrived damaged: its checksum does not match the index.`,
    'Reload the page; if it stays, the files on the server are not of one pack.',
    { values: { file } },
  );
}

/**
 * The pack as it will be used here. A variant that cannot be read gives way to the default: the engine will say so when it
 * loads the pack. Throws AppError, as loading the pack does.
 */
export async function readKnownPack(
  signal: AbortSignal,
  { packUrl, backend: wanted, variant: choice = AUTOMATIC }: PackWish,
  probe: () => Promise<Capability> = probeCapability,
): Promise<KnownPack> {
  const index = await readPackIndex(packUrl, { signal });
  const { variants } = index;
  // Nobody asks for a graphics card before there is something to choose.
  const gpu = variants.length > 1 && wanted === 'auto' ? (await probe()).gpu : undefined;
  const backend = gpu ? preferredBackend(wanted, gpu, index.manifest.requires) : wanted === 'webgpu' ? wanted : 'wasm';
  const variant = chooseVariant(variants, choice, backend);
  if (!variant || variant === variants[0]) return { ...index, variant: variant?.id, backend };
  try {
    return { ...(await readVariant(packUrl, variant, { signal })), variants, variant: variant.id, backend };
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code === 'cancelled') throw error;
    return { ...index, variant: variants[0]?.id, backend };
  }
}

/** None where the pack has no index, or it cannot be had: the default needs none. */
async function readVariants(packUrl: string, options: ReadOptions): Promise<Variants> {
  try {
    return parseVariants(new TextDecoder().decode(await read(packUrl + INDEX_FILE, options))) ?? [];
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code === 'cancelled') throw error;
    return [];
  }
}

async function readManifest(url: string, options: ReadOptions): Promise<KnownManifest> {
  const bytes = Uint8Array.from(await read(url, options));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return {
    manifest: parseManifest(new TextDecoder().decode(bytes)),
    hash: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  };
}

/** Manifests name all other files by hash, so they alone must be asked for anew on every visit. */
function read(url: string, { signal, fetch }: ReadOptions): Promise<Uint8Array> {
  return fetchFile(url, { fetch: fetch ?? ((url, init) => globalThis.fetch(url, init)), signal, cache: 'no-cache' });
}
