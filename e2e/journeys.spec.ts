/** The two journeys as a person makes them, with the pack that ships, on WASM; judged by the downloaded file. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { STAGES } from '../src/state/types.ts';
import { AppPage } from './harness/app-page.ts';
import { loudnessOf, packetsMd5, pictures, probeFile, sound, videoMd5 } from './harness/reopen.ts';

const PUBLIC = join(import.meta.dirname, '../public');
const SAMPLES = join(PUBLIC, 'samples');
const SHIPPED = existsSync(join(PUBLIC, 'models/mini/manifest.json'));
const PACK = SHIPPED ? {} : { pack: 'tiny' as const };

/** Every stage the page showed, in order, by the text a person reads. */
function watchStages(page: Page): Promise<string[]> {
  return page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const seen: string[] = [];
        const look = () => {
          const job = document.querySelector<HTMLElement>('.job');
          const stage = job?.dataset.stage;
          if (stage !== undefined && seen.at(-1) !== stage) seen.push(stage);
          if (!job && seen.length > 0) resolve(seen);
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

/** Plays what is on the stage until picture and sound are together: how far they came, and how far apart they were (seconds). */
async function play(page: Page) {
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  // The player measures how far apart they are while they play, and moves the picture to the sound.
  const played = await page.waitForFunction(() => {
    const player = window.__studio?.studio.player;
    const picture = document.querySelector<HTMLVideoElement>('#stage video.screen:not(.behind)')?.currentTime ?? 0;
    const offset = player?.offset();
    if (!player || picture <= 0.5 || offset === undefined || Math.abs(offset) >= 0.02) return undefined;
    return { picture, offset, state: player.getState() };
  });
  const seen = await played.jsonValue();
  if (!seen) throw new Error('Nothing was played.');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  return seen;
}

test('a bundled video gets its sound', async ({ page }) => {
  const source = join(SAMPLES, 'hammer.mp4');
  const app = await AppPage.open(page, PACK);
  await page.getByRole('button', { name: /Hammer on stone/ }).click();
  await expect(page.getByText(/4\.1 s · 256 × 256/)).toBeVisible();
  await page.getByLabel('Prompt').fill('hammer on stone, with sparkles');
  await expect(page.locator('.word.known')).toHaveText(['hammer', 'stone']);
  await expect(page.locator('.ignored')).toContainText('sparkles');
  await page.getByLabel('Seed', { exact: true }).fill('20');
  await page.getByText('Advanced').click();
  await page.getByLabel('Steps').fill('8');

  const stages = watchStages(page);
  const result = await app.generate();
  // The fastest may pass between two frames of the screen, but none comes out of turn, and the long ones are seen.
  const order = (await stages).map((stage) => STAGES.indexOf(stage as (typeof STAGES)[number]));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(await stages).toEqual(expect.arrayContaining(['download', 'prepare', 'sample']));

  expect(result).toMatchObject({
    recipe: { seed: 20, backend: 'wasm', sampler: { steps: 8 } },
    understood: ['hammer', 'stone'],
  });
  await expect(page.getByTestId('result-seed')).toHaveText('20');
  await expect(page.getByTestId('result-backend')).toHaveText('Processor (WASM)');
  const played = await play(page);
  expect(played.picture).toBeGreaterThan(0.5);
  expect(played.state).toMatchObject({ track: result.id, sound: 'on', picture: 'ready' });
  expect(Math.abs(played.offset ?? Infinity)).toBeLessThan(0.02);

  const path = await app.download();
  expect(path).toMatch(/Hammer-on-stone-foley-20\.mp4$/);
  expect(videoMd5(path)).toBe(videoMd5(source));
  const { streams, format } = probeFile(path);
  expect(streams.map(({ codec_type, codec_name }) => [codec_type, codec_name])).toEqual([
    ['video', 'h264'],
    ['audio', 'aac'],
  ]);
  const seconds = Number(probeFile(source).format.duration);
  expect(Math.abs(Number(format.duration) - seconds)).toBeLessThan(1 / 15);
  const track = sound(path, 'own');
  expect(Math.abs(track.start - (pictures(path, 'own')[0]?.time ?? Infinity))).toBeLessThan(0.02);
  const { lufs, truePeak } = loudnessOf(path);
  expect(Math.abs(lufs + 20)).toBeLessThan(0.5);
  expect(truePeak).toBeLessThan(-0.5);
});

test('the same seed makes the same sound, another seed another', async ({ page }) => {
  const app = await AppPage.open(page, PACK);
  await app.openFile(join(SAMPLES, 'drops.mp4'));
  await app.setSampler({ steps: 3 });
  const made: string[] = [];
  for (const seed of ['5', '5', '6']) {
    await page.getByLabel('Seed', { exact: true }).fill(seed);
    await app.generate();
    made.push(packetsMd5(await app.download(), 'a:0'));
  }
  expect(made[1]).toBe(made[0]);
  expect(made[2]).not.toBe(made[0]);
});

test('a bundled sound gets its clip', async ({ page }) => {
  const source = join(SAMPLES, 'claps.m4a');
  const app = await AppPage.open(page, PACK);
  await page.getByRole('button', { name: /Clapping hands/ }).click();
  await expect(page.getByRole('radio', { name: /Sound to clip/ })).toBeChecked();
  await app.setSampler({ steps: 8 });
  const result = await app.generate();
  const played = await play(page);
  expect(played.picture).toBeGreaterThan(0.5);
  expect(played.state).toMatchObject({ track: result.id, sound: 'on', picture: 'ready' });
  expect(Math.abs(played.offset ?? Infinity)).toBeLessThan(0.02);

  const path = await app.download();
  expect(path).toMatch(/Clapping-hands-clip-\d+\.mp4$/);
  const { streams, format } = probeFile(path);
  const picture = streams.find(({ codec_type }) => codec_type === 'video');
  expect(picture).toMatchObject({ codec_name: 'h264', width: 256, height: 256, pix_fmt: 'yuv420p' });
  expect(packetsMd5(path, 'a:0')).toBe(packetsMd5(source, 'a:0'));
  expect(Math.abs(Number(format.duration) - result.recipe.duration)).toBeLessThan(1 / 15);
  const frames = pictures(path, 'own');
  expect(frames).toHaveLength(64);
  expect(Math.abs(sound(path, 'own').start - (frames[0]?.time ?? Infinity))).toBeLessThan(0.02);
  // A clip, not one grey picture.
  const levels = frames.map(({ level }) => level);
  expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(0.5);
});

test('the sound of a video gets a clip of its own', async ({ page }) => {
  const app = await AppPage.open(page, PACK);
  await page.getByRole('radio', { name: /Sound to clip/ }).check();
  await app.openFile('flash-29.97.mp4');
  await app.setSampler({ steps: 2 });
  await app.generate();
  const path = await app.download();
  expect(packetsMd5(path, 'a:0')).toBe(packetsMd5(join(import.meta.dirname, 'fixtures/media/flash-29.97.mp4'), 'a:0'));
  expect(probeFile(path).streams.find(({ codec_type }) => codec_type === 'video')).toMatchObject({ width: 256 });
});
