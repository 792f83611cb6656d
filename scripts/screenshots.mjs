/**
 * `node scripts/screenshots.mjs`: makes the pictures of the README (docs/*.webp) with the built app and the shipped pack.
 * Look at them before you commit them.
 */
/* global window */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { BASE_ARGS, findChromium } from './lib/chromium.mjs';
import { ROOT } from './lib/run.mjs';
import { build, serve } from './lib/site.mjs';

const OUT = join(ROOT, 'docs');
/** Largest picture, in bytes, so that the README loads fast. */
const LARGEST = 150_000;
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

await build();
const site = await serve({ port: 0 });
const executablePath = findChromium();
const browser = await chromium.launch({ args: [...BASE_ARGS], ...(executablePath ? { executablePath } : {}) });
const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce', serviceWorkers: 'block' });
const page = await context.newPage();
const cdp = await context.newCDPSession(page);

try {
  await page.goto(`${site.url}?backend=wasm`);
  // A clip for a sound and a sound for a video fill the history; then come the takes that the pictures show.
  await generate(/Clapping hands/, { prompt: '', takes: 1, seed: 3 });
  await generate(/Dripping water/, { prompt: 'water drops', takes: 1, seed: 4 });
  await generate(/Hammer on stone/, { prompt: 'hammer on stone', takes: 3, seed: 20 });
  await page.getByRole('button', { name: 'Star take 1' }).click();
  await page.evaluate(() => window.__studio?.studio.player.seek(1.3));

  await shoot('stage', { colorScheme: 'light', height: 1245 });
  await direct();
  await shootPart('timing', '.timeline', { colorScheme: 'light' });
  await page.keyboard.press('Escape');
  await page.evaluate(() => {
    const studio = window.__studio?.studio;
    const id = studio?.store.getState().selected;
    const part = { span: { start: 2.2, end: 2.9 }, gain: -Infinity };
    if (studio && id) studio.editTake(id, { fadeOut: 0.5, spans: [part] });
  });
  await shoot('stage-dark', { colorScheme: 'dark', height: 1425 });
  await shoot('phone', { colorScheme: 'light', ...PHONE, scale: 2, from: 150 });
  await page.evaluate(() => window.__studio?.studio.kept());
  await page.setViewportSize(WIDE);
  await page.getByRole('button', { name: 'History' }).click();
  await page.getByRole('button', { name: /Open Clapping hands/ }).waitFor();
  await shoot('history', { colorScheme: 'light', height: 860 });
} finally {
  await browser.close();
  await site.close();
}

/**
 * @param {RegExp} sample
 * @param {{ prompt: string, takes: number, seed: number }} draft
 */
async function generate(sample, draft) {
  const another = page.getByRole('button', { name: 'Choose another' });
  // Only the first screen has the samples.
  if (await another.isVisible()) await page.reload();
  await page.getByRole('button', { name: sample }).click();
  await page.waitForFunction(() => window.__studio?.studio.store.getState().input.phase === 'ready');
  await page.evaluate((draft) => window.__studio?.studio.setDraft(draft), draft);
  const status = await page.evaluate(async () => {
    await window.__studio?.studio.surveyed();
    const outcome = await window.__studio?.studio.generate();
    await window.__studio?.studio.kept();
    return outcome?.status;
  });
  if (status !== 'done') throw new Error(`The generation for ${sample} ended as ${status}.`);
}

/** Adds a hit to those that were read, moves another, and leaves it chosen. */
async function direct() {
  await page.waitForFunction(() => window.__studio?.studio.store.getState().timing.reading.phase === 'ready');
  await page.locator('.hit-lane').scrollIntoViewIfNeeded();
  const lane = await page.locator('.hit-lane').boundingBox();
  if (!lane) throw new Error('There is no timing lane.');
  await page.mouse.dblclick(lane.x + lane.width * 0.57, lane.y + lane.height * 0.3);
  await page.keyboard.press('[');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
}

/**
 * @param {string} name
 * @param {string} selector of what is shown alone
 * @param {{ colorScheme: 'light' | 'dark' }} options
 */
async function shootPart(name, selector, { colorScheme }) {
  await page.emulateMedia({ colorScheme });
  await page.locator(selector).scrollIntoViewIfNeeded();
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`${selector} is not shown.`);
  const top = await page.evaluate(() => window.scrollY);
  await capture(name, { x: box.x - 12, y: box.y + top - 12, width: box.width + 24, height: box.height + 24, scale: 1 });
}

/**
 * @param {string} name
 * @param {{ colorScheme: 'light' | 'dark', width?: number, height: number, scale?: number, from?: number }} options `from`: pixels scrolled off the top
 */
async function shoot(name, { colorScheme, width = WIDE.width, height, scale = 1, from = 0 }) {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height });
  await page.evaluate((y) => window.scrollTo(0, y), from);
  await capture(name, { x: 0, y: from, width, height, scale });
}

/**
 * @param {string} name
 * @param {{ x: number, y: number, width: number, height: number, scale: number }} clip
 */
async function capture(name, clip) {
  // The timeline redraws, and images are decoded.
  await page.waitForTimeout(800);
  const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality: 82, clip });
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length > LARGEST) throw new Error(`${name}.webp has ${bytes.length} bytes, more than ${LARGEST}.`);
  writeFileSync(join(OUT, `${name}.webp`), bytes);
  console.log(`docs/${name}.webp ${Math.round(bytes.length / 1000)} kB`);
}
