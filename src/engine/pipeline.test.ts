import { describe, expect, test } from 'vitest';
import { gaussianNoise } from '../sampler/noise.ts';
import { generate } from './pipeline.ts';
import type {
  AudioToVideoRequest,
  EngineProgress,
  GenerateRequest,
  SamplerSettings,
  VideoToAudioRequest,
} from './protocol.ts';
import { createFakeRunner, type FakeOptions } from './testing/fake-runner.ts';
import { testManifest } from './testing/manifest.ts';

const manifest = testManifest();
const { grid } = manifest;
const settings: SamplerSettings = { ...manifest.sampler.v2a, seed: 5, prompt: '', negative: '' };

function v2a(duration: number, change: Partial<SamplerSettings> = {}): VideoToAudioRequest {
  const count = Math.ceil(duration * grid.fps - 1e-3);
  const rgb = new Uint8Array(count * grid.frameSize ** 2 * 3).fill(204); // 0.6 in -1..1
  return { task: 'v2a', rgb, count, duration, settings: { ...settings, ...change }, wantLatents: true };
}

function a2v(duration: number, change: Partial<SamplerSettings> = {}): AudioToVideoRequest {
  const samples = new Float32Array(Math.round(duration * grid.sampleRate)).fill(0.25);
  return { task: 'a2v', samples, duration, settings: { ...settings, ...change }, wantLatents: true };
}

async function run<R extends GenerateRequest>(
  request: R,
  options: FakeOptions = {},
  signal = new AbortController().signal,
  pack = manifest,
) {
  const runner = createFakeRunner(pack, options);
  const progress: EngineProgress[] = [];
  const outcome = generate({ runner, manifest: pack, signal, onProgress: (p) => progress.push(p) }, request);
  const result = await outcome.catch((error: unknown) => {
    expect(runner.live.size).toBe(0);
    throw error;
  });
  expect(runner.live.size).toBe(0);
  const runs = (graph: string) => runner.log.filter((entry) => entry.graph === graph).map((entry) => entry.batch);
  return { result, runs, log: runner.log, progress };
}

/** Mean of the conditioning latents of one window of a one-window clip, noise included. */
function conditioningMean(given: number, count: number, t: number): number {
  const noise = gaussianNoise(settings.seed, 'conditioning', count);
  return noise.reduce((sum, value) => sum + (1 - t) * value + t * given, 0) / count;
}

/** Values of one window. */
const latents = grid.audioLatents * grid.audioChannels;
const videoValues = grid.videoLatents * grid.videoLatentSize ** 2 * grid.videoChannels;

describe('one window', () => {
  test('v2a: noise plus the velocity of the fused generators', async () => {
    const { result } = await run(v2a(1));
    // Two Fusion Blocks each add the mean of the video latents; the velocity is constant, so the path has length 1.
    const velocity = 2 * conditioningMean(0.6, videoValues, 0.75);
    const noise = gaussianNoise(settings.seed, 'audio', latents);
    noise.forEach((value, i) => expect(result.latents?.[i]).toBeCloseTo(value + velocity, 4));
  });

  test('a2v: the reverse, with the set of the task', async () => {
    const { result } = await run(a2v(1));
    const velocity = conditioningMean(0.25, latents, 0.5);
    const noise = gaussianNoise(settings.seed, 'video', videoValues);
    noise.forEach((value, i) => expect(result.latents?.[i]).toBeCloseTo(value + velocity, 4));
  });

  test('guidance follows v_none + s_text (v_text - v_none) + s_av (v_text,av - v_text)', async () => {
    const { result } = await run(
      v2a(1, { prompt: 'Mallets on wood!', negative: 'splash', guidanceText: 3, guidanceAv: 2 }),
    );
    const none = 4; // "splash" is word 3 and adds 4
    const text = 1 + 2; // "hammer" adds 1, "wood" 2
    const full = text + 2 * conditioningMean(0.6, videoValues, 0.75);
    const velocity = none + 3 * (text - none) + 2 * (full - text);
    const noise = gaussianNoise(settings.seed, 'audio', latents);
    noise.forEach((value, i) => expect(result.latents?.[i]).toBeCloseTo(value + velocity, 3));
    expect(result.understood).toEqual(['hammer', 'wood']);
  });

  test('branches that weigh nothing are not run, and the others share a run', async () => {
    const plain = await run(v2a(1));
    expect(plain.runs('audio-embed')).toEqual([1, 1, 1, 1]);
    const guided = await run(v2a(1, { prompt: 'wood', guidanceText: 3 }));
    expect(guided.runs('audio-embed')).toEqual([2, 1, 2, 1, 2, 1, 2, 1]);
    const unguided = await run(v2a(1, { guidanceText: 3 }));
    expect(unguided.runs('audio-embed')).toEqual([1, 1, 1, 1]);
    const alone = await run(v2a(1, { guidanceAv: 0 }));
    expect(alone.runs('audio-embed')).toEqual([1, 1, 1, 1]);
    expect(alone.runs('fusion-0')).toEqual([]);
    expect(alone.runs('video-embed')).toEqual([]);
  });

  test('the conditioning is embedded once and runs no further than the last Fusion Block', async () => {
    const { runs } = await run(v2a(1));
    expect(runs('video-embed')).toEqual([1]);
    expect(runs('fusion-0')).toHaveLength(4);
    expect(runs('fusion-1')).toHaveLength(4);
    expect(runs('video-0')).toHaveLength(4);
    expect(runs('video-1')).toEqual([]);
    expect(runs('audio-2')).toHaveLength(4);
  });

  test('another set of Fusion Blocks can be chosen; an unknown one is refused', async () => {
    const { runs } = await run(v2a(1, { fusionSet: 'joint' }));
    expect(runs('joint-0')).toHaveLength(4);
    expect(runs('fusion-0')).toEqual([]);
    await expect(run(v2a(1, { fusionSet: 'other' }))).rejects.toMatchObject({ code: 'pack-invalid' });
    await expect(run(a2v(1, { fusionSet: 'v2a' }))).rejects.toMatchObject({ code: 'pack-invalid' });
  });
});

