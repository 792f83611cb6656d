/**
 * Two decoders, one result: what the browser reads itself and what ffmpeg reads come out alike, and everything else is
 * left to ffmpeg.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { MediaDecoder } from '../src/media/types.ts';
import { soundMatch, worstPsnr } from './harness/compare.ts';
import { brightness, GRID_FPS, type MediaCalls } from './harness/media-calls.ts';
import { FIXTURES, setFile, shareMediaPage } from './harness/media-page.ts';
import { pictures } from './harness/reopen.ts';
import { longUnless } from './harness/sets.ts';

let page: Page;
let media: MediaCalls;
shareMediaPage((shared) => ({ page, media } = shared));

/** Decoders may round differently, no more. Decibels. */
const PICTURES_ALIKE = 45;
const SOUNDS_ALIKE = 30;
/** ffmpeg begins an Opus sound in WebM by what its decoder throws away too early. Seconds. */
const OPUS_LEAD = 0.008;

async function by<T>(decoder: MediaDecoder, work: () => Promise<T>): Promise<T> {
  await page.evaluate((alone) => window.mediaHarness.leaveToFfmpeg(alone), decoder === 'ffmpeg');
  try {
    return await work();
  } finally {
    await page.evaluate(() => window.mediaHarness.leaveToFfmpeg(false));
  }
}

/** Everything that is read of a file, by one of the two. */
function read(decoder: MediaDecoder, size: number) {
  return by(decoder, async () => {
    const info = await media.probe();
    const frames = info.video && (await media.frames(GRID_FPS, size));
    const strip = info.video && (await media.filmstrip(8, 36));
    const whole = Math.floor(info.duration);
    const range = { start: whole * 0.4, end: whole * 0.8 };
    const part = info.video && (await media.frames(GRID_FPS, size, range));
    const cut = info.video && (await media.cut(range));
    const sound = info.audio && (await media.audio(16_000))[0];
    return { info, frames, part, cut, strip, sound };
  });
}

async function expectAlike({ slack = 0.002 } = {}): Promise<void> {
  const size = 64;
  const own = await read('browser', size);
  const theirs = await read('ffmpeg', size);
  expect(own.info.decoder).toBe('browser');
  expect(theirs.info.decoder).toBe('ffmpeg');
  expect(Math.abs(own.info.duration - theirs.info.duration)).toBeLessThan(slack);
  const { fps, bitRate: _, ...video } = theirs.info.video ?? { fps: 0 };
  if (theirs.info.video) expect(own.info.video).toMatchObject(video);
  expect(Math.abs((own.info.video?.fps ?? 0) - fps)).toBeLessThanOrEqual(Math.max(0.002, slack / 2) * fps);
  const { bitRate: __, ...audio } = theirs.info.audio ?? {};
  if (theirs.info.audio) expect(own.info.audio).toMatchObject(audio);

  for (const what of ['frames', 'part'] as const) {
    if (theirs[what] === undefined || own[what] === undefined) continue;
    expect(Math.abs(own[what].count - theirs[what].count)).toBeLessThanOrEqual(Math.floor(slack * 2 * GRID_FPS));
    const bytes = Math.min(own[what].count, theirs[what].count) * size * size * 3;
    const psnr = worstPsnr(theirs[what].rgb.subarray(0, bytes), own[what].rgb, size * size * 3);
    test.info().annotations.push({ type: `psnr ${what}`, description: `${psnr.toFixed(1)} dB` });
    expect(psnr, what).toBeGreaterThan(PICTURES_ALIKE);
  }
  expect(own.strip?.width).toBe(theirs.strip?.width);
  if (theirs.cut && own.cut) {
    expect(own.cut.clean).toBe(theirs.cut.clean);
    expect(Math.abs((own.cut.picture ?? 0) - (theirs.cut.picture ?? 0))).toBeLessThan(0.002);
    // What an estimate is made of: ffmpeg may miss a picture at the seams of a fragmented file.
    expect(Math.abs(own.cut.bytes / theirs.cut.bytes - 1)).toBeLessThan(0.15);
  }
  if (theirs.sound && own.sound) {
    expect(Math.abs(own.sound.length - theirs.sound.length)).toBeLessThan(slack * 16_000);
    const { snr, lag } = soundMatch(theirs.sound, own.sound, Math.round(OPUS_LEAD * 16_000));
    test.info().annotations.push({ type: 'sound', description: `${snr.toFixed(1)} dB, ${lag} samples later` });
    expect(snr).toBeGreaterThan(SOUNDS_ALIKE);
    if (theirs.info.audio?.codec !== 'opus') expect(lag).toBe(0);
  }
}

