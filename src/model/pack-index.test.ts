import { sha256 } from 'hash-wasm';
import { afterEach, expect, test, vi } from 'vitest';
import { testManifest, testVariants } from './testing/manifest.ts';
import type { Capability } from './capability.ts';
import { readKnownPack, type PackWish } from './pack-index.ts';

const PACK = 'https://app.test/models/test/';
const gpu = { available: true, description: '', software: false, features: [], maxBufferBytes: 2 ** 30 } as const;
const none = { available: false, code: 'no-webgpu', reason: 'none' } as const;
const device = (found: Capability['gpu']): Capability => ({
  gpu: found,
  crossOriginIsolated: true,
  cores: 2,
  deviceMemory: 8,
  storage: undefined,
});

/** A server of a pack with three variants; `change` spoils what it answers. */
async function serve(change: (files: Map<string, string>) => void = () => undefined): Promise<string[]> {
  const files = new Map<string, string>();
  const variants = [];
  for (const variant of testVariants()) {
    const text = JSON.stringify({ ...testManifest(), name: variant.id });
    files.set(variant.manifest.file, text);
    variants.push({ ...variant, manifest: { ...variant.manifest, sha256: await sha256(text) } });
  }
  files.set('variants.json', JSON.stringify({ schema: 1, variants }));
  change(files);
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    const file = url.slice(PACK.length);
    asked.push(file);
    const text = files.get(file);
    return Promise.resolve(new Response(text, { status: text === undefined ? 404 : 200 }));
  });
  return asked;
}
afterEach(() => vi.unstubAllGlobals());

const probe = vi.fn(() => Promise.resolve(device(gpu)));
const read = (wish: Partial<PackWish> = {}, found: Capability['gpu'] = gpu) =>
  readKnownPack(new AbortController().signal, { packUrl: PACK, backend: 'auto', ...wish }, () =>
    Promise.resolve(device(found)),
  );

test.each([
  [{}, gpu, 'standard'],
  [{}, none, 'processor'],
  [{}, { ...gpu, software: true }, 'processor'],
  [{ backend: 'wasm' }, gpu, 'processor'],
  [{ backend: 'webgpu' }, none, 'standard'],
  [{ variant: 'light' }, gpu, 'light'],
  [{ variant: 'processor' }, gpu, 'standard'],
] as const)('%j', async (wish, found, id) => {
  const asked = await serve();
  const known = await read(wish, found);
  expect(known).toMatchObject({ variant: id, manifest: { name: id } });
  expect(known.variants.find((variant) => variant.id === id)?.manifest.sha256).toBe(known.hash);
  // Nothing that is not needed.
  expect(new Set(asked)).toEqual(
    new Set(['manifest.json', 'variants.json', ...(id === 'standard' ? [] : [`manifest.${id}.json`])]),
  );
});

test('a pack without an index has its default alone, and nobody looks for a graphics card', async () => {
  await serve((files) => files.delete('variants.json'));
  const known = await readKnownPack(
    new AbortController().signal,
    { packUrl: PACK, backend: 'auto', variant: 'light' },
    probe,
  );
  expect(known).toMatchObject({ variant: undefined, variants: [], manifest: { name: 'standard' } });
  expect(probe).not.toHaveBeenCalled();
});

test('an index of another default is forgotten', async () => {
  await serve((files) => files.set('manifest.json', JSON.stringify(testManifest())));
  expect(await read({ variant: 'light' })).toMatchObject({ variant: undefined, variants: [] });
});

test.each<[string, (files: Map<string, string>) => void]>([
  ['missing', (files) => files.delete('manifest.light.json')],
  ['tampered with', (files) => files.set('manifest.light.json', JSON.stringify(testManifest()))],
])('a variant whose manifest is %s gives way to the default', async (_, change) => {
  await serve(change);
  const known = await read({ variant: 'light' });
  expect(known).toMatchObject({ variant: 'standard', manifest: { name: 'standard' } });
  expect(known.variants).toHaveLength(3);
});

test('without the default there is no pack', async () => {
  await serve((files) => files.delete('manifest.json'));
  await expect(read({ variant: 'light' })).rejects.toMatchObject({ code: 'pack-missing' });
});
