/** Sound at 48 kHz: what the app makes of latents against what PyTorch makes of them (training/avlink/export/fixture.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rms } from '../../dsp/levels.ts';
import { decodeAudio, decodeAudioRuns, encodeAudio, isNarrow } from '../codecs.ts';
import { loadEngine, type LoadedEngine } from '../loader.ts';
import { generate } from '../pipeline.ts';
import { nodeLoaderDeps } from '../testing/node-engine.ts';
import { decodeLatents } from '../transcode.ts';

const PACKS = join(import.meta.dirname, '../../../e2e/fixtures/packs');
const FOLDER = join(PACKS, 'tiny-48k');
/** Of the loudest sample: both round to float32, in other orders, and sixteen steps pass it on. */
const TOLERANCE = 1e-4;
const RATE = 48_000;
const { signal } = new AbortController();

interface Shapes {
  readonly latents: readonly [number, number, number];
  readonly samples: readonly [number, number];
}

const shapes = JSON.parse(readFileSync(join(FOLDER, 'sound.json'), 'utf8')) as Shapes;
const bytes = readFileSync(join(FOLDER, 'sound.bin'));
const values = new Float32Array(new Uint8Array(bytes).buffer);
const size = shapes.latents.reduce((a, b) => a * b, 1);
const latents = values.slice(0, size);
const samples = values.slice(size);

let engine: LoadedEngine;
beforeAll(async () => {
  const deps = nodeLoaderDeps(FOLDER, join(PACKS, 'tiny'));
  engine = await loadEngine(deps, { packUrl: '/models/tiny-48k/', backend: 'wasm' }, signal, () => undefined);
}, 120_000);
afterAll(() => engine.runner.release());

describe('sound of a 48 kHz pack', () => {
  test('is what PyTorch makes of the same latents', async () => {
    const { runner, manifest } = engine;
    const duration = samples.length / manifest.grid.sampleRate;
    const context = { runner, manifest, signal, onProgress: () => undefined };
    const made = await decodeLatents(context, { task: 'v2a', latents, duration });
    if (made.task !== 'v2a') throw new TypeError('Not a sound.');
    expect(made.sampleRate).toBe(RATE);
    expect(made.samples.length).toBe(samples.length);
    const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const off = made.samples.reduce((most, value, i) => Math.max(most, Math.abs(value - (samples[i] ?? NaN))), 0);
    expect(loudest).toBeGreaterThan(0.05);
    expect(off / loudest).toBeLessThan(TOLERANCE);
  });

  test('is told apart from sound that has no upper band of its own', async () => {
    const { runner, manifest } = engine;
    const context = { runner, manifest, signal, onChunk: () => undefined };
    const { audioChannels: channels, samplesPerLatent } = manifest.grid;
    const tone = Float32Array.from({ length: 8 * samplesPerLatent }, (_, i) => 0.3 * Math.sin(i * 0.05));
    const [heard, guessed] = [await encodeAudio(context, tone), await encodeAudio(context, tone, true)];
    const differ = heard.map((value, i) => Math.abs(value - (guessed[i] ?? NaN)));
    // The first channels are of the lower bands.
    const upper = channels - 4;
    expect(differ.filter((_, i) => i % channels < upper).every((off) => off === 0)).toBe(true);
    expect(differ.filter((_, i) => i % channels >= upper).every((off) => off > 0)).toBe(true);
    expect([8000, 32_000, 44_100, 48_000].map((rate) => isNarrow(manifest, rate))).toEqual([true, true, false, false]);
    expect(isNarrow({}, 8000)).toBe(false);
  });

  test('has the right levels in a preview, and in a part that is decoded alone', async () => {
    const { runner, manifest } = engine;
    const context = { runner, manifest, signal, onChunk: () => undefined };
    const { audioChannels, samplesPerLatent } = manifest.grid;
    const many = Float32Array.from({ length: 112 * audioChannels }, (_, i) => latents[i % latents.length] ?? 0);
    const whole = await decodeAudio(context, many);
    const rough = await decodeAudio(context, many, true);
    expect(Math.abs(20 * Math.log10(rms(rough) / rms(whole)))).toBeLessThan(1);
    // 75 - 32 is no multiple of what the phases are repeated after: the part begins earlier.
    const part = await decodeAudioRuns(context, many, [{ from: 75, to: 78 }]);
    const [from, to] = [75 * samplesPerLatent, 78 * samplesPerLatent];
    const off = part.slice(from, to).map((value, i) => value - (whole[from + i] ?? NaN));
    expect(rms(off)).toBeLessThan(0.02 * rms(whole, from, to));
  });

  test('conditions a clip, with its upper band or without', async () => {
    const { runner, manifest } = engine;
    const context = { runner, manifest, signal, onProgress: () => undefined };
    const duration = 1;
    const settings = { ...manifest.sampler.a2v, steps: 1, seed: 3, prompt: '', negative: '' };
    const samples = Float32Array.from({ length: RATE * duration }, (_, i) => 0.3 * Math.sin(i * 0.05));
    const request = { task: 'a2v', samples, duration, settings } as const;
    const whole = await generate(context, request);
    const narrow = await generate(context, { ...request, sourceRate: 16_000 });
    expect(await generate(context, { ...request, sourceRate: 44_100 })).toMatchObject({ latents: whole.latents });
    expect(narrow.latents.length).toBe(whole.latents.length);
    expect(narrow.latents).not.toEqual(whole.latents);
  });
});
