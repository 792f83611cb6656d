/** Latents that travelled: what is decoded from them is what the generation itself decoded. Tiny pack, real graphs. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadEngine, type LoadedEngine } from './loader.ts';
import { generate } from './pipeline.ts';
import { nodeLoaderDeps } from './testing/node-engine.ts';
import { decodeLatents, encodeSound } from './transcode.ts';

const FOLDER = join(import.meta.dirname, '../../e2e/fixtures/packs/tiny');
const signal = new AbortController().signal;
let engine: LoadedEngine;
beforeAll(async () => {
  const request = { packUrl: '/tiny/', backend: 'wasm' } as const;
  engine = await loadEngine(nodeLoaderDeps(FOLDER), request, signal, () => undefined);
});
afterAll(() => engine.runner.release());

const context = () => ({ ...engine, signal, onProgress: () => undefined });
const settings = () => ({ ...engine.info.sampler.a2v, steps: 1, seed: 3, prompt: '', negative: '' });
const tone = (seconds: number) =>
  Float32Array.from({ length: Math.round(seconds * 16_000) }, (_, i) => 0.4 * Math.sin(i * 0.2));

test('pictures of latents are the pictures of the generation', async () => {
  const samples = tone(1.3);
  const made = await generate(context(), {
    task: 'a2v',
    samples,
    duration: 1.3,
    settings: settings(),
  });
  if (made.task !== 'a2v') throw new Error('wrong task');
  const decoded = await decodeLatents(context(), { task: 'a2v', latents: made.latents, duration: 1.3 });
  if (decoded.task !== 'a2v') throw new Error('wrong task');
  expect(decoded.count).toBe(made.count);
  expect(decoded.rgb).toEqual(made.rgb);
});

test('sound is encoded and decoded to its own length, from as many latents as it takes', async () => {
  const { samplesPerLatent, audioChannels } = engine.manifest.grid;
  const samples = tone(1.001);
  const latents = await encodeSound(context(), samples);
  expect(latents.length).toBe(Math.ceil(samples.length / samplesPerLatent) * audioChannels);
  const decoded = await decodeLatents(context(), { task: 'v2a', latents, duration: 1.001 });
  expect(decoded.task === 'v2a' && decoded.samples.length).toBe(samples.length);
});

test('latents that do not fit the duration are refused', async () => {
  const latents = new Float32Array(engine.manifest.grid.audioChannels * 3);
  for (const duration of [1, 0, Number.NaN]) {
    await expect(decodeLatents(context(), { task: 'v2a', latents, duration })).rejects.toMatchObject({
      code: 'internal',
    });
  }
  const odd = decodeLatents(context(), { task: 'v2a', latents: latents.subarray(1), duration: 0.05 });
  await expect(odd).rejects.toMatchObject({ code: 'internal' });
});
