import { expect, test } from 'vitest';
import { planWindows } from '../sampler/windows.ts';
import { readTiming } from './codecs.ts';
import { TIMING_VALUES } from './networks.ts';
import { generate } from './pipeline.ts';
import type { GenerateRequest, SamplerSettings } from './protocol.ts';
import { createFakeRunner } from './testing/fake-runner.ts';
import { testManifest } from '../model/testing/manifest.ts';

const timing = { encoder: 'watcher', blocks: ['tell-0', 'tell-1', 'tell-2'] };
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

function v2a(change: Partial<SamplerSettings> = {}, duration = 1): GenerateRequest {
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
  const values = grid.audioLatents * TIMING_VALUES;
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
