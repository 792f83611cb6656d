import { describe, expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import type { Capability, GpuCapability } from '../model/capability.ts';
import type { Manifest } from '../model/manifest.ts';
import { loadEngine, type LoaderDeps } from './loader.ts';
import type { Backend, EngineProgress, LoadRequest } from './protocol.ts';
import { createFakeRunner, type FakeRunner } from './testing/fake-runner.ts';
import { testManifest } from './testing/manifest.ts';

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
}

function world({ gpu = realGpu, goldenValues = golden, fail = {} }: World = {}) {
  const made: FakeRunner[] = [];
  const deps: LoaderDeps = {
    readPackIndex: () => Promise.resolve({ manifest, hash: 'abc', variants: [] }),
    readVariant: () => Promise.reject(new AppError('internal', 'There is none.')),
    loadPack: (_, known, { onBytes }) => {
      onBytes?.(0, 10);
      onBytes?.(10, 10);
      const files = new Map([['golden.bin', new Uint8Array(goldenValues.buffer)]]);
      return Promise.resolve({ ...known, files, notices: [fromPack] });
    },
    probeCapability: () =>
      Promise.resolve<Capability>({ gpu, crossOriginIsolated: true, cores: 2, deviceMemory: 8, storage: undefined }),
    createRunner: ({ backend, onSession }) => {
      if (fail[backend] === 'create') return Promise.reject(new AppError('internal', `No ${backend} today.`));
      onSession(1);
      const runner = createFakeRunner(manifest);
      made.push(runner);
      if (fail[backend] !== 'golden') return Promise.resolve(Object.assign(runner, { backend }));
      const garbage = () => Promise.resolve({ text_audio: runner.tensor(Float32Array.of(NaN), [1, 1]) });
      return Promise.resolve(Object.assign(runner, { backend, run: garbage }));
    },
  };
  return { deps, made };
}

const fromPack = { code: 'no-storage', message: 'from the pack' } as const;
const signal = new AbortController().signal;
const load = (deps: LoaderDeps, backend: LoadRequest['backend'], progress: EngineProgress[] = []) =>
  loadEngine(deps, { packUrl: '/p/', backend }, signal, (p) => progress.push(p));

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

test('a cancel during preparation is no reason to fall back', async () => {
  const abort = new AbortController();
  const { deps, made } = world();
  const loading = loadEngine(deps, { packUrl: '/p/', backend: 'auto' }, abort.signal, (p) => {
    if (p.kind === 'prepare') abort.abort();
  });
  await expect(loading).rejects.toMatchObject({ code: 'cancelled' });
  expect(made.map((runner) => runner.released)).toEqual([true]);
});
