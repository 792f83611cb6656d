import { describe, expect, test } from 'vitest';
import { byteLength, readBytes } from '../dsp/frames.ts';
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
import { testManifest } from '../model/testing/manifest.ts';

const manifest = testManifest();
const { grid } = manifest;
const settings: SamplerSettings = { ...manifest.sampler.v2a, seed: 5, prompt: '', negative: '' };

function v2a(duration: number, change: Partial<SamplerSettings> = {}): VideoToAudioRequest {
  const count = Math.ceil(duration * grid.fps - 1e-3);
  const rgb = new Uint8Array(count * grid.frameSize ** 2 * 3).fill(204); // 0.6 in -1..1
  return { task: 'v2a', rgb, count, duration, settings: { ...settings, ...change } };
}

function a2v(duration: number, change: Partial<SamplerSettings> = {}): AudioToVideoRequest {
  const samples = new Float32Array(Math.round(duration * grid.sampleRate)).fill(0.25);
  return { task: 'a2v', samples, duration, settings: { ...settings, ...change } };
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
    noise.forEach((value, i) => expect(result.latents[i]).toBeCloseTo(value + velocity, 4));
  });

  test('a2v: the reverse, with the set of the task', async () => {
    const { result } = await run(a2v(1));
    const velocity = conditioningMean(0.25, latents, 0.5);
    const noise = gaussianNoise(settings.seed, 'video', videoValues);
    noise.forEach((value, i) => expect(result.latents[i]).toBeCloseTo(value + velocity, 4));
  });

  test('a last segment that asks for the latents and their flow time gets them, another does not', async () => {
    const graphs = { ...manifest.graphs };
    const last = graphs['video-2'];
    if (!last) throw new Error('no such graph');
    const inputs = ['h', 'cond', 'x', 't'].map((name) => ({ name, dtype: 'float32' as const, shape: ['B'] }));
    const pack = { ...manifest, graphs: { ...graphs, 'video-2': { ...last, inputs } } };
    const seen: Readonly<Record<string, Float32Array>>[] = [];
    const onInput: FakeOptions['onInput'] = (graph, given) => {
      if (/-2$/.test(graph)) seen.push(given);
    };
    await run(a2v(1, { guidanceAv: 2 }), { onInput }, undefined, pack);
    expect(seen).toHaveLength(8);
    expect([...(seen[0]?.['x'] ?? [])]).toEqual([...gaussianNoise(settings.seed, 'video', videoValues)]);
    expect(seen.map(({ t }) => t?.[0])).toEqual([0, 0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75]);
    seen.length = 0;
    await run(v2a(1), { onInput }, undefined, pack);
    expect(seen.map((given) => Object.keys(given))).toEqual(new Array(4).fill(['h', 'cond']));
  });

  test('guidance follows v_full + (s_text - 1) (v_full - v_none) + (s_av - 1) (v_full - v_text)', async () => {
    const { result } = await run(
      v2a(1, { prompt: 'Mallets on wood!', negative: 'splash', guidanceText: 3, guidanceAv: 2 }),
    );
    const none = 4; // "splash" is word 3 and adds 4
    const text = 1 + 2; // "hammer" adds 1, "wood" 2
    const seen = 2 * conditioningMean(0.6, videoValues, 0.75);
    const full = text + seen;
    const velocity = full + (3 - 1) * (full - (none + seen)) + (2 - 1) * (full - text);
    const noise = gaussianNoise(settings.seed, 'audio', latents);
    noise.forEach((value, i) => expect(result.latents[i]).toBeCloseTo(value + velocity, 3));
    expect(result.understood).toEqual(['hammer', 'wood']);
  });

  test('words act on how loud it is as much as the guidance of the level allows', async () => {
    const settings = { prompt: 'wood', negative: 'splash', guidanceText: 3, guidanceAv: 1 };
    const free = (await run(v2a(1, settings))).result.latents;
    const held = (await run(v2a(1, { ...settings, guidanceLevel: 1 }))).result.latents;
    const plain = (await run(v2a(1, { ...settings, guidanceText: 1 }))).result.latents;
    held.forEach((value, i) => {
      const isLevel = i % grid.audioChannels < grid.audioLevelChannels;
      expect(value).toBeCloseTo((isLevel ? plain : free)[i] ?? 0, 5);
    });
    expect(free[0]).not.toBeCloseTo(plain[0] ?? 0, 1);
    // Pictures have no such channels.
    const picture = (await run(a2v(1, settings))).result.latents;
    expect((await run(a2v(1, { ...settings, guidanceLevel: 1 }))).result.latents).toEqual(picture);
  });

  test('branches that weigh nothing are not run, and the others share a run', async () => {
    const plain = await run(v2a(1));
    expect(plain.runs('audio-embed')).toEqual([1, 1, 1, 1]);
    const guided = await run(v2a(1, { prompt: 'wood', guidanceText: 3 }));
    expect(guided.runs('audio-embed')).toEqual([2, 2, 2, 2]);
    expect(guided.runs('video-embed')).toEqual([2]);
    const bound = await run(v2a(1, { guidanceAv: 2, guidanceAvUntil: 0.5 }));
    expect(bound.runs('audio-embed')).toEqual([1, 1, 1, 1, 1, 1]);
    const both = await run(v2a(1, { prompt: 'wood', guidanceText: 3, guidanceAv: 2, guidanceAvUntil: 0.5 }));
    expect(both.runs('audio-embed')).toEqual([1, 2, 1, 2, 2, 2]);
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
    noise.forEach((value, i) => expect(result.latents[i]).toBeCloseTo(value, 4));
  });

  test('the beginning does not depend on the length beyond what windows share', async () => {
    const short = (await run(v2a(1, { guidanceAv: 0 }))).result.latents;
    const long = (await run(v2a(9, { guidanceAv: 0 }))).result.latents;
    short.forEach((value, i) => expect(long[i]).toBeCloseTo(value, 5));
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
    const held = { ...full, rgb: await readBytes(full.rgb, 0, byteLength(full.rgb) / 8), count: 1 };
    const blob = { ...held, rgb: new Blob([held.rgb as Uint8Array<ArrayBuffer>]) };
    expect((await run(blob)).result.latents).toEqual((await run(full)).result.latents);
    expect((await run(held)).result.latents).toEqual((await run(full)).result.latents);
    const sound = a2v(1);
    const half = { ...sound, samples: sound.samples.slice(0, 80) };
    const padded = { ...sound, samples: sound.samples.map((value, i) => (i < 80 ? value : 0)) };
    expect((await run(half)).result.latents).toEqual((await run(padded)).result.latents);
  });
});

