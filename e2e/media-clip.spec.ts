/**
 * Clips framed for sharing, stills and filmstrips of the media layer in a real browser, opened again with the system's
 * ffmpeg and measured.
 */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import {
  GRID_FPS,
  largestDistance,
  litAt,
  flashFrames,
  type MediaCalls,
  save,
  shownAt,
  SYNC,
} from './harness/media-calls.ts';
import { FIXTURES, setFile, shareMediaPage } from './harness/media-page.ts';
import { flashTimes, onsetTimes, packetsMd5, pictures, probeFile, sound } from './harness/reopen.ts';
import { BENCH, longUnless, note } from './harness/sets.ts';

let page: Page;
let media: MediaCalls;
shareMediaPage((shared) => ({ page, media } = shared));

const fixture = (name: string) => join(FIXTURES, name);

/** The mean colour of a part of a picture file. */
function colour(path: string, area: string): [number, number, number] {
  const filter = `crop=${area},scale=1:1:flags=area,format=rgb24`;
  const args = ['-v', 'error', '-i', path, '-map', '0:v:0', '-frames:v', '1', '-vf', filter, '-f', 'rawvideo', '-'];
  const [red, green, blue] = execFileSync('ffmpeg', args);
  if (red === undefined || green === undefined || blue === undefined) throw new Error(`No picture in ${path}.`);
  return [red, green, blue];
}

/** Pictures full of grain: more detail than a JPEG encoder with a fixed buffer has room for. */
function grainyClip(size: string, seconds: number, grain: number, crf: number): string {
  const path = test.info().outputPath('grain.mp4');
  const picture = `testsrc2=s=${size}:r=12:d=${seconds},noise=alls=${grain}:allf=t`;
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-c:v', 'libx264', '-crf', String(crf), '-pix_fmt', 'yuv420p', path]); // prettier-ignore
  return path;
}

/** A clip as the generator makes it: white flashes where the beeps of the sound are. */
async function makeClip(): Promise<string> {
  await setFile(page, 'beeps.m4a');
  const frames = flashFrames(38, 64, (k) => k === 7 || k === 26);
  const { bytes } = await media.clip(frames, 2.4, { outputSize: 256 });
  return save(test.info(), 'clip.mp4', bytes);
}

/** 256 x 256: red above, blue below, left half and right half differing in brightness. */
function colourClip(): string {
  const path = test.info().outputPath('colours.mp4');
  const half = 'drawbox=y=128:h=128:c=blue:t=fill,drawbox=x=0:w=64:c=white:t=fill,drawbox=x=192:w=64:c=white:t=fill';
  const picture = `color=c=red:s=256x256:r=125/8:d=1.28,${half}`;
  const tags = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=d=1.28', '-vf', 'scale=out_color_matrix=bt709', '-pix_fmt', 'yuv420p', ...tags, path]); // prettier-ignore
  return path;
}

/** The lesser of two measurements: what else the machine does can only add to them. */
async function least(measure: () => Promise<number>): Promise<number> {
  return Math.min(await measure(), await measure());
}

/** Ten seconds of 1280 x 720 at 30 frames a second. */
function hd(): string {
  const path = test.info().outputPath('720p.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=30:d=10', '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', path]); // prettier-ignore
  return path;
}

