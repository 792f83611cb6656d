/**
 * Variants of a pack: the same networks with other weights, in the same folder, sharing the files that they do not
 * change, the codecs of sound and picture above all. Each is a manifest of its own; `variants.json` lists them, the
 * default first. A pack without that file has its default alone. Pure.
 */
import { z } from 'zod';
import { packFile, weights } from './manifest.ts';

export const INDEX_FILE = 'variants.json';
export const DEFAULT_MANIFEST = 'manifest.json';

const backend = z.enum(['webgpu', 'wasm']);

const variant = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,20}$/),
  manifest: packFile,
  /** SHA-256 of the manifests before, which had the same weights: links and recipes know it by them, too. */
  earlier: z.array(packFile.shape.sha256).default([]),
  /** Of its generators and Fusion Blocks. */
  weights,
  /** Of all its files, and of those that the default does not have. */
  bytes: z.number().int().positive(),
  ownBytes: z.number().int().nonnegative(),
  /** What makes latents of sound audible: where its data is the same file, latents mean the same sound. */
  soundDecoder: z.object({ bytes: z.number().int().positive(), sha256: packFile.shape.sha256 }),
  /** Where it can run. */
  backends: z.array(backend).min(1),
  /** Where it is taken unless the person chose another. */
  automatic: z.array(backend),
  /** Measured, by metric; empty until it was. */
  quality: z.record(z.string(), z.number()),
});

const indexSchema = z
  .object({ schema: z.literal(1), variants: z.array(variant).min(1) })
  .refine(({ variants: [first] }) => first?.manifest.file === DEFAULT_MANIFEST, 'the default comes first')
  .refine(({ variants }) => new Set(variants.map(({ id }) => id)).size === variants.length, 'every id stands for one');

export type Variant = z.infer<typeof variant>;
/** The default first; none where a pack has no index. */
export type Variants = readonly Variant[];
type Backend = z.infer<typeof backend>;

/** What the person wants: the id of a variant, or whatever suits the backend. */
export type VariantChoice = string;
export const AUTOMATIC: VariantChoice = 'auto';

/** The variants that the text of an index lists; undefined where it is no index of a known kind. */
export function parseVariants(text: string): Variants | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Not an index: the default needs none.
    return undefined;
  }
  return indexSchema.safeParse(json).data?.variants;
}

/** The variant to run on a backend: the chosen one where there is one that can, else the one that suits the backend. */
export function chooseVariant(variants: Variants, choice: VariantChoice, backend: Backend): Variant | undefined {
  const chosen = variants.find(({ id, backends }) => id === choice && backends.includes(backend));
  return chosen ?? variants.find(({ automatic }) => automatic.includes(backend)) ?? variants[0];
}

/** The id of the variant that a pack goes by, if it is not the default, which goes without saying. */
export function unlikeDefault(variant: string | undefined, variants: Variants): string | undefined {
  return variant === variants[0]?.id ? undefined : variant;
}

/** @param hash SHA-256 of its manifest, now or earlier, or the beginning of it as links hold it */
export function variantByHash(variants: Variants, hash: string): Variant | undefined {
  return variants.find(({ manifest, earlier }) => [manifest.sha256, ...earlier].some((one) => one.startsWith(hash)));
}

/** A pack as links know it: by the hash of its manifest, and by those of the variants beside it. */
export interface Identity {
  readonly hash: string;
  readonly variants: Variants;
}

/** Whether a hash (or its beginning) is this pack's, now or earlier: the same weights make the same of a recipe. */
export function isPack({ hash, variants }: Identity, other: string): boolean {
  return hash.startsWith(other) || variantByHash(variants, other)?.manifest.sha256 === hash;
}

/** Whether latents of sound from a pack of that hash (or its beginning) mean the same sound in this one. */
export function soundsAlike({ hash, variants }: Identity, other: string): boolean {
  if (hash.startsWith(other)) return true;
  const decoder = variantByHash(variants, hash)?.soundDecoder.sha256;
  return decoder !== undefined && variantByHash(variants, other)?.soundDecoder.sha256 === decoder;
}

/** The hash under which latents of its sound travel: the default's, which pages without variants know, if it fits. */
export function soundHash(pack: Identity): string {
  const [first] = pack.variants;
  return first && soundsAlike(pack, first.manifest.sha256) ? first.manifest.sha256 : pack.hash;
}