/** Those that have their own way; the others run in `npm run test:long`. */
const REPRESENTATIVES = new Set(['edit-list.mp4', 'vp8.webm', 'rotated-90.mp4', 'beeps.mp3']);

test.describe('the browser reads as ffmpeg does', () => {
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
    'vp8.webm',
    'vp9-picture-only.webm',
    'live.webm',
    'rotated-90.mp4',
    'rotated-180.mp4',
    'rotated-270.mp4',
    '4k.mp4',
    'beeps.m4a',
    'beeps.mp4',
    'cover.m4a',
    'sound.m4a',
    'beeps.mp3',
    'cover.mp3',
    'sound.flac',
    'sound.mp3',
    'sound.wav',
  ]) {
    test(name, longUnless(REPRESENTATIVES.has(name)), async () => {
      await setFile(page, name);
      // One lacks a picture before its last, which ffmpeg takes off its length.
      await expectAlike(name === 'beeps.mp4' ? { slack: 0.068 } : {});
    });
  }

  /** Six channels, each with a tone of its own, and an onset in each so that times show. */
  const SURROUND = [220, 330, 440, 60, 550, 660].map((f, n) => `0.5*sin(2*PI*${f}*t)*gt(mod(t+0.1*${n}\\,0.7)\\,0.2)`);
  for (const [name, ...args] of [
    ['surround.mp4', '-c:a', 'aac', '-b:a', '512k'],
    ['surround.mkv', '-c:a', 'libopus', '-b:a', '512k', '-mapping_family', '1'],
    ['surround.ogg', '-c:a', 'libvorbis', '-q:a', '8'],
    ['surround.flac', '-c:a', 'flac'],
  ] as const) {
    test(`${name}: 5.1 is mixed down alike`, longUnless(name === 'surround.mp4'), async () => {
      const path = test.info().outputPath(name);
      const sound = `aevalsrc='${SURROUND.join('|')}':c=5.1:s=48000:d=3`;
      execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', sound, ...args, path]);
      await setFile(page, path);
      await expectAlike();
      const [own, theirs] = [await stereo('browser'), await stereo('ffmpeg')];
      for (const side of [0, 1]) expect(soundMatch(theirs[side]!, own[side]!, 400).snr).toBeGreaterThan(SOUNDS_ALIKE);
    });
  }
  const stereo = (decoder: MediaDecoder) => by(decoder, () => media.audio(16_000, { channels: 2 }));

  const moving = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=2'];
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '12'];
  for (const [what, name, ...args] of [
    ['BT.709', 'bt709.mp4', '-vf', 'scale=out_color_matrix=bt709', '-pix_fmt', 'yuv420p', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', ...h264], // prettier-ignore
    ['full range', 'full.mp4', '-vf', 'scale=out_range=pc', '-pix_fmt', 'yuvj420p', '-color_range', 'pc', ...h264],
    ['pixels that are not square', 'anamorphic.mp4', '-vf', 'setsar=4/3', '-pix_fmt', 'yuv420p', ...h264],
    ['4:4:4', '444.mp4', '-pix_fmt', 'yuv444p', ...h264],
    ['an odd size', 'odd.mp4', '-vf', 'crop=317:179', '-pix_fmt', 'yuv444p', ...h264],
    ['fragments', 'fragments.mp4', '-pix_fmt', 'yuv420p', ...h264, '-movflags', 'frag_keyframe+empty_moov', '-g', '10'],
    ['many pictures that are stored late', 'late.mp4', '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-bf', '8', '-b_strategy', '0'], // prettier-ignore
  ] as const) {
    test(what, longUnless(what === 'BT.709'), async () => {
      const path = test.info().outputPath(name);
      execFileSync('ffmpeg', ['-v', 'error', '-y', ...moving, ...args, path]);
      await setFile(page, path);
      await expectAlike();
    });
  }
});

