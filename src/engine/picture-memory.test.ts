import { expect, test } from 'vitest';
import { byteLength } from '../dsp/frames.ts';
import { testManifest, testTiming } from '../model/testing/manifest.ts';
import { TRACK_VALUES } from '../timing/track.ts';
import { readClipTiming } from './clip-timing.ts';
import { createPictureMemory } from './picture-memory.ts';
import { generate } from './pipeline.ts';
import type { SamplerSettings, VideoToAudioRequest } from './protocol.ts';
import { createFakeRunner } from './testing/fake-runner.ts';

const manifest = testManifest({ timing: testTiming, tagger: { graph: 'tagger', seenAbove: 0.5 } });
const { grid } = manifest;
const frameBytes = grid.frameSize ** 2 * 3;
const signal = new AbortController().signal;
const WATCHING = ['video-encoder', 'watcher', 'tagger'];

function request(change: Partial<SamplerSettings> = {}, grey = 204, duration = 2.5): VideoToAudioRequest {
  const count = Math.ceil(duration * grid.fps);
  const settings = { ...manifest.sampler.v2a, seed: 5, prompt: '', negative: '', ...change };
  return { task: 'v2a', rgb: new Uint8Array(count * frameBytes).fill(grey), count, duration, settings };
}

/** An engine that remembers pictures, and which graphs each call ran. */
function remembering() {
  const runner = createFakeRunner(manifest, { sees: (word, mean) => (word === 1 ? mean : -5) });
  const context = { runner, manifest, signal, onProgress: () => undefined, pictures: createPictureMemory() };
  const ran = async <T>(work: () => Promise<T>) => {
    const before = runner.log.length;
    const result = await work();
    const graphs = runner.log.slice(before).map(({ graph }) => graph);
    return { result, watched: WATCHING.filter((graph) => graphs.includes(graph)) };
  };
  return { context, ran, make: (wanted: VideoToAudioRequest) => ran(() => generate(context, wanted)) };
}

test('one picture is encoded, watched and named once, and every take is the one that it would be anyway', async () => {
  const { make } = remembering();
  const first = await make(request());
  expect(first.watched).toEqual(WATCHING);
  for (const change of [{ seed: 6 }, { negative: 'splash' }, { guidanceText: 3 }, { fusionSet: 'v2a' }]) {
    const again = await make(request(change));
    expect(again.watched).toEqual([]);
    const alone = await remembering().make(request(change));
    expect(again.result.latents).toEqual(alone.result.latents);
    expect(again.result.understood).toEqual(alone.result.understood);
  }
});

test('other Fusion Blocks may see other words', async () => {
  const { make } = remembering();
  await make(request());
  expect((await make(request({ fusionSet: 'joint' }))).watched).toEqual(['tagger']);
});

test('another picture, or more of it, is seen anew', async () => {
  const { make } = remembering();
  await make(request());
  const other = await make(request({}, 100));
  expect(other.watched).toEqual(WATCHING);
  expect(other.result.latents).toEqual((await remembering().make(request({}, 100))).result.latents);
  expect((await make(request({}, 100, 3.5))).watched).toEqual(WATCHING);
  const rgb = new Uint8Array(byteLength(request({}, 100, 3.5).rgb)).fill(100);
  rgb[rgb.length - 1] = 101;
  const changed = { ...request({}, 100, 3.5), rgb };
  expect((await make(changed)).watched).toEqual(WATCHING);
  // Whatever holds the bytes.
  const held = await make({ ...changed, rgb: new Blob([rgb]) });
  expect(held.watched).toEqual([]);
  expect(held.result.latents).toEqual((await remembering().make(changed)).result.latents);
});

test('what was read is told, and the reading that was handed out may be changed', async () => {
  const { context, ran, make } = remembering();
  for (const duration of [1, 2.5]) {
    const { rgb, count } = request({}, 90, duration);
    const read = await ran(() => readClipTiming(context, { rgb, count, duration }));
    expect(read.watched).toEqual(['watcher']);
    read.result.fill(7);
    const made = await make(request({}, 90, duration));
    expect(made.watched).toEqual(['video-encoder', 'tagger']);
    expect(made.result.latents).toEqual((await remembering().make(request({}, 90, duration))).result.latents);
    expect((await ran(() => readClipTiming(context, { rgb, count, duration }))).watched).toEqual([]);
  }
});

test('a timing that a person set needs no reading', async () => {
  const { make } = remembering();
  const set = { ...request(), timing: new Float32Array(2.5 * grid.audioLatents * TRACK_VALUES) };
  const made = await make(set);
  expect(made.watched).toEqual(['video-encoder', 'tagger']);
  expect((await make({ ...set, rgb: request().rgb })).watched).toEqual([]);
});
