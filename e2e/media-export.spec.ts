/**
 * Exports of the media layer in a real browser: WebM, ranges, recipes, sound files, and whether the preflight tells the
 * truth. What comes out is opened again with the system's ffmpeg and measured.
 */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { ExportPlan } from '../src/media/preflight.ts';
import type { VideoContainer } from '../src/media/types.ts';
import {
  GRID_FPS,
  largestDistance,
  litAt,
  type MediaCalls,
  offsetOf,
  save,
  shownAt,
  SYNC,
} from './harness/media-calls.ts';
import { FIXTURES, setFile, shareMediaPage } from './harness/media-page.ts';
import { flashTimes, onsetTimes, packetsMd5, pictures, probeFile, sound, videoMd5 } from './harness/reopen.ts';
import { longUnless } from './harness/sets.ts';

let page: Page;
let media: MediaCalls;
shareMediaPage((shared) => ({ page, media } = shared));

const fixture = (name: string) => join(FIXTURES, name);
const RATES = ['flash-15.mp4', 'flash-21.5.mp4', 'flash-24.6.mp4', 'flash-29.97.mp4', 'flash-vfr.mp4', 'flash-vfr.mkv'];
/** Everything that has ever broken a metadata format. */
const RECIPE = `${JSON.stringify({ prompt: '망치 소리 🔨 "metal"; a=b # \\ \' %', notes: 'é'.repeat(3000) })}\n\tsecond line\r\n  `;

function note(name: string, seconds: number): void {
  test.info().annotations.push({ type: 'offset', description: `${name} ${(seconds * 1000).toFixed(2)} ms` });
}

test.describe('WebM', () => {
  for (const name of [...RATES, 'late-picture.mp4', 'edit-list.mp4']) {
    const title = `${name}: coded as VP8, beeps on the flashes within 20 ms`;
    test(title, longUnless(name === 'flash-vfr.mp4' || name === 'late-picture.mp4'), async () => {
      const source = pictures(fixture(name), 'zero-based');
      const flashes = flashTimes(source);
      await setFile(page, name);
      const { duration } = await media.probe();
      const { bytes, type, notices } = await media.exportVideo(
        { beeps: flashes, seconds: duration, channels: 2, sampleRate: 48_000 },
        { container: 'webm' },
      );
      expect(type).toBe('video/webm');
      expect(notices.map(({ code }) => code)).toEqual(['video-reencoded']);
      const out = save(test.info(), 'export.webm', bytes);
      const { streams, format } = probeFile(out);
      expect(streams.map(({ codec_name }) => codec_name)).toEqual(['vp8', 'vorbis']);
      expect(streams[1]).toMatchObject({ sample_rate: '48000', channels: 2 });
      expect(Math.abs(Number(format.duration) - duration)).toBeLessThan(0.1);
      expect(pictures(out, 'own')).toHaveLength(source.length);
      const offset = offsetOf(out, flashes);
      note(name, offset);
      expect(offset).toBeLessThan(SYNC);
    });
  }

  for (const name of ['vp8.webm', 'vp9-picture-only.webm', 'live.webm']) {
    test(`${name}: copied packet for packet`, longUnless(name === 'vp8.webm'), async () => {
      const flashes = flashTimes(pictures(fixture(name), 'zero-based'));
      await setFile(page, name);
      const { duration } = await media.probe();
      const wanted = { beeps: flashes, seconds: duration };
      const { bytes, notices } = await media.exportVideo(wanted, { container: 'webm' });
      expect(notices).toEqual([]);
      const out = save(test.info(), 'export.webm', bytes);
      expect(videoMd5(out)).toBe(videoMd5(fixture(name)));
      const offset = offsetOf(out, flashes);
      note(name, offset);
      expect(offset).toBeLessThan(SYNC);
    });
  }

  test('a phone video comes out upright, its turn being in the pixels', async () => {
    await setFile(page, 'rotated-90.mp4');
    const { bytes } = await media.exportVideo({ beeps: [0.5], seconds: 2 }, { container: 'webm' });
    const out = save(test.info(), 'turned.webm', bytes);
    expect(probeFile(out).streams[0]).toMatchObject({ width: 120, height: 160 });
  });

  test('plays in the browser', async () => {
    await setFile(page, 'flash-15.mp4');
    for (const container of ['mp4', 'webm'] as const) {
      const { bytes, type } = await media.exportVideo({ beeps: [1], seconds: 5, channels: 2 }, { container });
      const played = await page.evaluate(
        async ([base64, mime]) => {
          const video = document.createElement('video');
          video.muted = true;
          video.src = `data:${mime};base64,${base64}`;
          await new Promise((resolve, reject) => {
            video.onloadeddata = resolve;
            video.onerror = () => reject(new Error(video.error?.message));
          });
          return { width: video.videoWidth, duration: video.duration };
        },
        [bytes, type] as const,
      );
      expect(played.width).toBe(160);
      expect(played.duration).toBeCloseTo(5, 1);
    }
  });
});

