/**
 * The media layer in a real browser, on real files. What comes out is opened again with the system's ffmpeg and measured.
 * Fixtures: scripts/fixtures.mjs.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import {
  brightness,
  flashFrames as clip,
  GRID_FPS,
  largestDistance,
  litAt,
  type MediaCalls,
  save,
  SYNC,
} from './harness/media-calls.ts';
import { FIXTURES, setFile, shareMediaPage } from './harness/media-page.ts';
import { flashTimes, onsetTimes, pictures, probeFile, sound, videoMd5 } from './harness/reopen.ts';
import { longUnless } from './harness/sets.ts';

let page: Page;
let media: MediaCalls;
shareMediaPage((shared) => ({ page, media } = shared));

/** A file of every kind that has its own way through the media layer; the others run in `npm run test:long`. */
const REPRESENTATIVES = new Set([
  'flash-24.6.mp4',
  'flash-vfr.mkv',
  'late-picture.mp4',
  'edit-list.mp4',
  'stream.mpegts',
  'hevc.mov',
  'vp8.webm',
  'live.webm',
]);

const fixture = (name: string) => join(FIXTURES, name);

test.describe('probe', () => {
  test('reads picture and sound', async () => {
    await setFile(page, 'flash-24.6.mp4');
    const info = await media.probe();
    expect(info.video).toMatchObject({ codec: 'h264', width: 160, height: 120, rotation: 0, fps: 24.6 });
    expect(info.audio).toMatchObject({ codec: 'aac', sampleRate: 44_100, channels: 1 });
    expect(info.duration).toBeCloseTo(5, 1);
  });

  test('a cover is not a picture track', async () => {
    for (const name of ['cover.mp3', 'cover.m4a']) {
      await setFile(page, name);
      const info = await media.probe();
      expect(info.video).toBeUndefined();
      expect(info.audio).toBeDefined();
    }
  });

  test('measures a live recording that states no length', async () => {
    await setFile(page, 'live.webm');
    const info = await media.probe();
    expect(info.duration).toBeCloseTo(3, 1);
  });

  test('takes a file just under ten minutes', async () => {
    await setFile(page, '599-seconds.mp4');
    expect((await media.probe()).duration).toBeCloseTo(599, 1);
  });

  for (const [name, code] of [
    ['empty.mp4', 'empty-file'],
    ['text.mp4', 'not-media'],
    ['cover.jpg', 'not-media'],
    ['truncated-no-index.mp4', 'truncated'],
    ['truncated-data.mp4', 'truncated'],
    ['truncated.mkv', 'truncated'],
    ['truncated.flac', 'truncated'],
    ['damaged.mp4', 'truncated'],
    ['zero-length.wav', 'zero-length'],
    ['601-seconds.mp4', 'too-long'],
    ['av1.mp4', 'unsupported-codec'],
  ] as const) {
    test(`refuses ${name} as ${code}, with a sentence and a remedy`, async () => {
      await setFile(page, name);
      const { error } = await page.evaluate(() => window.mediaHarness.probe());
      expect(error?.code).toBe(code);
      expect(error?.message).toMatch(/^The file .*\.$/);
      expect(error?.remedy).toMatch(/\.$/);
    });
  }

  test('a missing track is refused only by the call that needs it', async () => {
    await setFile(page, 'vp9-picture-only.webm');
    expect((await media.probe()).audio).toBeUndefined();
    expect((await page.evaluate(() => window.mediaHarness.audio(16_000))).error?.code).toBe('no-audio-track');
    await setFile(page, 'sound.wav');
    expect((await media.probe()).video).toBeUndefined();
    expect((await page.evaluate(() => window.mediaHarness.frames(15.625, 64))).error?.code).toBe('no-video-track');
    const muxed = await page.evaluate(() => window.mediaHarness.exportVideo({ beeps: [], seconds: 3 }));
    expect(muxed.error?.code).toBe('no-video-track');
  });
});

