import { expect, test } from 'vitest';
import { decodeVideo } from './codecs.ts';
import { createFakeRunner } from './testing/fake-runner.ts';
import { testManifest } from '../model/testing/manifest.ts';

const manifest = testManifest();
const { grid, roles } = manifest;
const stride = grid.videoLatentSize ** 2 * grid.videoChannels;
const signal = new AbortController().signal;

/** Which latents each run of the decoder saw; latent k holds k throughout. */
async function seen(count: number, frames: number) {
  const latents = Float32Array.from({ length: count * stride }, (_, i) => Math.floor(i / stride) / 100);
  const runs: number[][] = [];
  const runner = createFakeRunner(manifest, {
    onInput: (graph, inputs) => {
      if (graph !== roles.videoDecoder) throw new Error(`${graph} has no part in this`);
      const values = inputs['latents'] ?? new Float32Array();
      runs.push(
        Array.from({ length: values.length / stride }, (_, i) => Math.round((values[i * stride] ?? NaN) * 100)),
      );
    },
  });
  const rgb = await decodeVideo({ runner, manifest, signal, onChunk: () => undefined }, latents, frames);
  return { runs, rgb };
}

test('chunks of pictures are decoded beside their neighbours, and still beyond both ends', async () => {
  const { runs } = await seen(11, 22);
  expect(runs).toEqual([
    [0, 0, 1, 2, 3, 4, 5, 6, 7, 8],
    [7, 8, 9, 10, 10],
  ]);
});

test('what is context makes no pictures of its own, and padding is seen but not decoded', async () => {
  const { runs, rgb } = await seen(4, 3);
  expect(runs).toEqual([[0, 0, 1, 2]]);
  const frame = 3 * grid.outputFrameSize ** 2;
  expect(rgb.length).toBe(3 * frame);
  // The decoder of the tests shows the value of a latent: 0 and 0.01 in -1..1.
  expect([rgb[0], rgb[2 * frame]]).toEqual([0, 0.01].map((value) => Math.round((value + 1) * 127.5)));
});

test('a latent alone stands still', async () => {
  expect((await seen(1, 2)).runs).toEqual([[0, 0, 0]]);
});