describe('a marked span is made anew', () => {
  /** Latents (and values of one) that differ. */
  const changed = (before: Float32Array, after: Float32Array, stride: number) => {
    expect(after.length).toBe(before.length);
    const latents = new Set<number>();
    after.forEach((value, i) => value !== before[i] && latents.add(Math.floor(i / stride)));
    return [...latents].sort((a, b) => a - b);
  };
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const videoStride = grid.videoLatentSize ** 2 * grid.videoChannels;

  // 3.3 s are four windows of a second; a latent of audio covers 0.125 s, one of video 0.25 s.
  test.each(['euler', 'midpoint', 'ab2'] as const)(
    'in sound: only its latents and samples change (%s)',
    async (solver) => {
      const before = await run(v2a(3.3, { solver }));
      const keep = { latents: before.result.latents, spans: [{ start: 1.3, end: 1.7 }] };
      const after = await run({ ...v2a(3.3, { solver, seed: 6 }), keep });
      expect(changed(before.result.latents, after.result.latents, grid.audioChannels)).toEqual(range(10, 14));
      if (before.result.task !== 'v2a' || after.result.task !== 'v2a') throw new Error('wrong task');
      const samples = changed(before.result.samples, after.result.samples, 1);
      expect(samples[0]).toBeGreaterThanOrEqual(10 * grid.samplesPerLatent);
      expect(samples.at(-1)).toBeLessThan(14 * grid.samplesPerLatent);
      // Not all: where both sounds reach the limiter, they are equal by chance.
      expect(samples.length).toBeGreaterThan(2 * grid.samplesPerLatent);
      // The caller's latents are still there, and the same request gives the same result.
      expect(keep.latents).toEqual(before.result.latents);
      expect((await run({ ...v2a(3.3, { solver, seed: 6 }), keep })).result).toMatchObject({
        latents: after.result.latents,
      });
    },
  );

  test('in pictures: only its frames change; several spans, one to the end', async () => {
    const before = await run(a2v(3.3));
    const spans = [
      { start: 0.6, end: 0.7 },
      { start: 3, end: 3.3 },
    ];
    const after = await run({ ...a2v(3.3, { seed: 6 }), keep: { latents: before.result.latents, spans } });
    const latents = changed(before.result.latents, after.result.latents, videoStride);
    // The padding behind the clip goes along with its end.
    expect(latents).toEqual([2, ...range(12, before.result.latents.length / videoStride)]);
    if (before.result.task !== 'a2v' || after.result.task !== 'a2v') throw new Error('wrong task');
    const frameBytes = grid.outputFrameSize ** 2 * 3;
    const frames = changed(Float32Array.from(before.result.rgb), Float32Array.from(after.result.rgb), frameBytes);
    for (const frame of frames) expect([4, 5, 24, 25, 26]).toContain(frame);
    expect(frames.length).toBeGreaterThan(0);
  });

  test('the kept part is shown to the networks on its own path, so that the new part can follow it', async () => {
    const before = await run(v2a(1));
    const seen: Float32Array[] = [];
    const keep = { latents: before.result.latents, spans: [{ start: 0, end: 0.5 }] };
    const request = { ...v2a(1, { seed: 6, guidanceAv: 0 }), keep };
    await run(request, {
      onInput: (graph, inputs) => void (graph === 'audio-embed' && seen.push(inputs.x ?? new Float32Array())),
    });
    const noise = gaussianNoise(6, 'audio', latents);
    expect(seen).toHaveLength(4);
    seen.forEach((x, step) => {
      for (let i = latents / 2; i < latents; i++) {
        const t = step / 4;
        expect(x[i]).toBeCloseTo((1 - t) * (noise[i] ?? NaN) + t * (keep.latents[i] ?? NaN), 5);
      }
    });
  });

  test('windows that hold nothing new are not run, and only what is new is decoded', async () => {
    const before = await run(v2a(60));
    if (before.result.task !== 'v2a') throw new Error('wrong task');
    const keep = { ...before.result, spans: [{ start: 30.1, end: 30.2 }] };
    const { result, runs, log } = await run({ ...v2a(60, { seed: 6 }), keep });
    // Windows of a second, one every 0.75 s: two of them at most hold a moment.
    const windows = runs('audio-embed').reduce((sum, batch) => sum + batch, 0);
    expect(windows).toBeLessThanOrEqual(2 * settings.steps);
    expect(log.filter(({ graph }) => graph === 'audio-decoder')).toHaveLength(1);
    // What is new is what all windows, and a decoder of the whole, would have made.
    const whole = await run({ ...v2a(60, { seed: 6 }), keep: { ...keep, spans: [{ start: 0, end: 60 }] } });
    const [from, to] = [Math.floor(30.1 * 8), Math.ceil(30.2 * 8)];
    for (let i = from * grid.audioChannels; i < to * grid.audioChannels; i++) {
      expect(result.latents[i]).toBeCloseTo(whole.result.latents[i] ?? NaN, 5);
    }
  });

  test('earlier samples that are given stay exactly, and are not decoded again', async () => {
    const before = await run(v2a(2));
    const samples = new Float32Array(2 * grid.sampleRate).fill(0.125);
    const keep = { latents: before.result.latents, spans: [{ start: 1, end: 2 }], samples };
    const { result, runs } = await run({ ...v2a(2, { seed: 6 }), keep });
    if (result.task !== 'v2a') throw new Error('wrong task');
    expect(result.samples.slice(0, grid.sampleRate)).toEqual(samples.slice(0, grid.sampleRate));
    expect(result.samples[2 * grid.sampleRate - 1]).not.toBe(0.125);
    expect(runs('audio-decoder')).toHaveLength(1);
    const { runs: both, progress } = await run({ ...v2a(2), keep: { ...keep, samples: undefined } });
    expect(both('audio-decoder')).toHaveLength(2);
    const steps = progress.filter((p) => p.kind === 'generate' && p.stage === 'decode');
    expect(steps.map((p) => (p.kind === 'generate' ? `${p.step}/${p.steps}` : ''))).toEqual(['0/2', '1/2', '2/2']);
  });

  test('latents of another length, task or take are refused, and so are spans that are none', async () => {
    const { latents } = (await run(v2a(2))).result;
    const spans = [{ start: 0, end: 1 }];
    await expect(run({ ...v2a(3), keep: { latents, spans } })).rejects.toMatchObject({ code: 'keep-mismatch' });
    await expect(run({ ...a2v(2), keep: { latents, spans } })).rejects.toMatchObject({ code: 'keep-mismatch' });
    const broken = latents.map((value, i) => (i === 3 ? NaN : value));
    await expect(run({ ...v2a(2), keep: { latents: broken, spans } })).rejects.toMatchObject({ code: 'keep-mismatch' });
    const samples = new Float32Array(5);
    await expect(run({ ...v2a(2), keep: { latents, spans, samples } })).rejects.toMatchObject({
      code: 'keep-mismatch',
    });
    for (const bad of [[], [{ start: 1, end: 1 }], [{ start: 2, end: 3 }], [{ start: NaN, end: 1 }]]) {
      await expect(run({ ...v2a(2), keep: { latents, spans: bad } })).rejects.toMatchObject({ code: 'internal' });
    }
  });
});

