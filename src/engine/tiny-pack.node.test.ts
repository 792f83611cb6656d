/** The whole engine on real graphs: the tiny pack (random weights, the shipped topology) on ONNX Runtime in Node. */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byteLength } from '../dsp/frames.ts';
import { probeCapability } from '../model/capability.ts';
import { openBenchmarkNetwork, WEIGHTS_FILE } from './benchmark-network.ts';
import { runBenchmark, type BenchmarkDeps } from './benchmark.ts';
import { loadEngine, type LoadedEngine, type LoaderDeps } from './loader.ts';
import { generate } from './pipeline.ts';
import type { EngineProgress, GenerateRequest, SamplerSettings } from './protocol.ts';
import { nodeLoaderDeps } from './testing/node-engine.ts';

const FOLDER = join(import.meta.dirname, '../../e2e/fixtures/packs/tiny');
const signal = new AbortController().signal;

/** Changes the golden file on its way, as a GPU that computes garbage would seem to. */
let damage = (bytes: Uint8Array) => bytes;

const node = nodeLoaderDeps(FOLDER);
const deps: LoaderDeps = {
  ...node,
  async loadPack(...request) {
    const pack = await node.loadPack(...request);
    const golden = pack.manifest.golden.file;
    return { ...pack, files: new Map([...pack.files].map(([name, b]) => [name, name === golden ? damage(b) : b])) };
  },
};

let engine: LoadedEngine;
const loading: EngineProgress[] = [];
beforeAll(async () => {
  engine = await loadEngine(deps, { packUrl: '/tiny/', backend: 'wasm' }, signal, (p) => loading.push(p));
});
afterAll(() => engine.runner.release());

const settings = (change: Partial<SamplerSettings> = {}): SamplerSettings => ({
  ...engine.info.sampler.v2a,
  steps: 2,
  seed: 3,
  prompt: 'a hammer on wood',
  negative: '',
  ...change,
});

function v2a(duration: number, change: Partial<SamplerSettings> = {}): GenerateRequest {
  const { fps, frameSize } = engine.info.grid;
  const count = Math.ceil(duration * fps);
  const rgb = Uint8Array.from({ length: count * frameSize ** 2 * 3 }, (_, i) => (i * 7919) % 256);
  return { task: 'v2a', rgb, count, duration, settings: settings(change) };
}

function a2v(duration: number, change: Partial<SamplerSettings> = {}): GenerateRequest {
  const { sampleRate } = engine.info.grid;
  const samples = Float32Array.from({ length: Math.round(duration * sampleRate) }, (_, i) => 0.4 * Math.sin(i * 0.2));
  return { task: 'a2v', samples, duration, settings: settings(change) };
}

const run = (request: GenerateRequest) => generate({ ...engine, signal, onProgress: () => undefined }, request);

test('the pack loads, passes its golden check and describes itself', () => {
  expect(engine.info).toMatchObject({ pack: 'tiny', backend: 'wasm' });
  expect(engine.info.packHash).toMatch(/^[0-9a-f]{64}$/);
  const last = loading.at(-1);
  expect(last?.kind === 'prepare' && last.step === last.steps).toBe(true);
});

test('a wrong golden value is noticed', async () => {
  damage = (bytes) => {
    // The check must see it in an output: change the end of the file, where the last output lies.
    const copy = bytes.slice();
    new Float32Array(copy.buffer)[copy.length / 4 - 1] = 1e6;
    return copy;
  };
  const loaded = loadEngine(deps, { packUrl: '/tiny/', backend: 'wasm' }, signal, () => undefined);
  await expect(loaded).rejects.toMatchObject({ code: 'golden-failed' });
  damage = (bytes) => bytes;
});

describe.each([1.3, 9])('%d s', (duration) => {
  test('of sound for pictures', async () => {
    const result = await run(v2a(duration));
    if (result.task !== 'v2a') throw new Error('wrong task');
    expect(result.samples.length).toBe(duration * result.sampleRate);
    expect(result.samples.some((value) => value !== 0)).toBe(true);
    expect(result.understood).toEqual(['hammer', 'wood']);
  });

  test('of pictures for sound', async () => {
    const result = await run(a2v(duration, { guidanceText: 2 }));
    if (result.task !== 'a2v') throw new Error('wrong task');
    expect(result.count).toBe(Math.ceil(duration * result.fps));
    expect(result.rgb.length).toBe(result.count * result.size ** 2 * 3);
    expect(new Set(result.rgb).size).toBeGreaterThan(10);
  });
});

describe('latents', () => {
  const largest = (a: Float32Array | undefined, b: Float32Array | undefined) => {
    if (!a || !b || a.length !== b.length) return Infinity;
    return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);
  };
  const latentsOf = async (request: GenerateRequest) => (await run(request)).latents;

  test('repeat with the seed and change with it, the prompt, the picture and each guidance', async () => {
    const base = await latentsOf(v2a(2));
    expect(largest(base, await latentsOf(v2a(2)))).toBe(0);
    for (const change of [{ seed: 4 }, { prompt: 'rain' }, { guidanceText: 3 }, { guidanceAv: 1 }]) {
      expect(largest(base, await latentsOf(v2a(2, change)))).toBeGreaterThan(1e-6);
    }
    const given = v2a(2);
    const other = given.task === 'v2a' ? { ...given, rgb: new Uint8Array(byteLength(given.rgb)) } : given;
    expect(largest(base, await latentsOf(other))).toBeGreaterThan(1e-6);
  });

  test('do not depend on how windows and branches are batched', async () => {
    const request = v2a(9, { guidanceText: 3, negative: 'rain' });
    const batched = await latentsOf(request);
    const single = await generate(
      { ...engine, runner: { ...engine.runner, maxBatch: 1 }, signal, onProgress: () => undefined },
      request,
    );
    expect(largest(batched, single.latents)).toBeLessThan(1e-4);
  });
});