describe('any length', () => {
  test.each([0.3, 0.999, 1, 1.7, 3.3, 12.34, 60])('%d s give exactly as much of the other medium', async (duration) => {
    const sound = (await run(v2a(duration))).result;
    if (sound.task !== 'v2a') throw new Error('wrong task');
    expect(sound.samples.length).toBe(Math.round(duration * grid.sampleRate));
    expect(sound.samples.every(Number.isFinite)).toBe(true);
    const clip = (await run(a2v(duration))).result;
    if (clip.task !== 'a2v') throw new Error('wrong task');
    expect(clip.count).toBe(Math.ceil(duration * grid.fps - 1e-3));
    expect(clip.rgb.length).toBe(clip.count * grid.outputFrameSize ** 2 * 3);
  });

  test('windows share runs up to the batch limit and agree where they overlap', async () => {
    const { result, runs } = await run(v2a(6, { guidanceAv: 0 }), { maxBatch: 3 });
    // 6 s of windows of 1 s every 0.75 s: starts 0, 0.75, ... 4.5, and 5.
    expect(runs('audio-embed').slice(0, 3)).toEqual([3, 3, 2]);
    // The velocity is the same everywhere, so the averaged result is the noise itself plus it.
    const noise = gaussianNoise(settings.seed, 'audio', 6 * grid.audioLatents * grid.audioChannels);
    noise.forEach((value, i) => expect(result.latents?.[i]).toBeCloseTo(value, 4));
  });

  test('the beginning does not depend on the length beyond what windows share', async () => {
    const short = (await run(v2a(1, { guidanceAv: 0 }))).result.latents;
    const long = (await run(v2a(9, { guidanceAv: 0 }))).result.latents;
    short?.forEach((value, i) => expect(long?.[i]).toBeCloseTo(value, 5));
  });

  test('long sound is coded in chunks as if it were whole', async () => {
    const { runs } = await run(a2v(120, { guidanceAv: 0, steps: 1 }));
    expect(runs('audio-encoder')).toHaveLength(2);
    const { result } = await run(v2a(120, { guidanceAv: 0, steps: 1 }));
    if (result.task !== 'v2a') throw new Error('wrong task');
    const noise = gaussianNoise(settings.seed, 'audio', 120 * grid.audioLatents * grid.audioChannels);
    for (let latent = 0; latent < 120 * grid.audioLatents; latent++) {
      const value = noise[latent * grid.audioChannels] ?? NaN;
      if (Math.abs(value) < 0.3)
        expect(Math.sign(result.samples[latent * grid.samplesPerLatent] ?? NaN)).toBe(Math.sign(value));
    }
  });

  test('missing frames repeat the last one and missing sound is silence', async () => {
    const full = v2a(1);
    const held = { ...full, rgb: full.rgb.subarray(0, full.rgb.length / 8), count: 1 };
    expect((await run(held)).result.latents).toEqual((await run(full)).result.latents);
    const sound = a2v(1);
    const half = { ...sound, samples: sound.samples.slice(0, 80) };
    const padded = { ...sound, samples: sound.samples.map((value, i) => (i < 80 ? value : 0)) };
    expect((await run(half)).result.latents).toEqual((await run(padded)).result.latents);
  });
});