test('every picture is on show from its own time on, to the microsecond', async () => {
  const path = test.info().outputPath('ramp.mp4');
  const ramp = "color=c=black:s=64x64:r=30000/1001:d=2,geq=lum='16+3*N':cb=128:cr=128";
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', ramp, '-c:v', 'libx264', '-bf', '2', '-qp', '1', '-pix_fmt', 'yuv420p', path]); // prettier-ignore
  await setFile(page, path);
  expect((await media.probe()).decoder).toBe('browser');
  const { rgb, count } = await media.frames(240, 8);
  const shown = pictures(path, 'zero-based');
  for (let k = 0; k < count; k++) {
    const want = shown.findLast(({ time }) => time <= (k + 0.5) / 240 + 2e-6) ?? shown[0]!;
    expect(Math.abs(brightness(rgb, 8, k) - want.level), `frame ${k}`).toBeLessThan(1.5);
  }
});

test.describe('what is doubtful is left to ffmpeg', () => {
  for (const name of ['hevc.mov', 'stream.mpegts', 'msmpeg4.avi', 'mpeg4.avi', 'beeps.ogg']) {
    test(name, longUnless(name === 'mpeg4.avi'), async () => {
      await setFile(page, name);
      expect((await media.probe()).decoder).toBe('ffmpeg');
    });
  }

  test('a picture that breaks midway is read on by ffmpeg, in the same call', async () => {
    const path = test.info().outputPath('broken.mp4');
    const places = execFileSync('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pos', '-of', 'csv=p=0', join(FIXTURES, 'flash-15.mp4')], { encoding: 'utf8' }); // prettier-ignore
    const bytes = readFileSync(join(FIXTURES, 'flash-15.mp4'));
    bytes.writeUInt32BE(0xfffffff0, Number.parseInt(places.split('\n')[40]!));
    writeFileSync(path, bytes);
    await setFile(page, path);
    expect((await media.probe()).decoder).toBe('browser');
    const { count } = await media.frames(GRID_FPS, 16);
    expect(count).toBe(79);
    expect((await media.probe()).decoder).toBe('ffmpeg');
  });
});

test('a VP8 picture that changes its size midway keeps its times', async () => {
  const half = (size: string) => {
    const path = test.info().outputPath(`${size}.ivf`);
    const flash = `color=black:s=${size}:r=25:d=2,drawbox=c=white:t=fill:enable='between(mod(t\\,1)\\,0.5\\,0.7)'`;
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', flash, '-c:v', 'libvpx', '-auto-alt-ref', '0', path]); // prettier-ignore
    return path;
  };
  const list = test.info().outputPath('list.txt');
  writeFileSync(list, [half('160x120'), half('320x240')].map((path) => `file '${path}'\n`).join(''));
  const path = test.info().outputPath('sizes.webm');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', path]);
  await setFile(page, path);
  const lit = await media.lit(100);
  const onsets = lit.flatMap((on, k) => (on && !lit[k - 1] ? [k / 100] : []));
  expect(onsets).toHaveLength(4);
  onsets.forEach((time, n) => expect(Math.abs(time - (n + 0.5))).toBeLessThan(0.03));
});
