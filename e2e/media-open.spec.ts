/** What opening a common file costs: no byte of ffmpeg, one pass over its pictures. */

import { execFileSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { median } from '../scripts/lib/statistics.mjs';
import { good, MediaCalls } from './harness/media-calls.ts';
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

/** Median of five runs. */
const ofFive = (work: () => number) => median(Array.from({ length: 5 }, work));

test('opening against one native decode, by the clock', BENCH, async ({ page }) => {
  test.setTimeout(600_000);
  const { url, server } = await serveHarness();
  await openHarness(page, url);
  const picture = 'testsrc2=s=1920x1080:r=30:d=10,noise=alls=12:allf=t';
  const path = test.info().outputPath('hd.mp4');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '8M', '-pix_fmt', 'yuv420p', path]); // prettier-ignore
  const native = () =>
    ofFive(() => {
      const from = performance.now();
      execFileSync('ffmpeg', ['-v', 'error', '-threads', '1', '-i', path, '-map', '0:v', '-f', 'null', '-']);
      return performance.now() - from;
    });
  await setFile(page, path);
  for (const [what, alone] of [
    ['browser', false],
    ['ffmpeg.wasm', true],
  ] as const) {
    await page.evaluate((ffmpeg) => window.mediaHarness.leaveToFfmpeg(ffmpeg), alone);
    const times: number[] = [];
    for (let n = 0; n < (alone ? 3 : 5); n++) {
      times.push((await page.evaluate(() => window.mediaHarness.survey())).milliseconds);
    }
    const middle = median(times);
    const beside = native();
    note(`${what}: opened, strip, movement, frames`, middle, 'ms');
    note(`${what}: against a native decode with one thread`, middle / beside, 'x', 2);
  }
  await server.close();
});