test.describe('frameClip', () => {
  for (const fps of [undefined, 24, 25, 30, 60]) {
    const title = `at ${fps ?? 'its own'} frames a second the flashes stay on the beeps`;
    test(title, longUnless(fps === undefined || fps === 30), async () => {
      const clip = await makeClip();
      await setFile(page, clip);
      const { bytes, type } = await media.frameClip({ aspect: '9:16', resolution: 256, fit: 'blur', fps });
      expect(type).toBe('video/mp4');
      const out = save(test.info(), 'framed.mp4', bytes);
      const { streams, format } = probeFile(out);
      expect(streams.map(({ codec_name }) => codec_name)).toEqual(['h264', 'aac']);
      expect(streams[0]).toMatchObject({ width: 256, height: 456, pix_fmt: 'yuv420p' });
      expect(packetsMd5(out, 'a:0')).toBe(packetsMd5(clip, 'a:0'));
      expect(Math.abs(Number(format.duration) - 2.432)).toBeLessThan(0.05);
      const shown = pictures(out, 'own');
      expect(Math.abs(shown.length - 2.432 * (fps ?? GRID_FPS))).toBeLessThan(2);
      // The picture is a square in the middle of a dark frame.
      const level = Math.max(...shown.map((picture) => picture.level));
      const flashes = flashTimes(shown.map((picture) => ({ ...picture, level: (picture.level / level) * 255 })));
      const offset = largestDistance(flashes, [7 / GRID_FPS, 26 / GRID_FPS]);
      const heard = sound(out, 'own');
      const drift = largestDistance(onsetTimes(heard.samples, 48_000, heard.start), [0.5, 1.7]);
      test.info().annotations.push({ type: 'offset', description: `${fps} picture ${(offset * 1000).toFixed(2)} ms, sound ${(drift * 1000).toFixed(2)} ms` }); // prettier-ignore
      expect(drift).toBeLessThan(0.005);
      expect(offset).toBeLessThan(fps === undefined ? 0.002 : 0.5 / fps + 0.001);
      expect(offset).toBeLessThan(SYNC);
    });
  }

  for (const [aspect, width, height] of [
    ['1:1', 1080, 1080],
    ['9:16', 1080, 1920],
    ['16:9', 1920, 1080],
  ] as const) {
    for (const fit of ['blur', 'crop'] as const) {
      const representative = `${aspect} ${fit}` === '9:16 blur' || `${aspect} ${fit}` === '16:9 crop';
      test(`${aspect} ${fit} at 1080: the right size, shape and colours`, longUnless(representative), async () => {
        await setFile(page, colourClip());
        const framed = await media.frameClip({ aspect, resolution: 1080, fit });
        const out = save(test.info(), 'framed.mp4', framed.bytes);
        expect(probeFile(out).streams[0]).toMatchObject({ width, height });
        expect(framed.plan.video).toMatchObject({ width, height, codec: 'h264', copied: false });
        expect(framed.plan.audio).toMatchObject({ codec: 'aac', copied: true });
        const near = (got: number[], want: number[]) =>
          got.forEach((value, n) => expect(Math.abs(value - want[n]!), `${got.join()}`).toBeLessThan(16));
        const middle = (dy: number) => colour(out, `40:40:${width / 2 - 20}:${height / 2 + dy - 20}`);
        near(middle(-100), [255, 0, 0]);
        near(middle(100), [0, 0, 255]);
        if (aspect === '1:1') return;
        const edge = aspect === '9:16' ? colour(out, '40:40:520:30') : colour(out, '40:40:30:300');
        const bright = Math.max(...edge);
        // Cropped, the edge is picture at full strength; blurred, it is much darker.
        if (fit === 'crop') expect(bright).toBeGreaterThan(235);
        else expect(bright).toBeLessThan(200);
      });
    }
  }

  test('the cover is stored, and shown first where that is wanted', async () => {
    const clip = await makeClip();
    for (const first of [false, true]) {
      await setFile(page, clip);
      const cover = { time: 7.5 / GRID_FPS, first };
      const { bytes } = await media.frameClip({ aspect: '1:1', resolution: 256, fit: 'crop', fps: 30, cover });
      const out = save(test.info(), `cover-${first}.mp4`, bytes);
      const { streams } = probeFile(out);
      expect(streams.map(({ codec_name }) => codec_name)).toEqual(['h264', 'aac', 'mjpeg']);
      expect(streams[2]).toMatchObject({ width: 256, height: 256, disposition: { attached_pic: 1 } });
      const jpeg = test.info().outputPath(`cover-${first}.jpg`);
      execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', out, '-map', '0:v:1', '-c', 'copy', '-f', 'image2', jpeg]);
      expect(colour(jpeg, '200:200:28:28')[0]).toBeGreaterThan(240);
      const shown = pictures(out, 'own');
      expect(shown[0]!.level > 128).toBe(first);
      // Nothing else of the picture has changed.
      const flashes = flashTimes(shown.slice(1));
      expect(largestDistance(flashes, [7 / GRID_FPS, 26 / GRID_FPS])).toBeLessThan(0.5 / 30 + 0.001);
      // A clip with a cover is still a clip with one picture track.
      await setFile(page, out);
      expect((await media.probe()).video).toMatchObject({ codec: 'h264', width: 256 });
    }
  });

  test('the preflight of a real clip is in the right region', async () => {
    const clip = test.info().outputPath('small.mp4');
    const sample = join(FIXTURES, '../../../public/samples/bouncing.mp4');
    const square = `crop='min(iw,ih)':'min(iw,ih)',scale=256:256,fps=125/8`;
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', sample, '-f', 'lavfi', '-i', 'anoisesrc=a=0.1', '-shortest', '-t', '3', '-vf', square, '-preset', 'veryfast', '-crf', '18', '-pix_fmt', 'yuv420p', clip]); // prettier-ignore
    await setFile(page, clip);
    for (const framing of [
      { aspect: '1:1', resolution: 720, fit: 'crop' },
      { aspect: '9:16', resolution: 720, fit: 'blur', fps: 30 },
    ] as const) {
      const { bytes, plan, milliseconds } = await media.frameClip(framing);
      const size = Buffer.from(bytes, 'base64').length;
      test.info().annotations.push({ type: 'bytes', description: `${framing.aspect} ${plan.bytes} of ${size}, ${Math.round(milliseconds)} ms` }); // prettier-ignore
      expect(plan.bytes / size).toBeGreaterThan(1 / 4);
      expect(plan.bytes / size).toBeLessThan(4);
    }
  });
});