/** Of all files and ranges, and of all files and containers, those that run in `npm test`. */
const RANGES = new Set(['flash-24.6.mp4 0.837', 'flash-vfr.mkv 1.4', 'edit-list.mp4 0.837', 'stream.mpegts 1.4']);
const CUTS = new Set(['flash-vfr.mp4 mp4', 'vp8.webm mp4', 'stream.mpegts webm']);

test.describe('a range', () => {
  for (const name of [
    ...RATES,
    'late-picture.mp4',
    'late-sound.mp4',
    'edit-list.mp4',
    'hevc.mov',
    'mpeg4.avi',
    'stream.mpegts',
    'live.webm',
    'vp9-picture-only.webm',
  ]) {
    for (const [start, end] of [
      [0.837, 2.511],
      [1.4, 2.9],
    ] as const) {
      const title = `${name} ${start}..${end}: frames are those shown in it`;
      test(title, longUnless(RANGES.has(`${name} ${start}`)), async () => {
        await setFile(page, name);
        const source = pictures(fixture(name), 'zero-based');
        for (const fps of [GRID_FPS, 31.25]) {
          const lit = await media.lit(fps, { start, end });
          expect(lit).toHaveLength(Math.ceil((end - start) * fps - 1e-3));
          expect(lit).toEqual(litAt(source, lit.length, fps, start));
        }
      });
    }
  }

  for (const name of ['beeps.m4a', 'beeps.mp3', 'beeps.ogg']) {
    test(`${name}: sound is where it was, whether mono or stereo`, longUnless(name !== 'beeps.ogg'), async () => {
      await setFile(page, name);
      const whole = (await media.audio(48_000))[0]!;
      for (const start of [0.3, 1.203]) {
        const wanted = [0.5, 1.7].map((time) => time - start).filter((time) => time > 0);
        for (const channels of [1, 2] as const) {
          const range = { start, end: start + 1.1 };
          const heard = await media.audio(48_000, { channels, range });
          expect(heard).toHaveLength(channels);
          for (const samples of heard) {
            expect(samples).toHaveLength(Math.round(1.1 * 48_000));
            const inside = wanted.filter((time) => time < 1.1);
            expect(largestDistance(inside, onsetTimes(samples, 48_000))).toBeLessThan(0.005);
          }
          // Sample for sample what the whole decode gives there.
          const from = Math.round(start * 48_000);
          const distance = Math.max(...heard[0]!.map((value, n) => Math.abs(value - (whole[from + n] ?? 0))));
          expect(distance).toBeLessThan(0.01);
        }
      }
    });
  }

  test('beyond the end of the picture the last one stays, beyond the sound there is silence', async () => {
    const path = test.info().outputPath('long-sound.mp4');
    const tone = ['-f', 'lavfi', '-i', 'sine=f=220:d=4'];
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'color=white:s=64x64:r=25:d=2', ...tone, '-c:v', 'libx264', '-c:a', 'aac', path]); // prettier-ignore
    await setFile(page, path);
    const lit = await media.lit(GRID_FPS, { start: 3, end: 4 });
    expect(lit).toEqual(Array(16).fill(true));
    const short = test.info().outputPath('short-sound.mp4');
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'color=white:s=64x64:r=25:d=4', '-f', 'lavfi', '-i', 'sine=f=220:d=2', '-c:v', 'libx264', '-c:a', 'aac', short]); // prettier-ignore
    await setFile(page, short);
    const [samples] = await media.audio(16_000, { range: { start: 3, end: 4 } });
    expect(samples).toHaveLength(16_000);
    expect(Math.max(...samples!)).toBe(0);
  });

  test('an empty one is refused', async () => {
    await setFile(page, 'flash-15.mp4');
    for (const range of [
      { start: 2, end: 2 },
      { start: 3, end: 1 },
      { start: 9, end: 12 },
    ]) {
      const { error } = await page.evaluate((span) => window.mediaHarness.frames(15.625, 8, span), range);
      expect(error?.code).toBe('zero-length');
    }
  });

  for (const name of [...RATES, 'edit-list.mp4', 'hevc.mov', 'vp8.webm', 'mpeg4.avi', 'stream.mpegts']) {
    for (const container of ['mp4', 'webm'] as const) {
      const title = `${name} as ${container}: cut between key frames it is coded again, exactly`;
      test(title, longUnless(CUTS.has(`${name} ${container}`)), async () => {
        const range = { start: 0.837, end: 2.711 };
        const source = pictures(fixture(name), 'zero-based');
        const flashes = flashTimes(source)
          .map((time) => time - range.start)
          .filter((time) => time > 0 && time < range.end - range.start);
        expect(flashes.length).toBeGreaterThan(0);
        await setFile(page, name);
        const wanted = { beeps: flashes, seconds: range.end - range.start, channels: 2 as const };
        const { bytes, notices } = await media.exportVideo(wanted, { container, range });
        expect(notices.map(({ code }) => code)).toEqual(['video-reencoded']);
        const out = save(test.info(), `cut.${container}`, bytes);
        const shown = pictures(out, 'own');
        const offset = offsetOf(out, flashes);
        note(`${name} ${container}`, offset);
        expect(offset).toBeLessThan(SYNC);
        // Every picture of the range and no other: the one on show at the start, moved to 0, and all that appear in it.
        const inside = source.filter(({ time }) => time > range.start + 1e-3 && time < range.end - 2e-3);
        // In WebM everything is up to 3 ms late, because the sound coder's run-up has to lie after 0.
        const slack = container === 'webm' ? 5e-3 : 2e-3;
        expect(shown[0]?.time).toBeLessThan(slack);
        expect(Math.abs(shown[0]!.level - shownAt(source, range.start).level)).toBeLessThan(12);
        const later = shown.slice(1).map(({ time }) => time);
        expect(
          largestDistance(
            inside.map(({ time }) => time - range.start),
            later.slice(0, inside.length),
          ),
        ).toBeLessThan(slack);
        expect(later.length - inside.length).toBeLessThanOrEqual(1);
        expect(Math.abs(Number(probeFile(out).format.duration) - (range.end - range.start))).toBeLessThan(0.1);
      });
    }
  }

  /** A video with a key frame every second, in the given coding. */
  function keyed(name: string, coding: readonly string[], fps = '25'): string {
    const path = test.info().outputPath(name);
    const lit = `gte(n\\,3)*lt(mod(n-3\\,20)\\,2)`;
    const picture = `testsrc2=s=160x120:r=${fps}:d=5,eq=brightness=-0.45:contrast=0.3,drawbox=c=white:t=fill:enable='${lit}'`;
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, ...coding, path]);
    return path;
  }
  const X264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '25', '-keyint_min', '25', '-sc_threshold', '0'];

  for (const [name, coding, container, fps] of [
    ['keyed.mp4', [...X264, '-bf', '2'], 'mp4', '25'],
    ['keyed.mkv', [...X264, '-bf', '2'], 'mp4', '25'],
    ['keyed-29.97.mp4', [...X264, '-bf', '0'], 'mp4', '30000/1001'],
    ['keyed.webm', ['-c:v', 'libvpx', '-b:v', '500k', '-g', '25', '-keyint_min', '25'], 'webm', '25'],
  ] as const) {
    const representative = name === 'keyed.mp4' || name === 'keyed.webm';
    test(`${name}: cut at a key frame it is copied`, longUnless(representative), async () => {
      const path = keyed(name, coding, fps);
      const source = pictures(path, 'zero-based');
      await setFile(page, path);
      const { keyFrames } = await media.cut({ start: 1.5, end: 4.1 });
      expect(keyFrames.length).toBeGreaterThan(2);
      for (const start of keyFrames.slice(0, 2)) {
        const range = { start, end: start + 1.74 };
        const cut = await media.cut(range);
        expect(cut).toMatchObject({ clean: true });
        expect(cut.picture).toBeCloseTo(start, 3);
        const flashes = flashTimes(source)
          .map((time) => time - start)
          .filter((time) => time > 0 && time < 1.74);
        const wanted = { beeps: flashes, seconds: 1.74, noise: 0.05 };
        const plan = await media.planVideo(wanted, { container, range });
        const { bytes, notices } = await media.exportVideo(wanted, { container, range });
        expect(notices).toEqual([]);
        const out = save(test.info(), `copied-${start}.${container}`, bytes);
        const shown = pictures(out, 'own');
        const offset = offsetOf(out, flashes);
        note(name, offset);
        expect(offset).toBeLessThan(SYNC);
        expect(Math.abs(shown[0]!.time)).toBeLessThan(0.006);
        expect(Math.abs(shown.length - (1.74 * source.length) / 5)).toBeLessThan(4);
        expect(probeFile(out).streams[0]?.codec_name).toBe(container === 'mp4' ? 'h264' : 'vp8');
        expectTruth(plan, out, bytes);
      }
      // A little later it depends on what came before.
      const between = { start: keyFrames[0]! + 0.2, end: 4 };
      expect((await media.cut(between)).clean).toBe(false);
    });
  }

  test('pictures that reach back across a key frame are not cut off', async () => {
    const path = keyed('open.mp4', [...X264, '-bf', '3', '-x264-params', 'open-gop=1']);
    await setFile(page, path);
    const { keyFrames } = await media.cut({ start: 2.5, end: 4.5 });
    const cuts = await Promise.all(keyFrames.map((start) => media.cut({ start, end: 4.9 })));
    expect(cuts.map(({ clean }) => clean)).toEqual(cuts.map(() => false));
  });

  test('from the start to the middle nothing is coded again', async () => {
    await setFile(page, 'flash-24.6.mp4');
    const range = { start: 0, end: 2.5 };
    const { bytes, notices } = await media.exportVideo({ beeps: [0.5], seconds: 2.5 }, { range });
    expect(notices).toEqual([]);
    // Packets are copied in decoding order: up to three pictures beyond the end come with the last one wanted.
    const out = save(test.info(), 'head.mp4', bytes);
    expect(Math.abs(Number(probeFile(out).format.duration) - 2.5)).toBeLessThan(4 / 24.6);
  });
});

