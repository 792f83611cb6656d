/** Sharing as people do it: a take of the app becomes a link, and the link is opened in a browser that has nothing else. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser, type Page } from '@playwright/test';
import jsQR from 'jsqr';
import { integratedLoudness } from '../src/dsp/loudness.ts';
import { AppPage } from './harness/app-page.ts';
import { goldenPayload } from './harness/golden-links.ts';
import { shippedFiles } from './harness/packs.ts';
import { probeFile, sound } from './harness/reopen.ts';
import { LONG } from './harness/sets.ts';

const SAMPLES = join(import.meta.dirname, '../public/samples');

/** The link in the dialog, once it is made. */
async function linkOf(page: Page): Promise<string> {
  const field = page.getByTestId('share-url');
  await expect(field).toBeVisible();
  return field.inputValue();
}

async function opened(browser: Browser, url: string) {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const asked: string[] = [];
  context.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const page = await context.newPage();
  await page.goto(url);
  return { context, page, asked };
}

/** What a camera reads off a picture (PNG) of a QR code. */
function readQrCode(png: Buffer): string | undefined {
  const decoded = (format: readonly string[]) =>
    execFileSync('ffmpeg', ['-v', 'error', '-i', '-', ...format, '-'], { input: png, maxBuffer: 1 << 28 });
  const pixels = decoded(['-f', 'rawvideo', '-pix_fmt', 'rgba']);
  // Width and height stand in the header of the PNG.
  return jsQR(Uint8ClampedArray.from(pixels), png.readUInt32BE(16), png.readUInt32BE(20))?.data;
}