describe('a marked span', () => {
  const stretches = (before: ArrayLike<number>, after: ArrayLike<number>, stride: number) => {
    expect(after.length).toBe(before.length);
    const changed = new Set<number>();
    for (let i = 0; i < after.length; i++) if (before[i] !== after[i]) changed.add(Math.floor(i / stride));
    return [...changed].sort((a, b) => a - b);
  };
  const grid = () => engine.manifest.grid;

  test('of sound over several windows: latents and samples outside are the same, to the bit', async () => {
    const before = await run(v2a(9));
    const spans = [{ start: 3.9, end: 4.7 }];
    const keep = { latents: before.latents, spans };
    const after = await run({ ...v2a(9, { seed: 4 }), keep });
    const { audioChannels, samplesPerLatent, sampleRate } = grid();
    const seconds = samplesPerLatent / sampleRate;
    const latents = stretches(before.latents, after.latents, audioChannels);
    const [first, end] = [Math.floor(3.9 / seconds), Math.ceil(4.7 / seconds)];
    expect(latents).toEqual(Array.from({ length: end - first }, (_, i) => first + i));
    if (before.task !== 'v2a' || after.task !== 'v2a') throw new Error('wrong task');
    const samples = stretches(before.samples, after.samples, 1);
    expect(samples[0]).toBeGreaterThanOrEqual(first * samplesPerLatent);
    expect(samples.at(-1)).toBeLessThan(end * samplesPerLatent);
    expect(samples.length).toBeGreaterThan(((end - first) * samplesPerLatent) / 2);
    // With the earlier samples in hand nothing else comes out.
    const again = await run({ ...v2a(9, { seed: 4 }), keep: { ...keep, samples: before.samples } });
    if (again.task !== 'v2a') throw new Error('wrong task');
    expect(again.samples).toEqual(after.samples);
  });

  test('of pictures: frames farther outside are the same, and previews come on the way', async () => {
    const before = await run(a2v(1.5));
    const keep = { latents: before.latents, spans: [{ start: 0.6, end: 0.9 }] };
    const previews: EngineProgress[] = [];
    const after = await generate(
      { ...engine, signal, onProgress: (p) => void (p.kind === 'preview' && previews.push(p)) },
      { ...a2v(1.5, { seed: 4, steps: 3 }), keep, previewEvery: 1 },
    );
    if (before.task !== 'a2v' || after.task !== 'a2v') throw new Error('wrong task');
    const frames = stretches(before.rgb, after.rgb, after.size ** 2 * 3);
    // Latents of 0.128 s, two frames each: 0.512 s to 1.024 s, and one either side that moves on to other pictures.
    const renewed = [8, 9, 10, 11, 12, 13, 14, 15];
    for (const frame of frames) expect([6, 7, ...renewed, 16, 17]).toContain(frame);
    expect(frames.filter((frame) => renewed.includes(frame)).length).toBeGreaterThan(4);
    for (const preview of previews) {
      if (preview.kind !== 'preview' || preview.task !== 'a2v') throw new Error('wrong preview');
      expect(preview.frames.length).toBe(preview.count * preview.size ** 2 * 3);
      expect(new Set(preview.frames).size).toBeGreaterThan(10);
    }
    expect(previews.length).toBeGreaterThan(0);
  });
});

test('a variation leads away from a take as far as it is told', async () => {
  const base = (await run(v2a(2))).latents;
  const distance = async (amount: number) => {
    const { latents } = await run(v2a(2, { variations: [{ seed: 9, amount }] }));
    return Math.sqrt(latents.reduce((sum, value, i) => sum + (value - (base[i] ?? NaN)) ** 2, 0) / latents.length);
  };
  expect(await distance(0)).toBe(0);
  const [near, far, other] = [await distance(0.1), await distance(0.3), await distance(1)];
  expect(near).toBeGreaterThan(0);
  expect(near).toBeLessThan(far);
  expect(far).toBeLessThan(0.5 * other);
});

test('the network of the benchmark is whole: it runs, on finite numbers, at a plausible speed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'benchmark-'));
  const file = join(folder, 'segment.onnx');
  await copyFile(join(import.meta.dirname, 'benchmark/segment.onnx'), file);
  let output: ort.Tensor | undefined;
  const deps: BenchmarkDeps = {
    probeCapability: () => probeCapability({}, false),
    openBenchmark: (backend) =>
      openBenchmarkNetwork({
        backend,
        async createSession(weights, options) {
          await writeFile(join(folder, WEIGHTS_FILE), weights);
          const session = await ort.InferenceSession.create(file, options);
          return Object.assign(Object.create(session) as typeof session, {
            run: async (feeds: Record<string, ort.Tensor>) => {
              const outputs = await session.run(feeds);
              output = outputs.h_out;
              return outputs;
            },
            release: () => session.release(),
          });
        },
        Tensor: ort.Tensor,
        cpuProvider: 'cpu',
      }),
    wasmThreads: 1,
    now: () => performance.now() / 1000,
  };
  const speed = await runBenchmark(deps, { backend: 'wasm' }, signal);
  await rm(folder, { recursive: true });
  expect(speed.gflops).toBeGreaterThan(0.1);
  expect(speed.gflops).toBeLessThan(5000);
  expect(output?.dims).toEqual([1, 128, 192]);
  const values = (await output?.getData()) as Float32Array;
  expect(values.every(Number.isFinite)).toBe(true);
  // Its layers did something: the output is not the input.
  expect(values.some((value, i) => Math.abs(value - Math.sin(i)) > 1e-3)).toBe(true);
});
