/**
 * Exports whose picture is copied, by the browser and by ffmpeg: both keep every packet, its time and what the file says of
 * it, and put the sound where it belongs. What comes out is opened again with the system's ffmpeg and by the app itself.
 */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { median } from '../scripts/lib/statistics.mjs';
import type { VideoContainer } from '../src/media/types.ts';
import { largestDistance, type MediaCalls, offsetOf, save, SYNC } from './harness/media-calls.ts';
import { FIXTURES, openHarness, serveHarness, setFile, shareMediaPage } from './harness/media-page.ts';
import { flashTimes, onsetTimes, pictures, probeFile, videoMd5 } from './harness/reopen.ts';
import { BENCH, longUnless, note } from './harness/sets.ts';

let page: Page;
let media: MediaCalls;
shareMediaPage((shared) => ({ page, media } = shared));

const fixture = (name: string) => join(FIXTURES, name);

/** What of an export is due to which path. */
const PATHS = ['browser', 'ffmpeg'] as const;
const CODED = { browser: { mp4: 'aac', webm: 'opus' }, ffmpeg: { mp4: 'aac', webm: 'vorbis' } } as const;

async function by<T>(path: (typeof PATHS)[number], work: () => Promise<T>): Promise<T> {
  await page.evaluate((alone) => window.mediaHarness.leaveToFfmpeg(alone), path === 'ffmpeg');
  try {
    return await work();
  } finally {
    await page.evaluate(() => window.mediaHarness.leaveToFfmpeg(false));
  }
}

const REPRESENTATIVES = new Set(['late-picture.mp4', 'edit-list.mp4', 'vp8.webm']);

for (const [name, container] of [
  ['flash-15.mp4', 'mp4'],
  ['flash-21.5.mp4', 'mp4'],
  ['flash-24.6.mp4', 'mp4'],
  ['flash-29.97.mp4', 'mp4'],
  ['flash-vfr.mp4', 'mp4'],
  ['flash-vfr.mkv', 'mp4'],
  ['late-picture.mp4', 'mp4'],
  ['late-sound.mp4', 'mp4'],
  ['edit-list.mp4', 'mp4'],
  ['beeps.mp4', 'mp4'],
  ['vp9-picture-only.webm', 'mp4'],
  ['vp9-picture-only.webm', 'webm'],
  ['vp8.webm', 'webm'],
  ['live.webm', 'webm'],
] as const satisfies readonly (readonly [string, VideoContainer])[]) {
  for (const path of PATHS) {
    const title = `${name} as ${container} by ${path}: every packet at its time, the sound within 20 ms of it`;
    test(title, longUnless(path === 'browser' && REPRESENTATIVES.has(name)), async () => {
      const source = pictures(fixture(name), 'zero-based');
      const flashes = flashTimes(source);
      await setFile(page, name);
      const { bytes, notices } = await by(path, async () => {
        const { duration } = await media.probe();
        return media.exportVideo({ beeps: flashes, seconds: duration, channels: 2 }, { container });
      });
      expect(notices).toEqual([]);
      const out = save(test.info(), `export.${container}`, bytes);
      const { streams } = probeFile(out);
      // Which coder it was tells which path was taken.
      expect(streams.find(({ codec_type }) => codec_type === 'audio')?.codec_name).toBe(CODED[path][container]);
      expect(videoMd5(out)).toBe(videoMd5(fixture(name)));
      const times = (list: typeof source) => list.map(({ time }) => time);
      expect(largestDistance(times(source), times(pictures(out, 'own')))).toBeLessThan(
        container === 'webm' ? 4e-3 : 1e-3,
      );
      const offset = offsetOf(out, flashes);
      test.info().annotations.push({ type: 'offset', description: `${(1000 * offset).toFixed(2)} ms` });
      expect(offset).toBeLessThan(SYNC);
      // The app reads its own export as everybody else does.
      await setFile(page, out);
      for (const reader of PATHS) {
        const [heard] = await by(reader, () => media.audio(48_000, { channels: 2 }));
        expect(largestDistance(flashes, onsetTimes(heard!, 48_000)), reader).toBeLessThan(SYNC);
      }
    });
  }
}

/** What a file says of its picture besides the packets. */
function statedBy(path: string) {
  const args = ['-v', 'error', '-select_streams', 'V:0', '-show_streams', '-of', 'json', path];
  const { streams } = JSON.parse(execFileSync('ffprobe', args, { encoding: 'utf8' })) as {
    streams: Record<string, unknown>[];
  };
  const { codec_name, width, height, sample_aspect_ratio, color_range, color_space, color_primaries, color_transfer } =
    streams[0]!;
  const turn = (streams[0]!['side_data_list'] as { rotation?: number }[] | undefined)?.find(
    ({ rotation }) => rotation !== undefined,
  );
  return { codec_name, width, height, sample_aspect_ratio, color_range, color_space, color_primaries, color_transfer, turn: turn?.rotation }; // prettier-ignore
}

