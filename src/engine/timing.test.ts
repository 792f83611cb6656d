import { describe, expect, test } from 'vitest';
import { planWindows } from '../sampler/windows.ts';
import { directingOf, trackOf } from '../model/directing.ts';
import { readClipTiming } from './clip-timing.ts';
import { readTiming } from './codecs.ts';
import { TRACK_VALUES } from '../timing/track.ts';
import { generate } from './pipeline.ts';
import type { EngineProgress, GenerateRequest, SamplerSettings, VideoToAudioRequest } from './protocol.ts';
import { createFakeRunner } from './testing/fake-runner.ts';
import { testManifest, testTiming as timing } from '../model/testing/manifest.ts';

const watches = testManifest({ timing });
const blind = testManifest();
const { grid } = watches;
const frameBytes = grid.frameSize ** 2 * 3;
const signal = new AbortController().signal;

/** A clip in which frame k is of the grey level k. */
function frames(count: number) {
  return Uint8Array.from({ length: count * frameBytes }, (_, i) => Math.floor(i / frameBytes));
}

async function run(pack: typeof watches, request: GenerateRequest) {
  const runner = createFakeRunner(pack);
  const result = await generate({ runner, manifest: pack, signal, onProgress: () => undefined }, request);
  expect(runner.live.size).toBe(0);
  const runs = (graph: string) => runner.log.filter((entry) => entry.graph === graph);
  return { latents: result.latents, runs };
}

function v2a(change: Partial<SamplerSettings> = {}, duration = 1): VideoToAudioRequest {
  const settings = { ...watches.sampler.v2a, seed: 5, prompt: '', negative: '', ...change };
  const count = Math.ceil(duration * grid.fps);
  return { task: 'v2a', rgb: new Uint8Array(count * frameBytes).fill(204), count, duration, settings };
}

test('every window is watched by itself', async () => {
  const plan = planWindows(grid, 2.5);
  expect(plan.starts.length).toBeGreaterThan(2);
  const count = plan.totalUnits * plan.videoPerUnit * grid.framesPerLatent;
  const runner = createFakeRunner(watches);
  const timing = await readTiming({ runner, manifest: watches, signal }, frames(count), plan);
  const values = grid.audioLatents * TRACK_VALUES;
  expect(timing).toHaveLength(plan.starts.length * values);
  plan.starts.forEach((start, window) => {
    const first = start * plan.videoPerUnit * grid.framesPerLatent;
    const mean = (first + (grid.frames - 1) / 2) / 127.5 - 1;
    expect(timing?.[window * values]).toBeCloseTo(mean, 5);
  });
  expect(runner.live.size).toBe(0);
});

test('sound is told the timing before every segment', async () => {
  const told = await run(watches, v2a());
  const untold = await run(blind, v2a());
  // 204 is 0.6 in -1..1; a constant velocity of three blocks, over a path of length 1.
  untold.latents.forEach((value, i) => expect(told.latents[i]).toBeCloseTo(value + 3 * 0.6, 4));
  expect(told.runs('watcher')).toHaveLength(1);
  expect(told.runs('tell-2')).toHaveLength(watches.sampler.v2a.steps);

  // The branch without a picture is not told: its share makes the difference larger.
  const guidance = { prompt: 'wood', guidanceAv: 2 };
  const guided = await run(watches, v2a(guidance));
  const without = await run(blind, v2a(guidance));
  without.latents.forEach((value, i) => expect(guided.latents[i]).toBeCloseTo(value + 2 * 3 * 0.6, 3));
});

test('the level of the sound follows the reading of its own window, if the pack says how', async () => {
  const level = {
    share: 1,
    until: 1,
    onsetBias: -100,
    quietLevel: 0,
    continuousLevel: 1,
    silence: 10,
    gain: 0,
    slope: 1,
    middle: 0,
  };
  const follows = testManifest({ timing: { ...timing, level } });
  const told = (await run(watches, v2a({}, 6))).latents;
  const followed = (await run(follows, v2a({}, 6))).latents;
  // All the way at every step: the path ends where it was drawn to. What is not the level goes its own way.
  followed.forEach((value, i) => {
    expect(value).toBeCloseTo(i % grid.audioChannels === 0 ? 10 : (told[i] ?? NaN), 3);
  });
  const settled = testManifest({ timing: { ...timing, level: { ...level, until: 0 } } });
  expect((await run(settled, v2a({}, 6))).latents).toEqual(told);
});

test('where words are exaggerated it is not told', async () => {
  const words = { prompt: 'wood', guidanceText: 3 };
  const made = await run(watches, v2a(words));
  expect(made.latents).toEqual((await run(blind, v2a(words))).latents);
  expect(made.runs('tell-0')).toEqual([]);
  // Nothing is exaggerated where there are no words.
  expect((await run(watches, v2a({ guidanceText: 3 }))).runs('tell-0')).toHaveLength(watches.sampler.v2a.steps);
});

test('windows that run together are told their own', async () => {
  const { runs } = await run(watches, v2a({}, 6));
  const windows = planWindows(grid, 6).starts.length;
  expect(runs('watcher')).toHaveLength(windows);
  expect(
    runs('tell-0')
      .slice(0, 2)
      .reduce((sum, { batch }) => sum + batch, 0),
  ).toBe(windows);
});

