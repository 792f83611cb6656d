/**
 * The build behind nginx and Caddy as Debian ships them, with the files in deploy/: isolated, compressed, in a folder of
 * the site, and on a host that sends no headers at all. With the pack that ships.
 */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Browser, type BrowserContextOptions } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';
import { HAS_NGINX_BROTLI, startCaddy, startNginx, type StaticServer } from './harness/static-servers.ts';
import { CACHE_HASHED, CACHE_OTHERS, commonHeaders } from '../scripts/lib/headers.mjs';

const DIST = join(import.meta.dirname, '../dist');
/** Most bytes of a first visit with one take, programs and model included: 38.1 MB as gzip, 32.6 MB with Brotli. */
const COMPRESSED = 45_000_000;
/** Most of the same without compression (52.1 MB) that is left with it. */
const LEFT = 0.8;

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  mkdirSync(join(folder, 'sites'));
  symlinkSync(DIST, join(folder, 'sites/studio'));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A context of its own: nothing in any cache. */
async function visit(browser: Browser, baseURL: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ baseURL, serviceWorkers: 'block', ...options });
  const page = await context.newPage();
  return { context, page, app: await AppPage.open(page) };
}

const TRIPS = ['start page', 'opening a sample', 'first generation'] as const;
type Trips = Record<(typeof TRIPS)[number], number>;

/** Opens the app, opens a sample and makes one take of it; bytes on the wire of each. */
async function firstVisit(browser: Browser, server: StaticServer, path = ''): Promise<Trips> {
  server.sent();
  const { context, page, app } = await visit(browser, server.url + path);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await expect(page.getByRole('region', { name: 'This device' })).toContainText(/\d+ MB/);
  await page.waitForLoadState('networkidle');
  const start = server.sent();
  await page.getByRole('button', { name: /Hammer on stone/ }).click();
  await expect.poll(async () => (await app.state()).input.phase).toBe('ready');
  await page.waitForLoadState('networkidle');
  const opening = server.sent();
  await app.setSampler({ steps: 2 });
  const take = await app.generate();
  expect(take.recipe.backend).toBe('wasm');
  await page.evaluate(() => window.__studio?.studio.kept());
  await context.close();
  return { 'start page': start, 'opening a sample': opening, 'first generation': server.sent() };
}

const totalOf = (trips: Trips) => Object.values(trips).reduce((sum, bytes) => sum + bytes, 0);

function note(what: string, trips: Trips): void {
  const say = TRIPS.map((trip) => `${trip} ${(trips[trip] / 1e6).toFixed(2)} MB`).join(', ');
  const text = `${say}, in all ${(totalOf(trips) / 1e6).toFixed(2)} MB`;
  test.info().annotations.push({ type: what, description: text });
  console.log(`    ${what}: ${text}`);
}

