import { describe, expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import type { Capability, GpuCapability } from '../model/capability.ts';
import { noChecks, type CheckMemory } from '../model/checks.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Variants } from '../model/variants.ts';
import { loadEngine, type LoaderDeps } from './loader.ts';
import type { Backend, EngineProgress, LoadRequest } from './protocol.ts';
import { createFakeRunner, type FakeRunner } from './testing/fake-runner.ts';
import { testManifest, testVariants } from '../model/testing/manifest.ts';

/** Golden case: the bag of "wood" and "drop" gives 2 + 3 for audio, ten times that for video. */
const golden = Float32Array.of(0, 1, 1, 0, 0, 5, 50);
const manifest: Manifest = testManifest({
  golden: {
    ...testManifest().golden,
    cases: [
      {
        graph: 'text',
        inputs: { bag: { shape: [1, 5], offset: 0 } },
        outputs: { text_audio: { shape: [1, 1], offset: 5 }, text_video: { shape: [1, 1], offset: 6 } },
      },
    ],
  },
});
const realGpu: GpuCapability = {
  available: true,
  description: 'acme',
  software: false,
  features: [],
  maxBufferBytes: 2 ** 30,
};

interface World {
  readonly gpu?: GpuCapability;
  readonly goldenValues?: Float32Array;
  /** Breaks a backend: its runner cannot be made, or its golden check meets other numbers. */
  readonly fail?: Partial<Record<Backend, 'create' | 'golden'>>;
  readonly variants?: Variants;
  /** What earlier visits found out. */
  readonly memory?: CheckMemory;
  /** Breaks variants, each at one of the steps to it. */
  readonly spoil?: Readonly<Record<string, 'manifest' | 'files' | 'create' | 'golden'>>;
}

function world({
  memory = noChecks,
  gpu = realGpu,
  goldenValues = golden,
  fail = {},
  variants = [],
  spoil = {},
}: World = {}) {
  const made: FakeRunner[] = [];
  const downloads: { readonly name: string; readonly beside: number | undefined }[] = [];
  const fetched: string[][] = [];
  const hash = variants[0]?.manifest.sha256 ?? 'abc';
  const deps: LoaderDeps = {
    readPackIndex: () => Promise.resolve({ manifest, hash, variants }),
    readVariant: (_, { id, manifest: { sha256 } }) =>
      spoil[id] === 'manifest'
        ? Promise.reject(new AppError('pack-hash', 'The manifest is damaged.', '', { values: { file: 'm.json' } }))
        : Promise.resolve({ manifest: { ...manifest, name: id }, hash: sha256 }),
    loadPack: async (_, known, { onBytes, beside, wanted }) => {
      downloads.push({ name: known.manifest.name, beside: (await beside?.())?.length });
      fetched.push(wanted?.map(({ file }) => file) ?? []);
      if (spoil[known.manifest.name] === 'files')
        return Promise.reject(new AppError('pack-missing', 'A file is gone.'));
      onBytes?.(0, 10);
      onBytes?.(10, 10);
      const files = new Map([['golden.bin', new Uint8Array(goldenValues.buffer)]]);
      return Promise.resolve({ ...known, files, notices: [fromPack] });
    },
    probeCapability: () =>
      Promise.resolve<Capability>({ gpu, crossOriginIsolated: true, cores: 2, deviceMemory: 8, storage: undefined }),
    checks: memory,
    createRunner: ({ backend, onSession, onto, ...request }) => {
      if (onto) return Promise.resolve(onto);
      const broken = spoil[request.manifest.name] ?? fail[backend];
      if (broken === 'create') return Promise.reject(new AppError('internal', `No ${backend} today.`));
      onSession(1);
      const runner = createFakeRunner(manifest);
      made.push(runner);
      if (broken !== 'golden') return Promise.resolve(Object.assign(runner, { backend }));
      const garbage = () => Promise.resolve({ text_audio: runner.tensor(Float32Array.of(NaN), [1, 1]) });
      return Promise.resolve(Object.assign(runner, { backend, run: garbage }));
    },
  };
  return { deps, made, downloads, fetched };
}

const fromPack = { code: 'no-storage', message: 'from the pack' } as const;
const signal = new AbortController().signal;
const load = (deps: LoaderDeps, backend: LoadRequest['backend'], progress: EngineProgress[] = [], variant = 'auto') =>
  loadEngine(deps, { packUrl: '/p/', backend, variant }, signal, (p) => progress.push(p));

test('a good GPU is used; the pack describes itself; progress covers download, sessions and golden cases', async () => {
  const progress: EngineProgress[] = [];
  const { info } = await load(world().deps, 'auto', progress);
  expect(info).toMatchObject({ pack: 'test', packHash: 'abc', backend: 'webgpu', notices: [fromPack] });
  expect(info.grid).toEqual({ fps: 8, frameSize: 4, outputFrameSize: 8, sampleRate: 160 });
  expect(progress.filter((p) => p.kind === 'download').at(-1)).toMatchObject({ loadedBytes: 10, totalBytes: 10 });
  const last = progress.at(-1);
  expect(last?.kind === 'prepare' && last.step === last.steps).toBe(true);
});

describe('auto falls back to WASM, and says why', () => {
  test.each<[string, World, RegExp]>([
    ['no GPU', { gpu: { available: false, code: 'no-webgpu', reason: 'this browser has no WebGPU' } }, /no WebGPU/],
    ['an emulated GPU', { gpu: { ...realGpu, software: true } }, /emulated/],
    ['buffers too small', { gpu: { ...realGpu, maxBufferBytes: 10 } }, /buffers/],
    ['sessions that cannot be made', { fail: { webgpu: 'create' } }, /No webgpu today/],
    ['a GPU that computes garbage', { fail: { webgpu: 'golden' } }, /wrong numbers.*webgpu, text\.text_audio/],
  ])('%s', async (_, setting, notice) => {
    const { deps, made } = world(setting);
    const { info, runner } = await load(deps, 'auto');
    expect(info.backend).toBe('wasm');
    expect(info.notices).toHaveLength(2);
    expect(info.notices[1]?.message).toMatch(notice);
    // Whatever was made for the GPU is given back.
    for (const other of made) expect(other.released).toBe(other !== runner);
    expect(made.every((other) => other.live.size === 0)).toBe(true);
  });
});

describe('a chosen backend is used or refused', () => {
  test.each<[string, World, LoadRequest['backend'], string]>([
    ['webgpu without a GPU', { gpu: { available: false, code: 'no-webgpu', reason: 'none' } }, 'webgpu', 'no-webgpu'],
    ['webgpu that computes garbage', { fail: { webgpu: 'golden' } }, 'webgpu', 'golden-failed'],
    ['wasm that computes garbage', { fail: { wasm: 'golden' } }, 'wasm', 'golden-failed'],
    ['nothing that works', { fail: { webgpu: 'golden', wasm: 'golden' } }, 'auto', 'golden-failed'],
    ['a golden file cut short', { goldenValues: golden.slice(0, 6) }, 'wasm', 'pack-invalid'],
    ['other numbers', { goldenValues: Float32Array.of(0, 1, 1, 0, 0, 5, 51) }, 'wasm', 'golden-failed'],
  ])('%s', async (_, setting, backend, code) => {
    const { deps, made } = world(setting);
    await expect(load(deps, backend)).rejects.toMatchObject({ code });
    expect(made.every((runner) => runner.released)).toBe(true);
  });

  test('an emulated GPU can be insisted on; WASM brings no notice', async () => {
    const { deps } = world({ gpu: { ...realGpu, software: true } });
    expect((await load(deps, 'webgpu')).info.backend).toBe('webgpu');
    expect((await load(deps, 'wasm')).info).toMatchObject({ backend: 'wasm', notices: [fromPack] });
  });

  test('small deviations pass', async () => {
    const { deps } = world({ goldenValues: Float32Array.of(0, 1, 1, 0, 0, 5.02, 50.2) });
    await load(deps, 'wasm');
  });
});

test('what passed the check is not checked again, and the known numbers are not fetched for it', async () => {
  const known = new Map<string, ReadonlySet<string>>();
  const memory: CheckMemory = {
    passed: (key) => Promise.resolve(known.get(key) ?? new Set()),
    remember: (key, graphs) => Promise.resolve(void known.set(key, new Set(graphs))),
  };
  const first = world({ memory });
  await load(first.deps, 'wasm');
  expect(first.fetched[0]).toContain('golden.bin');
  expect(first.made[0]?.log).toEqual([{ graph: 'text', batch: 1 }]);
  const second = world({ memory });
  await load(second.deps, 'wasm');
  expect(second.fetched[0]).not.toContain('golden.bin');
  expect(second.made[0]?.log).toEqual([]);
  // Another backend is another matter, and what failed is not remembered.
  const broken = world({ memory, fail: { webgpu: 'golden' } });
  await load(broken.deps, 'auto');
  await load(broken.deps, 'auto');
  expect(broken.fetched.map((files) => files.includes('golden.bin'))).toEqual([true, false, true, false]);
});

test('a cancel during preparation is no reason to fall back', async () => {
  const abort = new AbortController();
  const { deps, made } = world();
  const loading = loadEngine(deps, { packUrl: '/p/', backend: 'auto' }, abort.signal, (p) => {
    if (p.kind === 'prepare') abort.abort();
  });
  await expect(loading).rejects.toMatchObject({ code: 'cancelled' });
  expect(made.map((runner) => runner.released)).toEqual([true]);
});

describe('variants', () => {
  const variants = testVariants();
  const noGpu: GpuCapability = { available: false, code: 'no-webgpu', reason: 'none' };

  test.each<[string, World, string, Backend, string]>([
    ['nothing chosen, on a GPU', {}, 'auto', 'webgpu', 'standard'],
    ['nothing chosen, without one', { gpu: noGpu }, 'auto', 'wasm', 'processor'],
    ['nothing chosen, on a GPU that fails', { fail: { webgpu: 'golden' } }, 'auto', 'wasm', 'processor'],
    ['the small one, on a GPU', {}, 'light', 'webgpu', 'light'],
    ['the small one, without one', { gpu: noGpu }, 'light', 'wasm', 'light'],
    // The GPU is at fault, not the variant: the processor gets the chosen one.
    ['the small one, on a GPU that fails', { fail: { webgpu: 'create' } }, 'light', 'wasm', 'light'],
    ['the default, without a GPU', { gpu: noGpu }, 'standard', 'wasm', 'standard'],
  ])('%s', async (_, setting, choice, backend, id) => {
    const { deps } = world({ ...setting, variants });
    const { info } = await load(deps, 'auto', [], choice);
    expect(info).toMatchObject({ backend, variant: id });
    expect(info.packHash).toBe(variants.find((variant) => variant.id === id)?.manifest.sha256);
    expect(info.notices.filter(({ code }) => code.startsWith('variant'))).toEqual([]);
  });

  test.each(['manifest', 'files', 'create', 'golden'] as const)(
    'one that fails at its %s gives way to the default, and says so',
    async (step) => {
      const { deps, made } = world({ variants, spoil: { light: step } });
      const { info, runner } = await load(deps, 'wasm', [], 'light');
      expect(info).toMatchObject({ variant: 'standard', backend: 'wasm' });
      const [notice] = info.notices.filter(({ code }) => code === 'variant-failed');
      expect(notice?.message).toMatch(/standard model was used instead of the “light” one/);
      expect(notice?.values).toMatchObject({ variant: 'light' });
      for (const other of made) expect(other.released).toBe(other !== runner);
    },
  );

  test.each([
    ['processor', 'webgpu', 'standard', /none for WebGPU/],
    ['gone', 'wasm', 'processor', /“gone” model was asked for/],
  ] as const)('%s asked for on %s: another one, and it says so', async (choice, backend, id, message) => {
    const { info } = await load(world({ variants }).deps, backend, [], choice);
    expect(info.variant).toBe(id);
    expect(info.notices.find(({ code }) => code === 'variant-unfit')?.message).toMatch(message);
  });

  test('a pack without variants says that it has only one', async () => {
    const { info } = await load(world().deps, 'wasm', [], 'light');
    expect(info).toMatchObject({ variant: undefined, packHash: 'abc' });
    expect(info.notices.find(({ code }) => code === 'variant-unfit')?.message).toMatch(/only model/);
  });

  test('files of the others stay stored; where one of them is not known, nothing is thrown away', async () => {
    const good = world({ variants });
    await load(good.deps, 'wasm', [], 'light');
    // The default and the other variant.
    expect(good.downloads).toEqual([{ name: 'light', beside: 2 }]);
    const spoilt = world({ variants, spoil: { processor: 'manifest' } });
    await load(spoilt.deps, 'wasm', [], 'light');
    expect(spoilt.downloads).toEqual([{ name: 'light', beside: undefined }]);
  });

  test('a part asks for no other variant and throws nothing away; more is added to it, and nothing comes twice', async () => {
    const { deps, downloads, made, fetched } = world({ variants });
    const request = { packUrl: '/p/', backend: 'wasm', variant: 'light' } as const;
    const part = await loadEngine(deps, { ...request, part: 'sound-decoder' }, signal, () => undefined);
    expect(downloads).toEqual([{ name: 'light', beside: undefined }]);
    const whole = await loadEngine(deps, { ...request, part: 'v2a' }, signal, () => undefined, part);
    expect(downloads[1]).toEqual({ name: 'light', beside: 2 });
    expect(whole.runner).toBe(part.runner);
    expect([...whole.parts]).toEqual(['sound-decoder', 'v2a']);
    expect(made).toHaveLength(1);
    const [first = [], second = []] = fetched;
    expect(first).toContain('audio-decoder.onnx');
    expect(second).not.toContain('audio-decoder.onnx');
    expect(second.length).toBeGreaterThan(3);
  });

  test('a GPU that cannot run the second part gives way to the processor with both', async () => {
    const { deps, made } = world({ fail: { webgpu: 'golden' } });
    const request = { packUrl: '/p/', backend: 'auto' } as const;
    // The case of the golden check is of the text, which the decoder does without.
    const part = await loadEngine(deps, { ...request, part: 'sound-decoder' }, signal, () => undefined);
    expect(part.info.backend).toBe('webgpu');
    const whole = await loadEngine(deps, { ...request, part: 'v2a' }, signal, () => undefined, part);
    expect(whole.info.backend).toBe('wasm');
    expect([...whole.parts]).toEqual(['sound-decoder', 'v2a']);
    expect(whole.info.notices.map(({ code }) => code)).toContain('gpu-failed');
    expect(made.map(({ released }) => released)).toEqual([true, false]);
  });

  test('a default that cannot be had is an error, whatever the variant', async () => {
    const { deps } = world({ variants, spoil: { light: 'files', test: 'files' } });
    await expect(load(deps, 'auto', [], 'light')).rejects.toMatchObject({ code: 'pack-missing' });
  });
});
