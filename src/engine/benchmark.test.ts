import { expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import type { Capability, GpuCapability } from '../model/capability.ts';
import { BENCHMARK_MULTIPLY_ADDS, runBenchmark, type BenchmarkDeps } from './benchmark.ts';
import type { Backend, BenchmarkRequest } from './protocol.ts';

const realGpu: GpuCapability = {
  available: true,
  description: 'acme',
  software: false,
  features: [],
  maxBufferBytes: 2 ** 30,
};

interface World {
  readonly gpu?: GpuCapability;
  /** Seconds that a pass takes, by the number of passes before it. */
  readonly pass?: (index: number) => number;
  readonly broken?: Partial<Record<Backend, 'open' | 'run'>>;
  readonly onRun?: () => void;
}

function world({ gpu = realGpu, pass = () => 0.01, broken = {}, onRun }: World = {}) {
  let clock = 100;
  let passesDone = 0;
  const log: string[] = [];
  const deps: BenchmarkDeps = {
    probeCapability: () =>
      Promise.resolve<Capability>({ gpu, crossOriginIsolated: true, cores: 2, deviceMemory: 8, storage: undefined }),
    openBenchmark(backend) {
      log.push(`open ${backend}`);
      if (broken[backend] === 'open') return Promise.reject(new AppError('internal', `No ${backend} today.`));
      return Promise.resolve({
        run(passes) {
          onRun?.();
          if (broken[backend] === 'run') return Promise.reject(new AppError('device-lost', 'The GPU is gone.'));
          log.push(`run ${passes}`);
          for (let i = 0; i < passes; i++) clock += pass(passesDone++);
          return Promise.resolve();
        },
        release() {
          log.push(`release ${backend}`);
          return Promise.resolve();
        },
      });
    },
    wasmThreads: 2,
    now: () => clock,
  };
  const run = (request: BenchmarkRequest = { backend: 'auto' }, signal = new AbortController().signal) =>
    runBenchmark(deps, request, signal);
  return { run, log };
}

const gflops = (seconds: number) => (2 * BENCHMARK_MULTIPLY_ADDS) / seconds / 1e9;

test('the speed is that of the passes after the warm-up, and it takes two seconds', async () => {
  // Slow until code and clocks have warmed up, and one run that something else held up.
  const { run, log } = world({ pass: (index) => (index < 15 ? 0.05 : index === 60 ? 0.3 : 0.01) });
  const speed = await run();
  expect(speed).toMatchObject({ backend: 'webgpu', threads: 2, notices: [] });
  expect(speed.gflops).toBeCloseTo(gflops(0.01), 6);
  expect(speed.seconds).toBeGreaterThan(1.5);
  expect(speed.seconds).toBeLessThan(2.2);
  expect(log.at(-1)).toBe('release webgpu');
  // Runs of about a tenth of a second, so that waiting for their end counts for little.
  expect(log.slice(-5).join()).toMatch(/run (9|10),/);
});

test('a very slow device is timed by a single pass, a very fast one by many', async () => {
  const slow = world({ pass: () => 3 });
  expect((await slow.run()).gflops).toBeCloseTo(gflops(3), 6);
  expect(slow.log.filter((entry) => entry === 'run 1')).toHaveLength(3);
  const fast = world({ pass: () => 0.0005 });
  expect((await fast.run()).gflops).toBeCloseTo(gflops(0.0005), 3);
});

test('the backend is the one that loading would choose', async () => {
  const emulated = await world({ gpu: { ...realGpu, software: true } }).run();
  expect(emulated.backend).toBe('wasm');
  expect(emulated.notices[0]?.message).toMatch(/emulated/);
  expect((await world({ gpu: { ...realGpu, software: true } }).run({ backend: 'webgpu' })).backend).toBe('webgpu');
  const requires = { largestBuffer: 2 ** 31, features: [] };
  const small = await world().run({ backend: 'auto', requires });
  expect(small.backend).toBe('wasm');
  expect(small.notices[0]?.message).toMatch(/1024 MiB/);
  const none = world({ gpu: { available: false, code: 'no-webgpu', reason: 'this browser has no WebGPU' } });
  await expect(none.run({ backend: 'webgpu' })).rejects.toMatchObject({ code: 'no-webgpu' });
});

test('a GPU that fails is announced and followed by the processor, but not where it was asked for', async () => {
  for (const how of ['open', 'run'] as const) {
    const { run, log } = world({ broken: { webgpu: how } });
    const speed = await run();
    expect(speed.backend).toBe('wasm');
    expect(speed.notices[0]?.message).toMatch(/processor is used instead/);
    if (how === 'run') expect(log).toContain('release webgpu');
    await expect(world({ broken: { webgpu: how } }).run({ backend: 'webgpu' })).rejects.toBeInstanceOf(AppError);
  }
});

test('a cancel stops within one run and frees the network', async () => {
  const abort = new AbortController();
  const { run, log } = world({ onRun: () => abort.abort() });
  await expect(run({ backend: 'auto' }, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
  expect(log).toEqual(['open webgpu', 'run 1', 'release webgpu']);
});