test.describe('the recipe', () => {
  const metadata = { title: '비 오는 날 "☂"', recipe: RECIPE };

  async function roundTrip(base64: string, name: string): Promise<void> {
    const path = save(test.info(), name, base64);
    const { tags = {} } = probeFile(path).format;
    expect(Object.entries(tags).find(([key]) => key.toLowerCase() === 'title')?.[1]).toBe(metadata.title);
    await setFile(page, path);
    expect((await media.probe()).recipe).toBe(RECIPE);
  }

  for (const container of ['mp4', 'webm'] as const) {
    test(`comes back byte for byte from ${container}`, async () => {
      await setFile(page, 'vp9-picture-only.webm');
      const { bytes } = await media.exportVideo({ beeps: [1], seconds: 3 }, { container, metadata });
      await roundTrip(bytes, `recipe.${container}`);
    });
  }
  for (const format of ['wav', 'm4a'] as const) {
    test(`comes back byte for byte from ${format}`, async () => {
      const { bytes } = await media.exportSound({ beeps: [1], seconds: 2 }, format, metadata);
      await roundTrip(bytes, `recipe.${format}`);
    });
  }
  test('comes back byte for byte from a clip, and from a framed one', async () => {
    await setFile(page, 'beeps.m4a');
    const rgb = Buffer.alloc(38 * 64 * 64 * 3, 90).toString('base64');
    const { bytes } = await media.clip({ rgb, count: 38, size: 64, fps: GRID_FPS }, 2.4, { metadata });
    await roundTrip(bytes, 'clip.mp4');
    const framing = { aspect: '1:1', resolution: 256, fit: 'crop', cover: { time: 1, first: true } } as const;
    await roundTrip((await media.frameClip(framing, metadata)).bytes, 'framed.mp4');
  });

  test('the longest there may be comes back too, and a longer one is refused', async () => {
    const recipe = '"'.repeat(16 * 1024);
    for (const format of ['wav', 'm4a'] as const) {
      const { bytes } = await media.exportSound({ beeps: [1], seconds: 1 }, format, { recipe });
      await setFile(page, save(test.info(), `long.${format}`, bytes));
      expect((await media.probe()).recipe).toBe(recipe);
    }
    const tooLong = await page.evaluate(
      (text) => window.mediaHarness.exportSound({ beeps: [], seconds: 1 }, 'm4a', { recipe: text }),
      `${recipe}"`,
    );
    expect(tooLong.error?.message).toContain('16384 bytes');
  });

  test('other comments are not recipes, and monstrous ones are left alone', async () => {
    for (const [name, comment] of [
      ['plain.mp4', 'A comment of someone else'],
      ['monster.m4a', `av-link-studio recipe: ${'x'.repeat(100_000)}`],
    ] as const) {
      const path = test.info().outputPath(name);
      execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', fixture('sound.m4a'), '-c', 'copy', '-metadata', `comment=${comment}`, path]); // prettier-ignore
      await setFile(page, path);
      const info = await media.probe();
      expect(info.audio).toBeDefined();
      expect(info.recipe).toBeUndefined();
    }
  });

  test('nothing else of the original is passed on', async () => {
    const path = test.info().outputPath('private.mp4');
    const tags = ['-metadata', 'location=+37.5+127.0/', '-metadata', 'artist=Someone', '-metadata', 'title=Holiday'];
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', fixture('flash-15.mp4'), '-c', 'copy', ...tags, path]);
    await setFile(page, path);
    const { bytes } = await media.exportVideo({ beeps: [1], seconds: 5 }, { metadata: { title: 'Mine' } });
    const written = JSON.stringify(probeFile(save(test.info(), 'public.mp4', bytes)).format.tags);
    expect(written).toContain('Mine');
    expect(written).not.toMatch(/37\.5|Someone|Holiday/);
  });
});

