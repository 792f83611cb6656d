/**
 * A page with the media layer on it, served by a Vite of its own, so that these tests need neither the app nor its build.
 */

import { join } from 'node:path';
import { test, type Page } from '@playwright/test';
import { createServer, type ViteDevServer } from 'vite';
import { MediaCalls } from './media-calls.ts';

const ROOT = join(import.meta.dirname, '../..');
export const FIXTURES = join(ROOT, 'e2e/fixtures/media');

/**
 * Apart from the app's own dev server, which may be running, from other workers, and from a run beside this one: two servers
 * that prepare dependencies in one folder take each other's files away.
 */
const { E2E_PORT = '', TEST_PARALLEL_INDEX = '0' } = process.env;
const CACHE = join(ROOT, `.cache/vite-harness${E2E_PORT}-${TEST_PARALLEL_INDEX}`);

export async function serveHarness(): Promise<{ url: string; server: ViteDevServer }> {
  const server = await createServer({
    root: ROOT,
    configFile: join(ROOT, 'vite.config.ts'),
    cacheDir: CACHE,
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    logLevel: 'error',
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (address === null || typeof address !== 'object') throw new Error('The harness server has no port.');
  return { url: `http://127.0.0.1:${address.port}/e2e/harness/media.html`, server };
}

export async function openHarness(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => 'mediaHarness' in window);
}

/** The page that all tests of a file share, and what is called on it. */
interface MediaPage {
  readonly page: Page;
  readonly media: MediaCalls;
}

/**
 * Opens one page for all tests of the file that calls this: the core is loaded once, and every test also checks that the one
 * before left it usable. `onOpened` is called before the first of them.
 */
export function shareMediaPage(onOpened: (opened: MediaPage) => void): void {
  let server: ViteDevServer;
  let page: Page;
  test.beforeAll(async ({ browser }) => {
    const served = await serveHarness();
    server = served.server;
    page = await browser.newPage();
    await openHarness(page, served.url);
    onOpened({ page, media: new MediaCalls(page) });
  });
  test.afterAll(async () => {
    await page.close();
    await server.close();
  });
}

/** Gives the page a file from the disk; a bare name means a fixture. */
export async function setFile(page: Page, file: string): Promise<void> {
  await page.setInputFiles('#file', file.startsWith('/') ? file : join(FIXTURES, file));
}
