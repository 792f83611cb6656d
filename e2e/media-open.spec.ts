/** What opening a common file costs: no byte of ffmpeg, one pass over its pictures. */

import { execFileSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { median } from '../scripts/lib/statistics.mjs';
import { good, MediaCalls, save } from './harness/media-calls.ts';
import { openHarness, serveHarness, setFile } from './harness/media-page.ts';
import { BENCH, note } from './harness/sets.ts';

const survey = async ({ page }: MediaCalls) => good(await page.evaluate(() => window.mediaHarness.survey()));

test('a common MP4 is opened and looked through without a byte of ffmpeg', async ({ page, context }) => {
  const { url, server } = await serveHarness();
  const fetched: string[] = [];
  context.on('request', (request) => fetched.push(request.url()));
  // The development server serves the core's address as a script of its own, behind a question mark.
  const core = () => fetched.filter((address) => /ffmpeg-core[\w-]*\.(js|wasm)$/.test(address));
  await openHarness(page, url);
  await setFile(page, 'flash-29.97.mp4');
  const { count, same } = await survey(new MediaCalls(page));
  expect(count).toBe(79);
  expect(same).toBe(true);
  expect(core()).toEqual([]);
  await setFile(page, 'mpeg4.avi');
  await survey(new MediaCalls(page));
  expect(core()).not.toEqual([]);
  await server.close();
});

test('a glance at a long video shows it bit by bit, from key frames alone', async ({ page }) => {
  const { url, server } = await serveHarness();
  await openHarness(page, url);
  const path = test.info().outputPath('long.mp4');
  // Each second is a little brighter.
  const ramp = "color=c=black:s=64x64:r=10:d=240,geq=lum='16+floor(T)*0.9':cb=128:cr=128";
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', ramp, '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '20', '-pix_fmt', 'yuv420p', path]); // prettier-ignore
  await setFile(page, path);
  const { size, strips } = good(await page.evaluate(() => window.mediaHarness.glance()));
  expect(size).toEqual({ count: 24, width: 72, height: 72 });
  expect(strips.length).toBeGreaterThan(1);
  const levels = strips.map(({ bytes }, n) => levelsOf(save(test.info(), `strip-${n}.jpg`, bytes)));
  // Every place shows something from the first on, and the last strip rises from place to place as the file does.
  for (const level of levels[0]!.slice(1)) expect(level).toBeCloseTo(levels[0]![0]!, 0);
  const last = levels.at(-1)!;
  last.forEach((level, k) => expect(Math.abs(level - ((k + 0.5) / 24) * 240 * 0.9 * 1.164)).toBeLessThan(6));
  await setFile(page, 'mpeg4.avi');
  expect(good(await page.evaluate(() => window.mediaHarness.glance())).size).toBeUndefined();
  await server.close();
});

/** Mean brightness of the 24 pictures of a strip. */
function levelsOf(path: string): number[] {
  const args = ['-v', 'error', '-i', path, '-vf', 'scale=24:1:flags=area,format=gray', '-f', 'rawvideo', '-'];
  return [...execFileSync('ffmpeg', args)];
}

/** Median of five runs. */
const ofFive = (work: () => number) => median(Array.from({ length: 5 }, work));

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
for (const [what, name, size, rate, seconds, coding] of [
  ['1080p H.264, 10 s', 'hd.mp4', '1920x1080', 30, 10, [...H264, '-b:v', '8M']],
  ['720p60 VP9, 9 s', 'hd.webm', '1280x720', 60, 9, ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '4M']], // prettier-ignore
  ['4K H.264, 5 s', '4k.mp4', '3840x2160', 30, 5, [...H264, '-b:v', '30M']],
] as const) {
  test(`opening ${what} against one native decode, by the clock`, BENCH, async ({ page }) => {
    test.setTimeout(1_200_000);
    const { url, server } = await serveHarness();
    await openHarness(page, url);
    const picture = `testsrc2=s=${size}:r=${rate}:d=${seconds},noise=alls=12:allf=t`;
    const path = test.info().outputPath(name);
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, ...coding, path]);
    const native = () =>
      ofFive(() => {
        const from = performance.now();
        execFileSync('ffmpeg', ['-v', 'error', '-threads', '1', '-i', path, '-map', '0:v', '-f', 'null', '-']);
        return performance.now() - from;
      });
    await setFile(page, path);
    const first: number[] = [];
    for (let n = 0; n < 5; n++) first.push(good(await page.evaluate(() => window.mediaHarness.glance())).strips[0]!.at);
    note(`${what}: first picture of the strip`, median(first), 'ms');
    for (const [decoder, alone] of [
      ['browser', false],
      ['ffmpeg.wasm', true],
    ] as const) {
      // Only the first is a common way; the others take minutes by ffmpeg.
      if (alone && name !== 'hd.mp4') continue;
      await page.evaluate((ffmpeg) => window.mediaHarness.leaveToFfmpeg(ffmpeg), alone);
      const times: number[] = [];
      for (let n = 0; n < (alone ? 3 : 5); n++) {
        times.push((await page.evaluate(() => window.mediaHarness.survey())).milliseconds);
      }
      const middle = median(times);
      note(`${what} by ${decoder}: opened, strip, movement, frames`, middle, 'ms');
      note(`${what} by ${decoder}: against a native decode with one thread`, middle / native(), 'x', 2);
    }
    await server.close();
  });
}