test('every bundled sample opens and is what the list says', async () => {
  const folder = join(FIXTURES, '../../../public/samples');
  type Listed = { file: string; title: string; task: 'v2a' | 'a2v'; seconds: number };
  const list = JSON.parse(readFileSync(join(folder, 'samples.json'), 'utf8')) as Listed[];
  expect(list.filter(({ task }) => task === 'v2a').length).toBeGreaterThanOrEqual(4);
  expect(list.filter(({ task }) => task === 'a2v').length).toBeGreaterThanOrEqual(2);
  for (const { file, task, seconds } of list) {
    await setFile(page, join(folder, file));
    const info = await media.probe();
    expect(info.duration).toBeCloseTo(seconds, 2);
    expect(info.video === undefined).toBe(task === 'a2v');
    expect(info.audio === undefined).toBe(task === 'v2a');
  }
});

test.describe('decodeFrames', () => {
  for (const name of [
    'flash-15.mp4',
    'flash-21.5.mp4',
    'flash-24.6.mp4',
    'flash-29.97.mp4',
    'flash-vfr.mp4',
    'flash-vfr.mkv',
    'late-picture.mp4',
    'late-sound.mp4',
    'edit-list.mp4',
    'stream.mpegts',
    'vp8.webm',
    'vp9-picture-only.webm',
    'hevc.mov',
    'msmpeg4.avi',
    'mpeg4.avi',
    'live.webm',
  ]) {
    const title = `${name}: frame k is the picture shown at (k + 0.5) / fps`;
    test(title, longUnless(REPRESENTATIVES.has(name)), async () => {
      await setFile(page, name);
      const { duration } = await media.probe();
      const source = pictures(fixture(name), 'zero-based');
      for (const fps of [GRID_FPS, 31.25]) {
        const { rgb, count } = await media.frames(fps, 16);
        expect(count).toBe(Math.ceil(duration * fps - 1e-3));
        expect(rgb.length).toBe(count * 16 * 16 * 3);
        const lit = Array.from({ length: count }, (_, k) => brightness(rgb, 16, k) > 128);
        expect(lit).toEqual(litAt(source, count, fps));
        expect(lit.includes(true)).toBe(true);
      }
    });
  }

  test('a picture that appears exactly at the middle of a frame is the one shown', async () => {
    const info = test.info();
    // 31.25 fps against 15.625: picture 2k + 1 appears at (k + 0.5) / 15.625 to the microsecond.
    const path = info.outputPath('double.mkv');
    const lit = `mod(floor((n+1)/2)\\,2)`;
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', `color=black:s=64x64:r=125/4:d=2,drawbox=c=white:t=fill:enable='${lit}'`, '-c:v', 'ffv1', '-f', 'nut', path]); // prettier-ignore
    await setFile(page, path);
    const { rgb, count } = await media.frames(GRID_FPS, 8);
    const shown = Array.from({ length: count }, (_, k) => brightness(rgb, 8, k) > 128);
    expect(shown).toEqual(shown.map((_, k) => k % 2 === 0));
  });

  test('picture and sound of a broadcast stream stay together though the sound starts first', async () => {
    const path = test.info().outputPath('late.ts');
    const picture = ['-itsoffset', '0.5', '-i', fixture('flash-15.mp4')];
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...picture, '-i', fixture('beeps.m4a'), '-map', '0:v', '-map', '1:a', '-c', 'copy', '-f', 'mpegts', path]); // prettier-ignore
    await setFile(page, path);
    const flash = (flashTimes(pictures(fixture('flash-15.mp4'), 'zero-based'))[0] ?? 0) + 0.5;
    const lit = await media.lit(100);
    const beep = onsetTimes((await media.audio(16_000))[0]!, 16_000)[0] ?? 0;
    expect(Math.abs(lit.indexOf(true) / 100 - beep - (flash - 0.5))).toBeLessThan(SYNC);
  });

  for (const turn of [90, 180, 270]) {
    const title = `a phone video turned by ${turn} degrees comes out upright and keeps its turn in the export`;
    test(title, longUnless(turn === 90), async () => {
      const info = test.info();
      await setFile(page, `rotated-${turn}.mp4`);
      expect((await media.probe()).video).toMatchObject({ rotation: turn, width: 120, height: 160 });
      const { rgb } = await media.frames(GRID_FPS, 16);
      const colour = (x: number, y: number) => [...rgb.subarray((y * 16 + x) * 3, (y * 16 + x) * 3 + 3)];
      const near = (value: number[], want: number[]) =>
        value.forEach((channel, n) => expect(Math.abs(channel - (want[n] ?? 0))).toBeLessThan(40));
      near(colour(1, 1), [0, 255, 0]);
      near(colour(14, 1), [255, 0, 0]);
      near(colour(1, 14), [0, 0, 255]);
      near(colour(14, 14), [0, 0, 255]);

      const out = save(info, 'turned.mp4', (await media.exportVideo({ beeps: [0.5], seconds: 2 })).bytes);
      // Not the whole matrix: where the turned picture is moved to differs from writer to writer, and is not shown.
      const rotation = (path: string) =>
        probeFile(path).streams[0]?.side_data_list?.find((data) => 'rotation' in data)?.rotation;
      expect(Math.abs(rotation(out) ?? 0)).toBe(turn === 180 ? 180 : 90);
      expect(rotation(out)).toBe(rotation(fixture(`rotated-${turn}.mp4`)));
      expect(videoMd5(out)).toBe(videoMd5(fixture(`rotated-${turn}.mp4`)));
    });
  }

  test('4K is decoded within memory', async () => {
    await setFile(page, '4k.mp4');
    expect((await media.probe()).video).toMatchObject({ width: 3840, height: 2160 });
    const source = pictures(fixture('4k.mp4'), 'zero-based');
    const { rgb, count } = await media.frames(GRID_FPS, 64);
    const lit = Array.from({ length: count }, (_, k) => brightness(rgb, 64, k) > 128);
    expect(lit).toEqual(litAt(source, count, GRID_FPS));
  });

  test('reports progress that only grows, within 0..1', async () => {
    await setFile(page, 'flash-29.97.mp4');
    const { progress } = await page.evaluate(() => window.mediaHarness.frames(15.625, 64));
    const fractions = progress.filter(({ stage }) => stage === 'decoding').map(({ fraction }) => fraction ?? 0);
    expect(fractions.at(0)).toBe(0);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });
});