test.describe('exportSound', () => {
  test('WAV holds every sample to within half a step of 24 bits', async () => {
    const { bytes, type, plan } = await media.exportSound({ beeps: [0.25, 0.7], seconds: 1.5, sampleRate: 44_100, channels: 2, noise: 0.1 }, 'wav'); // prettier-ignore
    expect(type).toBe('audio/wav');
    const out = save(test.info(), 'sound.wav', bytes);
    expect(probeFile(out).streams[0]).toMatchObject({ codec_name: 'pcm_s24le', sample_rate: '44100', channels: 2 });
    expectTruth(plan, out, bytes);
    // Through our own reader and through ffmpeg, the right is -0.5 times the left.
    await setFile(page, out);
    const [left, right] = await media.audio(44_100, { channels: 2 });
    expect(left).toHaveLength(66_150);
    expect(largestDistance([0.25, 0.7], onsetTimes(left!, 44_100))).toBeLessThan(0.001);
    expect(Math.max(...right!.map((value, n) => Math.abs(value + 0.5 * left![n]!)))).toBeLessThan(2 ** -23);
  });

  test('M4A keeps its times', async () => {
    for (const sampleRate of [16_000, 44_100, 48_000]) {
      const wanted = { beeps: [0.25, 0.7], seconds: 1.5, sampleRate, channels: 2 as const, noise: 0.05 };
      const { bytes, type, plan } = await media.exportSound(wanted, 'm4a');
      expect(type).toBe('audio/mp4');
      const out = save(test.info(), `sound-${sampleRate}.m4a`, bytes);
      expect(probeFile(out).streams[0]).toMatchObject({ codec_name: 'aac', sample_rate: '48000', channels: 2 });
      const heard = sound(out, 'own');
      expect(largestDistance([0.25, 0.7], onsetTimes(heard.samples, 48_000, heard.start))).toBeLessThan(0.005);
      expectTruth(plan, out, bytes);
    }
  });
});

