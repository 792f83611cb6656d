/** The eyes that ship look at a file of which the pack's own tagger can tell nothing, and type the prompt. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';

const CLOCK = join(import.meta.dirname, 'fixtures/eyes/clock.png');

/** A clock that sways over a plain wall, for two seconds. */
function clip(path: string): string {
  const wall = 'color=c=0x607868:s=640x360:r=15:d=2';
  const scene = '[1]scale=-2:270[c];[0][c]overlay=x=(W-w)/2+12*sin(3*t):y=(H-h)/2,format=yuv420p';
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', wall, '-loop', '1', '-t', '2', '-i', CLOCK],
    ...['-filter_complex', scene, '-t', '2', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', path],
  ]);
  return path;
}

const looked = (page: Page) => page.evaluate(() => window.__studio?.studio.looked());
const surveyed = (page: Page) => page.evaluate(() => window.__studio?.studio.surveyed());

test('what the eyes see is shown as what was seen, and becomes the prompt at a press', async ({ page }, info) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname.replace(/^.*\/models\//, '')));
  const app = await AppPage.open(page, { eyes: true });
  await app.openFile(clip(info.outputPath('clock.mp4')));
  await app.setSampler({ steps: 1 });
  await surveyed(page);
  await looked(page);
  // All that a take needs was fetched before.
  const eyes = asked.findIndex((path) => path.startsWith('eyes/'));
  expect(eyes).toBeGreaterThan(0);
  expect(asked.slice(eyes).filter((path) => path.startsWith('mini/'))).toEqual([]);
  expect(asked).toContain('mini/audio_decoder.bin');

  // One of which no take is silent at a single step: a second attempt goes without words.
  await page.getByLabel('Seed', { exact: true }).fill('155487336');
  const seen = page.getByRole('group', { name: 'Seen in the picture:' });
  const take = await app.generate();
  expect(take.recipe.prompt).toBe('');
  expect(take.understood).toEqual(['clock', 'tick']);
  await expect(seen.locator('.known')).toHaveText(['clock', 'tick']);
  await seen.getByRole('button', { name: 'Use as prompt' }).click();
  await expect(page.getByLabel('Prompt')).toHaveValue('clock tick');
  // A prompt is taken at its word.
  await page.getByLabel('Prompt').fill('glass');
  expect((await app.generate()).understood).toEqual(['glass']);
});

test('without eyes the tagger sees no clock; nothing of them is fetched where data is saved', async ({
  page,
}, info) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const app = await AppPage.open(page, { eyes: true, saveData: true });
  await app.openFile(clip(info.outputPath('clock.mp4')));
  await app.setSampler({ steps: 1 });
  const take = await app.generate();
  await looked(page);
  expect(take.understood).not.toContain('clock');
  expect(asked.filter((url) => url.includes('/models/eyes/'))).toEqual([]);
});