test.describe('decodeAudio', () => {
  for (const name of ['beeps.m4a', 'beeps.mp3', 'beeps.ogg']) {
    test(`${name}: beeps are where they were made`, async () => {
      await setFile(page, name);
      const { duration } = await media.probe();
      for (const rate of [16_000, 48_000]) {
        const samples = (await media.audio(rate))[0]!;
        expect(samples.length).toBe(Math.round(duration * rate));
        expect(largestDistance(onsetTimes(samples, rate), [0.5, 1.7])).toBeLessThan(0.005);
      }
    });
  }

  test('a sound that starts late has silence in front', async () => {
    await setFile(page, 'late-sound.mp4');
    const { duration } = await media.probe();
    const samples = (await media.audio(16_000))[0]!;
    expect(samples.length).toBe(Math.round(duration * 16_000));
    const first = samples.findIndex((value) => Math.abs(value) > 0.05);
    expect(first / 16_000).toBeGreaterThan(0.59);
    expect(first / 16_000).toBeLessThan(0.61);
  });
});

test.describe('exportVideo', () => {
  const copied = [
    'flash-15.mp4',
    'flash-21.5.mp4',
    'flash-24.6.mp4',
    'flash-29.97.mp4',
    'flash-vfr.mp4',
    'flash-vfr.mkv',
    'late-picture.mp4',
    'late-sound.mp4',
    'edit-list.mp4',
    'vp9-picture-only.webm',
    'hevc.mov',
    'mpeg4.avi',
    'stream.mpegts',
  ];
  const recoded = ['vp8.webm', 'msmpeg4.avi'];
  /** Their packets are wrapped differently in MP4, though the pictures are the same. */
  const rewrapped = new Set(['mpeg4.avi', 'stream.mpegts']);

  for (const name of [...copied, ...recoded]) {
    test(`${name}: beeps stay on the flashes within 20 ms`, longUnless(REPRESENTATIVES.has(name)), async () => {
      const info = test.info();
      const source = pictures(fixture(name), 'zero-based');
      const flashes = flashTimes(source);
      await setFile(page, name);
      const { duration } = await media.probe();
      const { bytes, type, notices } = await media.exportVideo({ beeps: flashes, seconds: duration });
      expect(type).toBe('video/mp4');
      const out = save(info, 'export.mp4', bytes);

      const { streams, format } = probeFile(out);
      expect(streams.map(({ codec_type }) => codec_type).toSorted()).toEqual(['audio', 'video']);
      const track = streams.find(({ codec_type }) => codec_type === 'audio');
      expect(track).toMatchObject({ codec_name: 'aac', sample_rate: '48000' });
      const frame = Math.max(1 / GRID_FPS, ...source.slice(1).map(({ time }, n) => time - (source[n]?.time ?? 0)));
      expect(Math.abs(Number(format.duration) - duration)).toBeLessThan(frame);

      const shown = pictures(out, 'own');
      expect(shown).toHaveLength(source.length);
      const heard = sound(out, 'own');
      const onsets = onsetTimes(heard.samples, 48_000, heard.start);
      const offset = largestDistance(flashTimes(shown), onsets);
      info.annotations.push({ type: 'offset', description: `${name} ${(offset * 1000).toFixed(2)} ms` });
      expect(offset).toBeLessThan(SYNC);
      // And both where they were in the source, not merely together.
      expect(largestDistance(onsets, flashes)).toBeLessThan(SYNC);

      if (recoded.includes(name)) {
        expect(notices.map(({ code }) => code)).toEqual(['video-reencoded']);
        expect(streams.find(({ codec_type }) => codec_type === 'video')?.codec_name).toBe('h264');
      } else {
        expect(notices).toEqual([]);
        if (!rewrapped.has(name)) expect(videoMd5(out)).toBe(videoMd5(fixture(name)));
      }

      // Through our own decoder the same must hold.
      await setFile(page, out);
      const lit = await media.lit(GRID_FPS);
      expect(lit).toEqual(litAt(source, lit.length, GRID_FPS));
      const samples = (await media.audio(16_000))[0]!;
      expect(largestDistance(onsetTimes(samples, 16_000), flashes)).toBeLessThan(SYNC);
    });
  }

  test('the export starts playing before it is whole: index in front', async () => {
    await setFile(page, 'flash-15.mp4');
    const bytes = Buffer.from((await media.exportVideo({ beeps: [1], seconds: 5 })).bytes, 'base64');
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
  });

  test('says when the sound had to be cut or padded', async () => {
    const info = test.info();
    await setFile(page, 'flash-15.mp4');
    for (const [seconds, code] of [
      [8, 'sound-cut'],
      [2, 'sound-padded'],
    ] as const) {
      const { bytes, notices } = await media.exportVideo({ beeps: [1], seconds });
      expect(notices.map((notice) => notice.code)).toEqual([code]);
      const { streams } = probeFile(save(info, `${code}.mp4`, bytes));
      for (const stream of streams) expect(Number(stream.duration)).toBeCloseTo(5, 1);
    }
  });
});