/** The preflight against the file that came out. */
function expectTruth(plan: ExportPlan, path: string, base64: string): void {
  const bytes = Buffer.from(base64, 'base64').length;
  const { streams, format } = probeFile(path);
  const video = streams.find(({ codec_type }) => codec_type === 'video');
  const audio = streams.find(({ codec_type }) => codec_type === 'audio');
  expect(plan.video?.codec).toBe(video?.codec_name);
  expect(plan.audio?.codec).toBe(audio?.codec_name);
  expect(plan.audio?.channels).toBe(audio?.channels);
  expect(String(plan.audio?.sampleRate)).toBe(audio?.sample_rate);
  if (plan.video !== undefined) expect(video).toMatchObject({ width: plan.video.width, height: plan.video.height });
  expect(Math.abs(Number(format.duration) - plan.duration)).toBeLessThan(0.15);
  const ratio = plan.bytes / bytes;
  test.info().annotations.push({
    type: 'bytes',
    description: `${plan.accuracy} ${plan.bytes} of ${bytes}: ${ratio.toFixed(2)}`,
  });
  const limit = { exact: 1.001, close: 1.3, rough: 4 }[plan.accuracy];
  expect(ratio).toBeLessThan(limit);
  expect(ratio).toBeGreaterThan(1 / limit);
}