describe('more like this', () => {
  test('the noise moves as far as it is told, and nothing else changes', async () => {
    const base = (await run(v2a(2))).result.latents;
    const varied = (await run(v2a(2, { variations: [{ seed: 9, amount: 0.3 }] }))).result.latents;
    const a = gaussianNoise(settings.seed, 'audio', base.length);
    const b = gaussianNoise(9, 'audio', base.length);
    // The velocity does not depend on the latents here, so that the results differ as their noises do.
    varied.forEach((value, i) => {
      const noise = Math.sqrt(1 - 0.09) * (a[i] ?? NaN) + 0.3 * (b[i] ?? NaN);
      expect(value - (base[i] ?? NaN)).toBeCloseTo(noise - (a[i] ?? NaN), 4);
    });
  });

  test('is refused out of range', async () => {
    for (const variation of [
      { seed: 1, amount: 1.5 },
      { seed: 1, amount: NaN },
      { seed: 0.5, amount: 0.5 },
    ]) {
      await expect(run(v2a(1, { variations: [variation] }))).rejects.toMatchObject({ code: 'internal' });
    }
  });
});

describe('previews', () => {
  const previews = (progress: readonly EngineProgress[]) => progress.filter((p) => p.kind === 'preview');

  test('of pictures: frames of the clean estimate, spread over the clip, never of the last step', async () => {
    const { progress, result } = await run({ ...a2v(3, { guidanceAv: 0 }), previewEvery: 1 });
    const seen = previews(progress);
    expect(seen.map(({ step, steps }) => `${step}/${steps}`)).toEqual(['1/4', '2/4', '3/4']);
    if (result.task !== 'a2v') throw new Error('wrong task');
    const frameBytes = result.size ** 2 * 3;
    for (const preview of seen) {
      if (preview.task !== 'a2v') throw new Error('wrong task');
      expect(preview.frames.length).toBe(preview.count * frameBytes);
      expect(preview.times).toHaveLength(preview.count);
      preview.times.forEach((time, i) => {
        // The velocity is constant, so that the estimate is the result from the first step on.
        const frame = Math.round(time * result.fps);
        const want = result.rgb.subarray(frame * frameBytes, (frame + 1) * frameBytes);
        const got = preview.frames.subarray(i * frameBytes, (i + 1) * frameBytes);
        got.forEach((byte, k) => expect(Math.abs(byte - (want[k] ?? NaN))).toBeLessThanOrEqual(1));
      });
    }
  });

  test('of sound: its outline', async () => {
    const { progress } = await run({ ...v2a(3, { steps: 5 }), previewEvery: 2 });
    const seen = previews(progress);
    expect(seen.map(({ step }) => step)).toEqual([2, 4]);
    for (const preview of seen) {
      if (preview.task !== 'v2a') throw new Error('wrong task');
      expect(preview.peaks).toHaveLength(120);
      expect(Math.max(...preview.peaks)).toBeGreaterThan(0.1);
      expect(preview.peaks.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });

  test('none unless they are asked for, and not in steps that are none', async () => {
    expect(previews((await run(a2v(1))).progress)).toEqual([]);
    for (const previewEvery of [0, 1.5, NaN]) {
      await expect(run({ ...a2v(1), previewEvery })).rejects.toMatchObject({ code: 'internal' });
    }
  });

  test('change nothing of the result, and a cancel during one stops it', async () => {
    const plain = await run(a2v(2));
    const shown = await run({ ...a2v(2), previewEvery: 1 });
    expect(shown.result.latents).toEqual(plain.result.latents);
    const abort = new AbortController();
    const after: string[] = [];
    const onRun = (name: string) => {
      if (abort.signal.aborted) after.push(name);
      if (name === 'video-decoder') abort.abort();
    };
    const request = { ...a2v(2), previewEvery: 1 };
    await expect(run(request, { onRun }, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(after).toEqual([]);
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
  const text = { ...manifest.text, vocabulary: [...manifest.text.vocabulary, 'silence'] };
  const speaking = testManifest({ text: { ...text, silence: 'silence' } });
  const first = (decode: number) => decode === 0;

  test('is followed by a second one, guided away from silence, and says so', async () => {
    const { result, runs } = await run(v2a(1, { guidanceText: 2 }), { mute: first }, undefined, speaking);
    expect(runs('audio-decoder')).toHaveLength(2);
    // Text guidance of 6 against "silence", the last word.
    const silence = speaking.text.vocabulary.length;
    const velocity = (6 - 1) * (0 - silence) + 2 * conditioningMean(0.6, videoValues, 0.75);
    const noise = gaussianNoise(settings.seed, 'audio', latents);
    noise.forEach((value, i) => expect(result.latents[i]).toBeCloseTo(value + velocity, 3));
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
