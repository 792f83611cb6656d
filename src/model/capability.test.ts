import { expect, test } from 'vitest';
import { gpuObstacle, probeCapability, type GpuCapability } from './capability.ts';

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

test('a browser that throws when it is asked for its storage is used all the same', async () => {
  const estimate = () => {
    throw new Error('not here');
  };
  const capability = await probeCapability({ ...withAdapter(adapter()), storage: { estimate } }, false);
  expect(capability).toMatchObject({ gpu: { available: true }, storage: undefined, cores: 1 });
});