test.describe('encodeClip', () => {
  for (const [name, codec] of [
    ['beeps.m4a', 'aac'],
    ['beeps.mp3', 'mp3'],
    ['beeps.ogg', 'aac'],
  ] as const) {
    test(`${name}: frames and sound keep their times`, async () => {
      const info = test.info();
      await setFile(page, name);
      const { duration } = await media.probe();
      const count = Math.ceil(duration * GRID_FPS);
      // 0.5 s lies in frame 7, 1.7 s in frame 26.
      const frames = clip(count, 64, (k) => k === 7 || k === 26);
      const { bytes } = await media.clip(frames, duration);
      const out = save(info, 'clip.mp4', bytes);
      const { streams, format } = probeFile(out);
      expect(streams.map(({ codec_name }) => codec_name)).toEqual(['h264', codec]);
      expect(streams[0]).toMatchObject({ pix_fmt: 'yuv420p', width: 64, height: 64 });
      expect(Math.abs(Number(format.duration) - duration)).toBeLessThan(1 / GRID_FPS);

      const shown = pictures(out, 'own');
      expect(shown).toHaveLength(count);
      expect(largestDistance(flashTimes(shown), [7 / GRID_FPS, 26 / GRID_FPS])).toBeLessThan(0.001);
      const heard = sound(out, 'own');
      const onsets = onsetTimes(heard.samples, 48_000, heard.start);
      info.annotations.push({
        type: 'offset',
        description: `${name} ${(largestDistance(onsets, [0.5, 1.7]) * 1000).toFixed(2)} ms`,
      });
      expect(largestDistance(onsets, [0.5, 1.7])).toBeLessThan(SYNC);
    });
  }

  test('takes the sound of a video, from its late start', async () => {
    const info = test.info();
    await setFile(page, 'late-sound.mp4');
    const { duration } = await media.probe();
    const frames = clip(Math.ceil(duration * GRID_FPS), 64, (k) => k % 2 === 0);
    const { bytes } = await media.clip(frames, duration);
    const out = save(info, 'clip.mp4', bytes);
    const { start, samples } = sound(out, 'own');
    const first = start + samples.findIndex((value) => Math.abs(value) > 0.05) / 48_000;
    expect(Math.abs(first - 0.6)).toBeLessThan(SYNC);
  });

  test('holds the last frame, leaves frames out, scales up', async () => {
    const info = test.info();
    await setFile(page, 'sound.wav');
    for (const frames of [clip(20, 64, (k) => k === 19), clip(80, 64, (k) => k >= 19)]) {
      const { bytes } = await media.clip(frames, 3, { outputSize: 256 });
      const out = save(info, `clip-${frames.count}.mp4`, bytes);
      const { streams, format } = probeFile(out);
      expect(streams[0]).toMatchObject({ width: 256, height: 256 });
      expect(Math.abs(Number(format.duration) - 3)).toBeLessThan(1 / GRID_FPS);
      const shown = pictures(out, 'own');
      expect(shown).toHaveLength(47);
      expect(shown.map(({ level }) => level > 128)).toEqual(shown.map((_, k) => k >= 19));
    }
  });
});

test.describe('cancelling', () => {
  test('stops in the middle of a decode, and the next call works', async () => {
    await setFile(page, '4k.mp4');
    const stopped = await page.evaluate(() => window.mediaHarness.cancelDecode(300));
    expect(stopped.error?.code).toBe('cancelled');
    await setFile(page, 'flash-15.mp4');
    expect((await media.frames(GRID_FPS, 64)).count).toBe(79);
  });

  test('a call aborted while it waits leaves the working one alone', async () => {
    await setFile(page, 'flash-29.97.mp4');
    const { waiting, working } = await page.evaluate(() => window.mediaHarness.cancelQueued());
    expect(waiting.error?.code).toBe('cancelled');
    expect(working.count).toBe(79);
  });

  test('dispose ends the work, and the next call starts afresh', async () => {
    await setFile(page, '4k.mp4');
    const { ended, again } = await page.evaluate(() => window.mediaHarness.disposeAndDecode());
    expect(ended).toBe('cancelled');
    expect(again).toBe(32);
  });
});