test.describe('the preflight tells the truth', () => {
  const CLIPS = join(FIXTURES, '../../../public/samples');
  for (const [path, container, copied, representative] of [
    ['flash-24.6.mp4', 'mp4', true, true],
    ['flash-vfr.mkv', 'mp4', true, false],
    ['hevc.mov', 'mp4', true, false],
    ['vp9-picture-only.webm', 'mp4', true, false],
    ['vp8.webm', 'webm', true, true],
    ['live.webm', 'webm', true, false],
    ['vp8.webm', 'mp4', false, true],
    ['rotated-90.mp4', 'webm', false, false],
    ['4k.mp4', 'mp4', true, false],
    [join(CLIPS, 'hammer.mp4'), 'mp4', true, false],
    [join(CLIPS, 'hammer.mp4'), 'webm', false, true],
    [join(CLIPS, 'drops.mp4'), 'webm', false, false],
  ] as const satisfies readonly (readonly [string, VideoContainer, boolean, boolean])[]) {
    test(`${path.split('/').at(-1)} as ${container}`, longUnless(representative), async () => {
      await setFile(page, path);
      const { duration } = await media.probe();
      const wanted = { beeps: [0.5, 1.2], seconds: duration, channels: 2 as const, sampleRate: 48_000, noise: 0.05 };
      const plan = await media.planVideo(wanted, { container });
      expect(plan.video?.copied).toBe(copied);
      const { bytes, notices } = await media.exportVideo(wanted, { container });
      expect(notices).toHaveLength(copied ? 0 : 1);
      expect(plan.warnings.map(({ code }) => code)).toEqual(copied ? [] : ['plan-video-reencoded']);
      expectTruth(plan, save(test.info(), `export.${container}`, bytes), bytes);
    });
  }

  test('a silent sound is said to be silent, and its size is right', async () => {
    await setFile(page, 'flash-15.mp4');
    const wanted = { beeps: [], seconds: 5, sampleRate: 48_000 };
    const plan = await media.planVideo(wanted);
    expect(plan.warnings.map(({ code }) => code)).toEqual(['plan-silent']);
    const { bytes } = await media.exportVideo(wanted);
    expectTruth(plan, save(test.info(), 'silent.mp4', bytes), bytes);
  });
});

test.describe('cancelling', () => {
  for (const container of ['mp4', 'webm'] as const) {
    test(`stops an export as ${container}, and the next one works`, longUnless(container === 'webm'), async () => {
      await setFile(page, '4k.mp4');
      const stopped = await page.evaluate((kind) => window.mediaHarness.cancelExport(0, kind), container);
      expect(stopped.error?.code).toBe('cancelled');
      await setFile(page, 'flash-15.mp4');
      const { bytes } = await media.exportVideo({ beeps: [1], seconds: 5 });
      expect(packetsMd5(save(test.info(), 'next.mp4', bytes), 'V:0')).toBe(videoMd5(fixture('flash-15.mp4')));
    });
  }
});