test('encodeClip takes the sound of a range', async () => {
  for (const name of ['beeps.m4a', 'beeps.mp3']) {
    await setFile(page, name);
    const range = { start: 1.2, end: 2.2 };
    const { bytes } = await media.clip(
      flashFrames(16, 64, (k) => k === 8),
      1,
      { range },
    );
    const heard = sound(save(test.info(), 'clip.mp4', bytes), 'own');
    expect(largestDistance(onsetTimes(heard.samples, 48_000, heard.start), [0.5])).toBeLessThan(SYNC);
    expect(Math.abs(heard.samples.length / 48_000 - 1)).toBeLessThan(0.05);
  }
});

test.describe('still', () => {
  for (const name of [
    'flash-24.6.mp4',
    'flash-vfr.mp4',
    'vp9-picture-only.webm',
    'mpeg4.avi',
    'stream.mpegts',
    'edit-list.mp4',
  ]) {
    test(`${name}: the picture shown then`, longUnless(/vfr|mpegts/.test(name)), async () => {
      const source = pictures(fixture(name), 'zero-based');
      const flash = flashTimes(source).at(-1)!;
      await setFile(page, name);
      for (const time of [0, 0.3, flash + 0.01, flash - 0.01, 99]) {
        const { bytes, type } = await media.still(time, 60);
        expect(type).toBe('image/jpeg');
        const path = save(test.info(), `still-${time.toFixed(3)}.jpg`, bytes);
        expect(probeFile(path).streams[0]).toMatchObject({ width: 80, height: 60 });
        const [level] = colour(path, '80:60:0:0');
        const wanted = time === 99 ? source.at(-1)! : shownAt(source, time);
        expect(level > 128).toBe(wanted.level > 128);
      }
    });
  }

  for (const [size, seconds, grain, crf] of [
    ['480x270', 4, 60, 18],
    ['256x144', 4, 40, 14],
    ['1920x1080', 0.5, 100, 10],
  ] as const) {
    test(`grain of ${grain} at ${size}: stills, a filmstrip and a cover, each at once`, async () => {
      const [width, height] = size.split('x').map(Number);
      await setFile(page, grainyClip(size, seconds, grain, crf));
      for (const time of [0, seconds / 2]) {
        const path = save(test.info(), `grain-${time}.jpg`, (await media.still(time)).bytes);
        expect(probeFile(path).streams[0]).toMatchObject({ codec_name: 'mjpeg', width, height });
      }
      const strip = save(test.info(), 'grain-strip.jpg', (await media.filmstrip(8, 144)).bytes);
      expect(probeFile(strip).streams[0]).toMatchObject({ width: 8 * 256, height: 144 });
      const cover = { time: seconds / 2, first: true };
      const framed = await media.frameClip({ aspect: '1:1', resolution: 256, fit: 'crop', cover });
      expect(probeFile(save(test.info(), 'grain-framed.mp4', framed.bytes)).streams.map((s) => s.codec_name)).toEqual([
        'h264',
        'mjpeg',
      ]);
    });
  }

  test('a phone video stands upright, in its own size and colours', async () => {
    await setFile(page, 'rotated-90.mp4');
    const path = save(test.info(), 'still.jpg', (await media.still(1)).bytes);
    expect(probeFile(path).streams[0]).toMatchObject({ width: 120, height: 160 });
    expect(colour(path, '60:30:55:10')[0]).toBeGreaterThan(235);
    expect(colour(path, '60:30:30:120')[2]).toBeGreaterThan(235);
  });
});

