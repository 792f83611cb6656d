/**
 * The installed app without a network: its own server is started for the test and shut down in the middle of it. With the
 * pack that ships.
 */

import { expect, test, type Page } from '@playwright/test';
import { serve } from '../scripts/lib/site.mjs';
import { AppPage } from './harness/app-page.ts';
import { storedWhole } from './harness/stored-model.ts';

test.use({ serviceWorkers: 'allow' });
/** Waits until the service worker answers for the page. */
const controlled = (page: Page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
      await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
    }
  });

const cached = (page: Page, name: string) =>
  page.evaluate(async (name) => {
    const cache = await caches.open(name);
    return (await cache.keys()).map(({ url }) => url);
  }, name);

/** Opens a bundled sample and makes one take of it. */
async function generateFromSample(page: Page, app: AppPage, sample: RegExp) {
  await page.getByRole('button', { name: sample }).click();
  await expect.poll(async () => (await app.state()).input.phase).toBe('ready');
  await app.setSampler({ steps: 2 });
  await app.setTakes(1);
  return app.generate();
}

test('once loaded and used, the app opens and generates with its server gone', async ({ browser }) => {
  const site = await serve({ port: 0 });
  const context = await browser.newContext({ baseURL: site.url, serviceWorkers: 'allow' });
  const foreign: string[] = [];
  context.on('request', (request) => {
    if (!request.url().startsWith(site.url) && !request.url().startsWith('blob:')) foreign.push(request.url());
  });
  const page = await context.newPage();
  const app = await AppPage.open(page);
  await controlled(page);
  await expect(page.getByRole('region', { name: 'This device' })).toContainText(/\d+ MB/);
  const online = await generateFromSample(page, app, /Hammer on stone/);
  // The large programs are kept once they were used, whoever fetched them first.
  await expect.poll(() => cached(page, 'programs')).toHaveLength(2);
  // So is the rest of the model, for the other task.
  await storedWhole(page, 'public/models/mini', 'manifest.processor.json');

  await site.close();
  await context.setOffline(true);
  await expect(fetch(site.url)).rejects.toThrow();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'AV-Link Studio' })).toBeVisible();
  // Threads need isolation: the stored page brings its headers along.
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const device = page.getByRole('region', { name: 'This device' });
  await expect(device).toContainText('nothing, ready to go');
  await expect(device.locator('[data-code="offline"]')).toHaveCount(0);

  await page.evaluate((seed) => window.__studio?.studio.setDraft({ seed }), online.recipe.seed);
  const offline = await generateFromSample(page, app, /Hammer on stone/);
  expect(offline.recipe.packHash).toBe(online.recipe.packHash);
  expect(offline.sketch).toEqual(online.sketch);
  const sound = await generateFromSampleAgain(page, app);
  expect(sound.recipe.task).toBe('a2v');
  expect(foreign).toEqual([]);
  await context.close();
});

/** The other direction, from a page opened anew: samples stand on the first screen only. */
async function generateFromSampleAgain(page: Page, app: AppPage) {
  await page.goto('/?backend=wasm&task=a2v');
  await expect(page.getByRole('radio', { name: /Sound to clip/ })).toBeChecked();
  return generateFromSample(page, app, /Clapping hands/);
}

test('without a network a visitor who never generated is told what is missing', async ({ page, context }) => {
  await AppPage.open(page);
  await controlled(page);
  // Once more with the worker in charge: now it has seen the manifest.
  await page.reload();
  const device = page.getByRole('region', { name: 'This device' });
  await expect(device).toContainText(/\d+ MB/);
  await context.setOffline(true);
  await page.reload();
  await expect(device).toContainText('You are offline, and the model is not downloaded yet');
  await context.setOffline(false);
});

test('files shared with the app never reach the server and open in it', async ({ page }) => {
  const posts: string[] = [];
  page.context().on('request', (request) => {
    if (request.method() === 'POST' && request.serviceWorker() !== null) posts.push(request.url());
  });
  await AppPage.open(page);
  await controlled(page);
  const response = await page.evaluate(async () => {
    const form = new FormData();
    const sample = await (await fetch('/samples/claps.m4a')).blob();
    form.append('media', new File([sample], '손뼉 소리.m4a', { type: 'audio/mp4' }));
    // The system's own request follows the redirection to the page; here it is only looked at.
    return (await fetch('/share-target', { method: 'POST', body: form, redirect: 'manual' })).type;
  });
  expect(response).toBe('opaqueredirect');
  expect(posts).toEqual([]);
  await page.goto('/?shared&backend=wasm');
  await expect(page.getByText('손뼉 소리.m4a', { exact: true })).toBeVisible();
  expect(new URL(page.url()).search).toBe('?backend=wasm');
  expect(await page.evaluate(() => caches.has('shared-files'))).toBe(false);
});

test('a new version is offered, waits, and comes with the reload', async ({ page }) => {
  const app = await AppPage.open(page, { backend: 'wasm' });
  await controlled(page);
  await expect(page.getByText('A new version of the app is ready.')).toHaveCount(0);
  // Another script for the same scope is what a new build is to the browser.
  await page.evaluate(() => navigator.serviceWorker.register('/sw.js?next'));
  const notice = page.getByRole('status').filter({ hasText: 'A new version of the app is ready.' });
  await expect(notice).toBeVisible();

  await page.getByRole('button', { name: /Hammer on stone/ }).click();
  await expect.poll(async () => (await app.state()).input.phase).toBe('ready');
  await app.setSampler({ steps: 100 });
  await app.generateButton.click();
  await expect(notice.getByRole('button', { name: 'Reload' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(app.generateButton).toBeVisible();

  const loaded = page.waitForEvent('load');
  await notice.getByRole('button', { name: 'Reload' }).click();
  await loaded;
  await expect(page.getByRole('heading', { name: 'AV-Link Studio' })).toBeVisible();
  await controlled(page);
  // The new one is in charge. The page registers its own script again, which to the browser is the next new version: what
  // waits by now is no matter of this test.
  const inCharge = () => page.evaluate(() => navigator.serviceWorker.controller?.scriptURL ?? '');
  await expect.poll(inCharge).toMatch(/\/sw\.js\?next$/);
});
