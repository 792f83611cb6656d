import { describe, expect, test } from 'vitest';
import { testManifest } from '../engine/testing/manifest.ts';
import { gpuObstacle, probeCapability, surveyDevice, type GpuCapability } from './capability.ts';
import { packFiles } from './files.ts';
import type { PackStorage } from './storage.ts';

const adapter = (change: object = {}, info: object = {}) =>
  ({
    info: { vendor: 'acme', architecture: 'gen9', description: '', isFallbackAdapter: false, ...info },
    features: new Set(['shader-f16']),
    limits: { maxBufferSize: 2 ** 30, maxStorageBufferBindingSize: 2 ** 27 },
    ...change,
  }) as unknown as GPUAdapter;
const withAdapter = (found: GPUAdapter | null) => ({ gpu: { requestAdapter: () => Promise.resolve(found) } });

test('a GPU, its limits and the rest of the browser', async () => {
  const capability = await probeCapability(
    {
      ...withAdapter(adapter()),
      hardwareConcurrency: 8,
      deviceMemory: 4,
      storage: { estimate: () => Promise.resolve({ quota: 1000, usage: 10 }) },
    },
    true,
  );
  expect(capability).toEqual({
    gpu: {
      available: true,
      description: 'acme gen9',
      software: false,
      features: ['shader-f16'],
      maxBufferBytes: 2 ** 27,
    },
    crossOriginIsolated: true,
    cores: 8,
    deviceMemory: 4,
    storage: { quota: 1000, usage: 10 },
  });
});

test('an emulated GPU is told apart', async () => {
  for (const info of [{ isFallbackAdapter: true }, { architecture: 'swiftshader' }]) {
    const { gpu } = await probeCapability(withAdapter(adapter({}, info)), false);
    expect(gpu).toMatchObject({ available: true, software: true });
  }
});

test('no WebGPU, no adapter, a failing one: always a reason', async () => {
  const failing = { gpu: { requestAdapter: () => Promise.reject(new Error('blocked')) } };
  for (const [navigator, reason] of [
    [{}, /no WebGPU/],
    [withAdapter(null), /no graphics adapter/],
    [failing, /blocked/],
  ] as const) {
    const { gpu } = await probeCapability(navigator, false);
    expect(gpu.available).toBe(false);
    expect(gpuObstacle(gpu, { largestBuffer: 1, features: [] })).toMatch(reason);
  }
});

test('a pack may want more than the GPU has', () => {
  const gpu: GpuCapability = {
    available: true,
    description: '',
    software: false,
    features: ['shader-f16'],
    maxBufferBytes: 2 ** 27,
  };
  expect(gpuObstacle(gpu, { largestBuffer: 2 ** 27, features: ['shader-f16'] })).toBeUndefined();
  expect(gpuObstacle(gpu, { largestBuffer: 2 ** 28, features: [] })).toMatch(/128 MiB.*256 MiB/);
  expect(gpuObstacle(gpu, { largestBuffer: 1, features: ['subgroups'] })).toMatch(/lacks subgroups/);
});

describe('what to know before a download', () => {
  const manifest = testManifest();
  // Every file of the test pack has its own content here, so that some can be stored and others not.
  for (const [index, graph] of Object.values(manifest.graphs).entries()) {
    Object.assign(graph, { sha256: (index + 1).toString(16).padStart(64, '0'), bytes: 1000 + index });
  }
  const all = packFiles(manifest);
  const total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  const storage = (has: (sha256: string) => Promise<boolean>): PackStorage => ({
    has,
    get: () => Promise.reject(new Error('must not be read')),
    put: () => Promise.reject(new Error('must not be written')),
    drop: () => Promise.resolve(),
    keepOnly: () => Promise.resolve(),
  });
  const device = (quota: number, usage = 0) => ({
    ...withAdapter(adapter()),
    hardwareConcurrency: 4,
    storage: { estimate: () => Promise.resolve({ quota, usage }) },
  });

  test('nothing stored: everything is fetched, on the GPU', async () => {
    const nothing = storage(() => Promise.resolve(false));
    const survey = await surveyDevice(manifest, { navigator: device(total + 5, 5), isolated: true, storage: nothing });
    expect(survey).toMatchObject({
      backend: 'webgpu',
      notice: undefined,
      wasmThreads: true,
      packBytes: total,
      fetchBytes: total,
      keeps: 'stored',
      storageLeft: total,
      storageShort: false,
    });
  });

  test('what is stored is not fetched again, what cannot be looked up is', async () => {
    const [first, second, third] = all;
    const some = storage((sha256) => {
      if (sha256 === third?.sha256) return Promise.reject(new Error('broken'));
      return Promise.resolve(sha256 === first?.sha256 || sha256 === second?.sha256);
    });
    const survey = await surveyDevice(manifest, { navigator: device(total), isolated: false, storage: some });
    expect(survey.fetchBytes).toBe(total - (first?.bytes ?? NaN) - (second?.bytes ?? NaN));
    expect(survey.wasmThreads).toBe(false);
  });

  test('too little room is told, and that nothing can be kept at all', async () => {
    const short = await surveyDevice(manifest, { navigator: device(total - 1), isolated: true, storage: null });
    expect(short).toMatchObject({ storageShort: true, keeps: 'none', fetchBytes: total });
  });

  test.each([
    ['no WebGPU', {}, /no WebGPU/],
    ['an emulated GPU', withAdapter(adapter({}, { isFallbackAdapter: true })), /emulated/],
    ['a GPU that fails', { gpu: { requestAdapter: () => Promise.reject(new Error('blocked')) } }, /blocked/],
  ])('%s: the processor, and why', async (_, navigator, reason) => {
    const throwing = {
      ...navigator,
      storage: {
        estimate: () => {
          throw new Error('not here');
        },
      },
    };
    const survey = await surveyDevice(manifest, { navigator: throwing, isolated: true, storage: null });
    expect(survey).toMatchObject({ backend: 'wasm', storageLeft: undefined, storageShort: false });
    expect(survey.notice?.message).toMatch(reason);
  });
});