test.describe('filmstrip', () => {
  test('pictures along the whole file and along a range', async () => {
    await setFile(page, 'flash-29.97.mp4');
    const { duration } = await media.probe();
    const source = pictures(fixture('flash-29.97.mp4'), 'zero-based');
    for (const range of [
      { start: 0, end: duration },
      { start: 0.9, end: 1.3 },
    ]) {
      const count = 40;
      const strip = await media.filmstrip(count, 30, range);
      expect(strip).toMatchObject({ count, width: 40, height: 30, type: 'image/jpeg' });
      const path = save(test.info(), `strip-${range.start}.jpg`, strip.bytes);
      expect(probeFile(path).streams[0]).toMatchObject({ width: 40 * count, height: 30 });
      // A flash lasts two frames, and a frame that nothing depends on may be left out.
      const spacing = (range.end - range.start) / count;
      const times = Array.from({ length: count }, (_, k) => range.start + (k + 0.5) * spacing);
      const lit = times.map((_, k) => colour(path, `36:26:${40 * k + 2}:2`)[0] > 128);
      times.forEach((time, k) => {
        const around = source.filter((picture) => Math.abs(picture.time - time) < 0.11).map(({ level }) => level > 128);
        expect(around, `picture ${k} at ${time}`).toContain(lit[k]);
      });
      const exact = litAt(source, count, 1 / spacing, range.start);
      if (range.start > 0) expect(exact).toContain(true);
      if (range.start > 0) expect(lit).toContain(true);
    }
  });

  test('pictures of a long video cost the same wherever they are', async () => {
    const path = test.info().outputPath('four-minutes.mp4');
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=240', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '250', '-pix_fmt', 'yuv420p', path]); // prettier-ignore
    await setFile(page, path);
    await media.probe();
    const of = (start: number) => async () => (await media.filmstrip(4, 16, { start, end: start + 20 })).milliseconds;
    const [early, late] = [await least(of(0)), await least(of(220))];
    test.info().annotations.push({ type: 'time', description: `${Math.round(early)} and ${Math.round(late)} ms` });
    // Decoded from the start, the last ones would cost more than ten times as much.
    expect(late / early).toBeLessThan(4);
  });

  test('filmstrips, by the clock', BENCH, async () => {
    await setFile(page, '599-seconds.mp4');
    await media.probe();
    note('30 pictures of ten minutes', (await media.filmstrip(30, 16)).milliseconds, 'ms');
    await setFile(page, hd());
    await media.probe();
    const strip = await least(async () => (await media.filmstrip(20, 72)).milliseconds);
    const decoded = await least(async () => (await media.frames(2, 72)).milliseconds);
    note('20 pictures of ten seconds of 720p', strip, 'ms');
    note('20 pictures of ten seconds of 720p, of a whole decode', strip / decoded, 'x');
  });

  test('a sound has none', async () => {
    await setFile(page, 'sound.wav');
    const { error } = await page.evaluate(() => window.mediaHarness.filmstrip(10, 40));
    expect(error?.code).toBe('no-video-track');
  });
});