test('the same seed gives the same result, another seed another one', async () => {
  const a = await run(v2a(2));
  expect((await run(v2a(2))).result.latents).toEqual(a.result.latents);
  expect((await run(v2a(2, { seed: 6 }))).result.latents).not.toEqual(a.result.latents);
});

test('generated sound stays below -1 dBFS', async () => {
  const { result } = await run(v2a(3, { prompt: 'typing' }));
  if (result.task !== 'v2a') throw new Error('wrong task');
  const most = result.samples.reduce((m, value) => Math.max(m, Math.abs(value)), 0);
  expect(most).toBeLessThanOrEqual(10 ** (-1 / 20) + 1e-6);
  expect(most).toBeGreaterThan(0.85);
});

describe('a first attempt without sound', () => {
  const text = { vocabulary: [...manifest.text.vocabulary, 'silence'], synonyms: manifest.text.synonyms };
  const speaking = testManifest({ text: { ...text, silence: 'silence' } });
  const first = (decode: number) => decode === 0;

  test('is followed by a second one, guided away from silence, and says so', async () => {
    const { result, runs } = await run(v2a(1, { guidanceText: 2 }), { mute: first }, undefined, speaking);
    expect(runs('audio-decoder')).toHaveLength(2);
    // Text guidance of 4 against "silence", the last word: none + 4 (text - none) + (full - text).
    const silence = speaking.text.vocabulary.length;
    const velocity = silence + 4 * (0 - silence) + 2 * conditioningMean(0.6, videoValues, 0.75);
    const noise = gaussianNoise(settings.seed, 'audio', latents);
    noise.forEach((value, i) => expect(result.latents?.[i]).toBeCloseTo(value + velocity, 3));
    expect(result.notices).toMatchObject([{ code: 'second-attempt' }]);
  });

  test('and a silent second one is announced as silent', async () => {
    const { result, runs } = await run(v2a(1), { mute: () => true }, undefined, speaking);
    expect(runs('audio-decoder')).toHaveLength(2);
    expect(result.notices).toMatchObject([{ code: 'still-silent' }]);
  });

  test.each([
    ['sound at once needs no second attempt', speaking, '', () => false],
    ['who asks for silence gets it', speaking, 'complete silence', first],
    ['a pack without the word leaves it', manifest, '', first],
  ] as const)('%s', async (_, pack, prompt, mute) => {
    const { result, runs } = await run(v2a(1, { prompt }), { mute }, undefined, pack);
    expect(runs('audio-decoder')).toHaveLength(1);
    expect(result.notices).toEqual([]);
  });
});

test('progress names every stage and rises to its end', async () => {
  const { progress } = await run(v2a(3));
  const stages = progress.map((p) => (p.kind === 'generate' ? p.stage : p.kind));
  expect([...new Set(stages)]).toEqual(['encode', 'sample', 'decode']);
  for (const stage of ['encode', 'sample', 'decode'] as const) {
    const steps = progress.filter((p) => p.kind === 'generate' && p.stage === stage);
    expect(steps[0]).toMatchObject({ step: 0 });
    steps.forEach((p, i) => expect(p).toMatchObject({ step: i }));
    const last = steps.at(-1);
    expect(last?.kind === 'generate' && last.step === last.steps).toBe(true);
  }
});

test('a cancel stops within one run of a graph', async () => {
  for (const graph of ['video-encoder', 'fusion-1', 'audio-2', 'audio-decoder']) {
    const abort = new AbortController();
    const after: string[] = [];
    const onRun = (name: string) => {
      if (abort.signal.aborted) after.push(name);
      if (name === graph) abort.abort();
    };
    await expect(run(v2a(1), { onRun }, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(after).toEqual([]);
  }
});

test('a failing run surfaces, and leaves no tensors behind', async () => {
  const onRun = (name: string) => {
    if (name === 'fusion-1') throw new Error('no such luck');
  };
  await expect(run(v2a(1), { onRun })).rejects.toThrow('no such luck');
});

test('requests that make no sense are refused', async () => {
  const request = v2a(1);
  for (const bad of [
    { ...request, duration: 0 },
    { ...request, count: 3 },
    { ...request, settings: { ...settings, seed: 0.5 } },
    { ...a2v(1), samples: Float32Array.of(NaN) },
  ]) {
    await expect(run(bad)).rejects.toMatchObject({ code: 'internal' });
  }
});
