import { describe, expect, test } from 'vitest';
import { testVariants } from './testing/manifest.ts';
import { AUTOMATIC, chooseVariant, isPack, parseVariants, soundHash, soundsAlike, variantByHash } from './variants.ts';

const variants = testVariants();
const [standard, light, processor] = variants;
const written = (change: (index: { schema: number; variants: object[] }) => void) => {
  const index = structuredClone({ schema: 1, variants: [...variants] as object[] });
  change(index);
  return JSON.stringify(index);
};

describe('the index', () => {
  test('of a pack is read as it is written', () => {
    expect(parseVariants(written(() => undefined))).toEqual(variants);
  });

  test.each<[string, string]>([
    ['no JSON', '<!doctype html>'],
    ['another schema', written((index) => (index.schema = 2))],
    ['no variant at all', written((index) => (index.variants = []))],
    ['the default not first', written((index) => index.variants.reverse())],
    ['one id twice', written((index) => index.variants.push(index.variants[1]!))],
    ['a path for a file', written((index) => Object.assign(index.variants[1]!, { manifest: { file: '../x' } }))],
    ['unknown weights', written((index) => Object.assign(index.variants[1]!, { weights: 'q2' }))],
  ])('with %s is none', (_, text) => {
    expect(parseVariants(text)).toBeUndefined();
  });
});

describe('choosing', () => {
  test.each([
    [AUTOMATIC, 'webgpu', 'standard'],
    [AUTOMATIC, 'wasm', 'processor'],
    ['standard', 'wasm', 'standard'],
    ['light', 'webgpu', 'light'],
    ['light', 'wasm', 'light'],
    // What cannot run, or is not there, gives way to what suits the backend.
    ['processor', 'webgpu', 'standard'],
    ['gone', 'wasm', 'processor'],
  ] as const)('%s on %s takes %s', (choice, backend, id) => {
    expect(chooseVariant(variants, choice, backend)?.id).toBe(id);
  });

  test('a pack without variants has nothing to choose from; one with only the default takes it', () => {
    expect(chooseVariant([], 'light', 'wasm')).toBeUndefined();
    expect(chooseVariant([{ ...standard!, automatic: [] }], AUTOMATIC, 'wasm')?.id).toBe('standard');
  });
});

describe('hashes', () => {
  const hashOf = (variant: typeof standard) => variant!.manifest.sha256;

  test('a whole one or its beginning names a variant', () => {
    expect(variantByHash(variants, hashOf(light))?.id).toBe('light');
    expect(variantByHash(variants, hashOf(processor).slice(0, 16))?.id).toBe('processor');
    expect(variantByHash(variants, 'e'.repeat(16))).toBeUndefined();
  });

  test('a pack goes on answering to those that its manifests had before, with the same weights', () => {
    const before = 'e'.repeat(64);
    const renewed = [{ ...standard!, earlier: [before] }, light!];
    const pack = { hash: hashOf(standard), variants: renewed };
    expect(variantByHash(renewed, before.slice(0, 16))?.id).toBe('standard');
    expect(isPack(pack, before)).toBe(true);
    expect(isPack({ ...pack, hash: hashOf(light) }, before)).toBe(false);
    expect(soundsAlike(pack, before.slice(0, 16))).toBe(true);
    expect(isPack({ ...pack, variants }, before)).toBe(false);
    // An index from before they were listed.
    const old = written((index) =>
      index.variants.forEach((variant) => delete (variant as { earlier?: unknown }).earlier),
    );
    expect(parseVariants(old)).toEqual(variants);
  });

  test('latents of sound are understood by every variant with the same sound decoder, and by no other', () => {
    const pack = { hash: hashOf(light), variants };
    for (const variant of variants) expect(soundsAlike(pack, hashOf(variant).slice(0, 16))).toBe(true);
    expect(soundsAlike(pack, 'e'.repeat(16))).toBe(false);
    const other = variants.map((one) => ({ ...one, soundDecoder: { bytes: 1, sha256: hashOf(one) } }));
    expect(soundsAlike({ ...pack, variants: other }, hashOf(standard))).toBe(false);
    expect(soundsAlike({ ...pack, variants: other }, hashOf(light))).toBe(true);
    // Without an index only the pack itself.
    expect(soundsAlike({ hash: 'abcd', variants: [] }, 'ab')).toBe(true);
    expect(soundsAlike({ hash: 'abcd', variants: [] }, 'cd')).toBe(false);
  });

  test('they travel under the hash that a page without variants knows, if it would understand them', () => {
    expect(soundHash({ hash: hashOf(light), variants })).toBe(hashOf(standard));
    const other = [{ ...standard!, soundDecoder: { bytes: 1, sha256: 'f'.repeat(64) } }, light!];
    expect(soundHash({ hash: hashOf(light), variants: other })).toBe(hashOf(light));
    expect(soundHash({ hash: 'abcd', variants: [] })).toBe('abcd');
  });
});