async function violations(page: Page, within: string): Promise<string[]> {
  const found = await new AxeBuilder({ page }).include(within).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

test('a take becomes a link that plays, can be kept and remixed elsewhere', async ({ page, browser }) => {
  const app = await AppPage.open(page);
  await app.openFile(join(SAMPLES, 'hammer.mp4'));
  await page.getByLabel('Prompt', { exact: true }).fill('hammer on wood');
  const take = await app.generate();

  await page.getByRole('button', { name: 'Share link' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share a link' });
  const title = dialog.getByLabel('Title');
  await expect(title).toHaveValue('hammer');
  // What no messenger cuts comes first; this one plays without the model.
  await expect(dialog.getByRole('radio', { name: /^Chat/ })).toBeChecked();
  await dialog.getByRole('radio', { name: /^Standard/ }).check();
  await linkOf(page);
  await title.fill('Nail <b>it</b>');
  await title.press('Enter');
  const url = await linkOf(page);
  expect(url).toContain('/#s-');
  expect(await violations(page, '.share-dialog')).toEqual([]);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await dialog.getByRole('button', { name: 'Copy link' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(url);
  await page.screenshot({ path: test.info().outputPath('dialog.png') });

  const there = await opened(browser, url);
  await expect(there.page.getByRole('heading', { name: 'Nail <b>it</b>' })).toBeVisible();
  await there.page.getByRole('button', { name: 'Play', exact: true }).click();
  await there.page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.3);
  // Neither the studio nor any model was needed for that.
  expect(there.asked.filter((path) => /studio-page|models|ffmpeg|ort-/.test(path))).toEqual([]);
  expect(await violations(there.page, 'body')).toEqual([]);
  await there.page.screenshot({ path: test.info().outputPath('landing.png'), fullPage: true });

  const [download] = await Promise.all([
    there.page.waitForEvent('download'),
    there.page.getByRole('link', { name: 'Download' }).click(),
  ]);
  const path = test.info().outputPath(download.suggestedFilename());
  await download.saveAs(path);
  const { streams } = probeFile(path);
  expect(streams.map((stream) => stream.codec_type).sort()).toEqual(['audio', 'video']);
  const { samples } = sound(path, 'own');
  expect(Math.abs(integratedLoudness(samples, 48_000) - (take.edit.loudness?.lufs ?? NaN))).toBeLessThan(3.5);

  await there.page.getByRole('button', { name: 'Use these settings on your file' }).click();
  await expect(there.page.getByLabel('Prompt', { exact: true })).toHaveValue('hammer on wood');
  const remixed = await there.page.evaluate(() => window.__studio?.studio.store.getState().draft);
  expect(remixed).toMatchObject({ seed: take.recipe.seed, drawSeed: false });
  await there.page.goBack();
  await expect(there.page.getByRole('heading', { name: 'Nail <b>it</b>' })).toBeVisible();
  await there.context.close();
});

test('a chat link fits a message, and is heard with a part of the model', async ({ page, browser }) => {
  const app = await AppPage.open(page);
  await app.openFile(join(SAMPLES, 'hammer.mp4'));
  await app.generate();
  // As a person who never leaves the keyboard.
  await page.keyboard.press('Shift+S');
  const dialog = page.getByRole('dialog', { name: 'Share a link' });
  await expect(dialog.getByTestId('share-length')).toContainText('No messenger');
  const url = await linkOf(page);
  expect(url.length).toBeLessThanOrEqual(1800);
  await dialog.getByRole('button', { name: 'Play', exact: true }).click();
  await page.waitForFunction(
    () => document.querySelector<HTMLCanvasElement>('.share-dialog canvas')?.moment?.().playing,
  );
  await dialog.getByText('QR code', { exact: true }).click();
  const code = dialog.getByRole('img', { name: 'QR code of the link' });
  await code.scrollIntoViewIfNeeded();
  expect(readQrCode(await code.screenshot())).toBe(url);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  const there = await opened(browser, url);
  const play = there.page.getByRole('button', { name: /^Play \(loads the model once, \d+ MB\)/ });
  await play.click();
  await there.page.waitForFunction(() => document.querySelector('canvas')?.moment?.().playing);
  const files = there.asked.filter((path) => path.includes('/models/')).map((path) => path.split('/').at(-1));
  const needed = shippedFiles(undefined, 'sound-decoder');
  expect(needed.files).toHaveLength(3);
  expect(new Set(files)).toEqual(new Set(['manifest.json', 'variants.json', needed.manifest, ...needed.files]));
  await there.page.screenshot({ path: test.info().outputPath('chat.png'), fullPage: true });
  await there.context.close();
});

test('the marked part of a long take is what the link holds', LONG, async ({ page, browser }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile('flash-29.97.mp4');
  await app.generate();
  await page.getByRole('button', { name: 'Share link' }).click();
  // Plays without the model.
  const standard = page.getByRole('dialog').getByRole('radio', { name: /^Standard/ });
  await standard.check();
  await expect(page.getByTestId('share-part')).toContainText('where most happens');
  await page.keyboard.press('Escape');
  // From two to four seconds, by the keys of the timeline.
  await page.evaluate(() => window.__studio?.studio.player.seek(2));
  await page.getByRole('button', { name: 'Set in point' }).click();
  await page.evaluate(() => window.__studio?.studio.player.seek(4));
  await page.getByRole('button', { name: 'Set out point' }).click();
  await page.getByRole('button', { name: 'Share link' }).click();
  await standard.check();
  // What is marked for an edit is not what is shared, unless a person says so.
  await expect(page.getByTestId('share-part')).toContainText('where most happens');
  await page.getByRole('button', { name: 'Use the marked part' }).click();
  await expect(page.getByTestId('share-part')).toContainText('2.0 s to 4.0 s');
  const there = await opened(browser, await linkOf(page));
  await expect(there.page.getByText('2 s, from 2 s')).toBeVisible();
  const seconds = await there.page.locator('video').evaluate(
    (video: HTMLVideoElement) =>
      new Promise<number>((resolve) => {
        if (video.readyState > 0) return resolve(video.duration);
        video.addEventListener('loadedmetadata', () => resolve(video.duration));
      }),
  );
  expect(Math.abs(seconds - 2)).toBeLessThan(0.15);
  await there.context.close();
});

test('a bad link shows a clear page in either language, and leads to the studio', async ({ page }) => {
  await page.goto('/#s-hello-world-this-is-no-link');
  await expect(page.getByRole('alert')).toHaveAttribute('data-code', 'link-damaged');
  expect(await violations(page, 'body')).toEqual([]);
  await page.getByRole('button', { name: 'Make your own' }).click();
  await expect(page.getByRole('heading', { name: 'AV-Link Studio' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'This link cannot be opened' })).toBeVisible();
});

test(
  'a link pasted into the tab of the studio is shown, and the studio is as it was afterwards',
  LONG,
  async ({ page }) => {
    const app = await AppPage.open(page, { pack: 'tiny' });
    await app.openFile('flash-29.97.mp4');
    await app.generate();
    const clip = goldenPayload('v1 clip');
    await page.evaluate((payload) => (window.location.hash = `s-${payload}`), clip);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.2);
    await page.getByRole('button', { name: 'Make your own' }).click();
    await expect(page.getByTestId('result')).toBeVisible();
    expect((await app.state()).takes).toHaveLength(1);
  },
);

test('the share sheet of the platform gets the whole file', LONG, async ({ page }) => {
  // Headless Chromium has no share sheet; this one keeps what it is given, and like a real one wants a fresh press.
  await page.addInitScript(() => {
    const given: File[] = [];
    Object.assign(window, { given });
    navigator.canShare = () => true;
    navigator.share = (data) => {
      given.push(...(data?.files ?? []));
      return given.length > 1
        ? Promise.resolve()
        : Promise.reject(new DOMException('Needs a press.', 'NotAllowedError'));
    };
  });
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile('flash-29.97.mp4');
  await app.generate();
  await page.getByRole('button', { name: 'Share link' }).click();
  await linkOf(page);
  await page.getByRole('button', { name: 'Share as a file …' }).click();
  await page.getByRole('button', { name: 'The file is ready: share it' }).click();
  await expect(page.getByRole('button', { name: 'Share as a file …' })).toBeVisible();
  const files = await page.evaluate(() =>
    (window as unknown as { given: File[] }).given.map(({ name, size, type }) => ({ name, size, type })),
  );
  expect(files).toHaveLength(2);
  expect(files[0]?.name).toMatch(/\.mp4$/);
  expect(files[0]?.size).toBeGreaterThan(10_000);
  expect(files[0]).toEqual(files[1]);
});
