/** The whole engine on real graphs: the tiny pack (random weights, the shipped topology) on ONNX Runtime in Node. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probeCapability } from '../model/capability.ts';
import { loadPack } from '../model/pack.ts';
import { loadEngine, type LoadedEngine, type LoaderDeps } from './loader.ts';
import { generate } from './pipeline.ts';
import type { EngineProgress, GenerateRequest, SamplerSettings } from './protocol.ts';
import { createOrtRunner } from './sessions.ts';

const FOLDER = join(import.meta.dirname, '../../e2e/fixtures/packs/tiny');
const signal = new AbortController().signal;

/** Changes the golden file on its way, as a GPU that computes garbage would seem to. */
let damage = (bytes: Uint8Array) => bytes;

const deps: LoaderDeps = {
  async loadPack(packUrl, options) {
    const fetch = async (url: string) => new Response(await readFile(join(FOLDER, url.slice(packUrl.length))));
    const pack = await loadPack(packUrl, { ...options, fetch, storage: null });
    const golden = pack.manifest.golden.file;
    return { ...pack, files: new Map([...pack.files].map(([name, b]) => [name, name === golden ? damage(b) : b])) };
  },
  probeCapability: () => probeCapability({}, false),
  createRunner: ({ pack, backend, signal, onSession }) =>
    createOrtRunner({
      manifest: pack.manifest,
      backend,
      // Node finds the external data beside the graph.
      createSession: (graph, options) => ort.InferenceSession.create(join(FOLDER, graph.file), options),
      Tensor: ort.Tensor,
      signal,
      onSession,
      cpuProvider: 'cpu',
    }),
};

let engine: LoadedEngine;
const loading: EngineProgress[] = [];
beforeAll(async () => {
  engine = await loadEngine(deps, { packUrl: '/tiny/', backend: 'wasm' }, signal, (p) => loading.push(p));
}, 60_000);
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
  return { task: 'v2a', rgb, count, duration, settings: settings(change), wantLatents: true };
}

function a2v(duration: number, change: Partial<SamplerSettings> = {}): GenerateRequest {
  const { sampleRate } = engine.info.grid;
  const samples = Float32Array.from({ length: Math.round(duration * sampleRate) }, (_, i) => 0.4 * Math.sin(i * 0.2));
  return { task: 'a2v', samples, duration, settings: settings(change), wantLatents: true };
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
  }, 30_000);

  test('of pictures for sound', async () => {
    const result = await run(a2v(duration, { guidanceText: 2 }));
    if (result.task !== 'a2v') throw new Error('wrong task');
    expect(result.count).toBe(Math.ceil(duration * result.fps));
    expect(result.rgb.length).toBe(result.count * result.size ** 2 * 3);
    expect(new Set(result.rgb).size).toBeGreaterThan(10);
  }, 60_000);
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
    const other = v2a(2);
    if (other.task === 'v2a') other.rgb.fill(0);
    expect(largest(base, await latentsOf(other))).toBeGreaterThan(1e-6);
  }, 60_000);

  test('do not depend on how windows and branches are batched', async () => {
    const request = v2a(9, { guidanceText: 3, negative: 'rain' });
    const batched = await latentsOf(request);
    const single = await generate(
      { ...engine, runner: { ...engine.runner, maxBatch: 1 }, signal, onProgress: () => undefined },
      request,
    );
    expect(largest(batched, single.latents)).toBeLessThan(1e-4);
  }, 60_000);
});