test.describe('what the source says of its picture survives', () => {
  const moving = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=2', '-pix_fmt', 'yuv420p'];
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];
  const bt709 = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'];
  for (const [what, name, args] of [
    ['BT.709', 'bt709.mp4', [...bt709, ...h264]],
    ['BT.709 in VP9', 'bt709.webm', [...bt709, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8']],
    ['full range', 'full.mp4', ['-color_range', 'pc', ...h264]],
    ['pixels that are not square', 'anamorphic.mp4', ['-vf', 'setsar=4/3', ...h264]],
    ['fragments', 'fragments.mp4', [...h264, '-movflags', 'frag_keyframe+empty_moov', '-g', '10']],
    ['a turn', 'rotated-90.mp4', undefined],
  ] as const) {
    test(what, longUnless(what === 'pixels that are not square' || what === 'a turn'), async () => {
      const path = args === undefined ? fixture(name) : test.info().outputPath(name);
      if (args !== undefined) execFileSync('ffmpeg', ['-v', 'error', '-y', ...moving, ...args, path]);
      await setFile(page, path);
      const container = name.endsWith('.webm') ? 'webm' : 'mp4';
      const { bytes, notices } = await media.exportVideo({ beeps: [1], seconds: 2 }, { container });
      expect(notices).toEqual([]);
      const out = save(test.info(), `export.${container}`, bytes);
      expect(statedBy(out)).toEqual(statedBy(path));
      expect(videoMd5(out)).toBe(videoMd5(path));
    });
  }
});

test('an MP4 is opened, looked through, dubbed and exported without a byte of ffmpeg, and so is a sound', async ({
  page: own,
  context,
}) => {
  const { url, server } = await serveHarness();
  const fetched: string[] = [];
  context.on('request', (request) => fetched.push(request.url()));
  // The development server serves the core's address as a script of its own, behind a question mark.
  // Which says why, if there are any.
  const said: string[] = [];
  own.on('console', (message) => said.push(message.text()));
  const core = () => fetched.filter((address) => /ffmpeg-core[\w-]*\.(js|wasm)$/.test(address));
  await openHarness(own, url);
  await setFile(own, 'flash-29.97.mp4');
  const outcomes = await own.evaluate(async () => [
    (await window.mediaHarness.survey()).error,
    (await window.mediaHarness.exportVideo({ beeps: [1], seconds: 5 })).error,
    (await window.mediaHarness.exportSound({ beeps: [1], seconds: 2 }, 'm4a')).error,
    (await window.mediaHarness.exportSound({ beeps: [1], seconds: 2 }, 'wav')).error,
  ]);
  expect(outcomes).toEqual([undefined, undefined, undefined, undefined]);
  expect(said.filter((line) => line.startsWith('ffmpeg '))).toEqual([]);
  expect(core()).toEqual([]);
  // What has to be coded again is still ffmpeg's, within the call.
  const again = await own.evaluate(() =>
    window.mediaHarness.exportVideo({ beeps: [1], seconds: 5 }, { container: 'webm' }),
  );
  expect(again.notices.map(({ code }) => code)).toEqual(['video-reencoded']);
  expect(core()).not.toEqual([]);
  await server.close();
});

test('an export with its picture copied against native ffmpeg, by the clock', BENCH, async () => {
  const path = test.info().outputPath('720p.mp4');
  const picture = 'testsrc2=s=1280x720:r=30:d=10,noise=alls=12:allf=t';
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '4M', '-pix_fmt', 'yuv420p', path]); // prettier-ignore
  const wav = test.info().outputPath('sound.wav');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'anoisesrc=d=10:r=48000:a=0.05', '-ac', '2', wav]);
  const out = test.info().outputPath('native.mp4');
  await setFile(page, path);
  const wanted = { beeps: [1, 4, 7], seconds: 10, sampleRate: 48_000, channels: 2 as const, noise: 0.05 };
  const [native, ours, theirs]: [number[], number[], number[]] = [[], [], []];
  for (let n = 0; n < 5; n++) {
    const from = performance.now();
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', path, '-i', wav, '-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'aac', '-b:a', '256k', '-movflags', '+faststart', out]); // prettier-ignore
    native.push(performance.now() - from);
    for (const [reader, times] of [
      ['browser', ours],
      ['ffmpeg', theirs],
    ] as const) {
      await by(reader, async () => {
        const { milliseconds } = await page.evaluate((sound) => window.mediaHarness.exportVideo(sound), wanted);
        times.push(milliseconds);
      });
    }
  }
  note('native ffmpeg, picture copied, AAC', median(native), 'ms');
  note('browser: the same export', median(ours), 'ms');
  note('browser: against native', median(ours) / median(native), 'x', 2);
  note('ffmpeg.wasm: against native', median(theirs) / median(native), 'x', 2);
});