/** Headers of a page, a program and a file of the model. */
async function checkHeaders(browser: Browser, base: string, encoding: string) {
  const { context, page } = await visit(browser, base);
  const meta = (await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')) ?? '';
  const programs = (await (await page.request.get('programs.json')).json()) as { readonly file: string }[];
  const program = programs.find(({ file }) => file.includes('ort-wasm'))?.file ?? '';
  const script = await page.evaluate(
    () => document.querySelector<HTMLScriptElement>('script[type=module]')?.getAttribute('src') ?? '',
  );
  for (const { path, type, compressed } of [
    { path: '', type: /^text\/html/, compressed: false },
    { path: script, type: /javascript/, compressed: false },
    { path: program, type: /^application\/wasm/, compressed: true },
    { path: 'models/mini/manifest.json', type: /json/, compressed: true },
    { path: 'models/mini/audio_segment_0.onnx', type: /octet-stream/, compressed: true },
    { path: 'samples/hammer.mp4', type: /^video\/mp4/, compressed: false },
  ]) {
    const response = await page.request.get(path, { headers: { 'Accept-Encoding': encoding } });
    const headers = response.headers();
    expect(response.status(), path).toBe(200);
    expect(headers['content-type'], path).toMatch(type);
    expect(headers['content-encoding'], path).toBe(compressed ? encoding : undefined);
    expect(headers['cache-control'], path).toBe(path.includes('assets/') ? CACHE_HASHED : CACHE_OTHERS);
    for (const [name, value] of Object.entries(commonHeaders(meta))) {
      expect(headers[name.toLowerCase()], `${name} of ${path}`).toBe(value);
    }
    // Seen again: nothing is sent.
    const again = await page.request.get(path, {
      headers: { 'Accept-Encoding': encoding, 'If-None-Match': headers.etag ?? '' },
    });
    expect(again.status(), path).toBe(304);
  }
  const part = await page.request.get('samples/hammer.mp4', { headers: { Range: 'bytes=2-5' } });
  expect(part.status()).toBe(206);
  const missing = await page.request.get('assets/none-12345678.js');
  expect(missing.status()).toBe(404);
  // A file that is missing during an update must not be remembered as missing for a year.
  expect(missing.headers()['cache-control']).not.toBe(CACHE_HASHED);
  await context.close();
}

test.describe('behind other servers', { tag: '@long' }, () => {
  test('nginx: isolated, a generation, and what gzip saves on the wire', async ({ browser }) => {
    const plain = await startNginx({ folder: join(folder, 'nginx-plain'), root: DIST, plain: true });
    const before = await firstVisit(browser, plain);
    await plain.close();
    const packed = await startNginx({ folder: join(folder, 'nginx-gzip'), root: DIST });
    await checkHeaders(browser, packed.url, 'gzip');
    const after = await firstVisit(browser, packed);
    await packed.close();
    note('nginx, nothing compressed', before);
    note('nginx, gzip', after);
    expect(totalOf(after)).toBeLessThan(LEFT * totalOf(before));
    expect(totalOf(after)).toBeLessThan(COMPRESSED);
  });

  test('nginx with the module for Brotli', async ({ browser }) => {
    test.skip(!HAS_NGINX_BROTLI, 'libnginx-mod-http-brotli-static is not installed');
    const server = await startNginx({ folder: join(folder, 'nginx-brotli'), root: DIST, brotli: true });
    await checkHeaders(browser, server.url, 'br');
    await server.close();
  });

  test('Caddy, in a folder of the site: isolated, a generation, Brotli on the wire', async ({ browser }) => {
    const server = await startCaddy({ folder: join(folder, 'caddy'), root: join(folder, 'sites') });
    await checkHeaders(browser, `${server.url}studio/`, 'br');
    const trips = await firstVisit(browser, server, 'studio/');
    await server.close();
    note('Caddy, br', trips);
    expect(totalOf(trips)).toBeLessThan(COMPRESSED);
  });

  test('a host without headers: one thread is said, and the service worker adds them', async ({ browser }) => {
    const server = await startNginx({ folder: join(folder, 'bare'), root: join(folder, 'sites'), bare: true });
    const base = `${server.url}studio/`;

    const without = await visit(browser, base);
    expect(await without.page.evaluate(() => crossOriginIsolated)).toBe(false);
    await expect(without.page.locator('.advice [data-code="not-isolated"]')).toContainText('Only one thread');
    await without.context.close();

    const { context, page, app } = await visit(browser, base, { serviceWorkers: 'allow' });
    const device = page.getByRole('region', { name: 'This device' });
    await expect(device).toContainText('1 thread');
    const advice = page.locator('.advice [data-code="not-isolated-yet"]');
    await expect(advice).toContainText('first visit');
    const loaded = page.waitForEvent('load');
    await advice.getByRole('button', { name: 'Reload' }).click();
    await loaded;
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await expect(device).toContainText(/[2-9] threads/);
    await expect(page.locator('.advice [data-code^="not-isolated"]')).toHaveCount(0);

    // Workers run under the policy as well: it comes with their scripts.
    const policies = await page.evaluate(async () => {
      const meta = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content');
      const names = performance.getEntriesByType('resource').map(({ name }) => name);
      const scripts = names.filter((name) => /\/assets\/.*\.js$/.test(name));
      const answers = await Promise.all(scripts.map((name) => fetch(name)));
      return answers.map(({ headers }) => headers.get('Content-Security-Policy') === meta);
    });
    expect(policies.length).toBeGreaterThan(2);
    expect(policies).not.toContain(false);

    await page.getByRole('button', { name: /Hammer on stone/ }).click();
    await expect.poll(async () => (await app.state()).input.phase).toBe('ready');
    await app.setSampler({ steps: 2 });
    await app.setTakes(1);
    await app.generate();
    await context.close();
    await server.close();
  });
});