test('pictures are made without, and so is sound in a pack that does not read it', async () => {
  const settings = { ...watches.sampler.a2v, seed: 5, prompt: '', negative: '' };
  const samples = new Float32Array(grid.sampleRate).fill(0.25);
  const { runs } = await run(watches, { task: 'a2v', samples, duration: 1, settings });
  expect([...runs('watcher'), ...runs('tell-0')]).toEqual([]);
  const plan = planWindows(grid, 1);
  expect(
    await readTiming({ runner: createFakeRunner(blind), manifest: blind, signal }, frames(8), plan),
  ).toBeUndefined();
});

describe('the timing of a clip', () => {
  async function read(count: number, duration: number, pack = watches) {
    const runner = createFakeRunner(pack);
    const progress: EngineProgress[] = [];
    const context = { runner, manifest: pack, signal, onProgress: (p: EngineProgress) => void progress.push(p) };
    const track = await readClipTiming(context, { rgb: frames(count), count, duration });
    expect(runner.live.size).toBe(0);
    return { track, progress };
  }

  test('is read over the padded clip, its windows joined by their weights', async () => {
    const { track, progress } = await read(20, 2.5);
    const plan = planWindows(grid, 2.5);
    expect(track).toHaveLength(plan.totalUnits * plan.audioPerUnit * TRACK_VALUES);
    // Each window reads the mean of its frames; at the clip's ends only one of them counts.
    const mean = (first: number) => (first + (grid.frames - 1) / 2) / 127.5 - 1;
    expect(track[0]).toBeCloseTo(mean(0), 5);
    // The second of windows of 8 latents, one every 6: beside the first it counts one and a half in eight.
    const at = 6 * TRACK_VALUES;
    expect(track[at]).toBeCloseTo((1.5 * mean(0) + 0.5 * mean(6)) / 2, 5);
    const done = progress.map((p) => (p.kind === 'generate' && p.stage === 'encode' ? `${p.step}/${p.steps}` : p.kind));
    expect(done).toEqual(plan.starts.map((_, i) => `${i}/${plan.starts.length}`).concat('3/3'));
  });

  test('is not read of what is no picture, or by a pack that cannot', async () => {
    await expect(read(8, 0)).rejects.toMatchObject({ code: 'internal' });
    await expect(read(8, 1, blind)).rejects.toMatchObject({ code: 'timing-missing' });
  });
});

describe('a person who sets the timing', () => {
  const told = (change: Partial<SamplerSettings>, duration: number, value: (latent: number) => number) => {
    const { totalUnits, audioPerUnit } = planWindows(grid, duration);
    const track = Float32Array.from({ length: totalUnits * audioPerUnit * TRACK_VALUES }, (_, i) =>
      value(Math.floor(i / TRACK_VALUES)),
    );
    return { ...v2a(change, duration), timing: track };
  };

  test('is obeyed in place of the picture, which is not watched', async () => {
    const made = await run(
      watches,
      told({}, 1, () => 0.25),
    );
    const untold = await run(blind, v2a());
    untold.latents.forEach((value, i) => expect(made.latents[i]).toBeCloseTo(value + 3 * 0.25, 4));
    expect(made.runs('watcher')).toEqual([]);
    expect(made.runs('tell-2')).toHaveLength(watches.sampler.v2a.steps);
  });

  test('is obeyed under words, too', async () => {
    const words = { prompt: 'wood', guidanceText: 3 };
    // Hits everywhere: words count everywhere.
    const made = await run(
      watches,
      told(words, 1, () => 20),
    );
    const untold = await run(blind, v2a(words));
    untold.latents.forEach((value, i) => expect(made.latents[i]).toBeCloseTo(value + 3 * 20, 4));
  });

  test('is heard in the windows that it was set in', async () => {
    const { latents } = await run(
      watches,
      told({}, 2.5, (latent) => (latent < 8 ? 1 : 0)),
    );
    const { latents: plain } = await run(
      watches,
      told({}, 2.5, () => 0),
    );
    expect((latents[0] ?? NaN) - (plain[0] ?? NaN)).toBeCloseTo(3, 4);
    expect(latents.at(-1)).toBeCloseTo(plain.at(-1) ?? NaN, 4);
  });

  test('is refused what does not fit the clip or the pack', async () => {
    const good = told({}, 1, () => 0);
    for (const timing of [good.timing.slice(2), good.timing.map(() => NaN)]) {
      await expect(run(watches, { ...good, timing })).rejects.toMatchObject({ code: 'internal' });
    }
    await expect(run(blind, good)).rejects.toMatchObject({ code: 'timing-missing' });
  });

  test('and nothing in it gets silence: no second attempt, unless there is something to be heard', async () => {
    const { vocabulary, ...text } = watches.text;
    const pack = testManifest({
      timing,
      text: { ...text, vocabulary: [...vocabulary, 'silence'], silence: 'silence' },
    });
    const directing = directingOf(pack);
    if (!directing) throw new Error('The pack takes no timing.');
    const attempts = async (hits: readonly number[]) => {
      const runner = createFakeRunner(pack, { mute: () => true });
      const set = { hits: hits.map((time) => ({ time, strength: 0.5 })), level: [] };
      const request = { ...v2a(), timing: trackOf(directing, set, { start: 7, duration: 1 }) };
      const result = await generate({ runner, manifest: pack, signal, onProgress: () => undefined }, request);
      return [
        runner.log.filter(({ graph }) => graph === 'audio-decoder').length,
        result.notices.map(({ code }) => code),
      ];
    };
    expect(await attempts([])).toEqual([1, []]);
    expect(await attempts([6.9, 8.1])).toEqual([1, []]);
    expect(await attempts([7.5])).toEqual([2, ['still-silent']]);
  });
});
