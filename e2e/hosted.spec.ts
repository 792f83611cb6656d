/**
 * Hosted links against an S3-compatible server on this machine: the app built for it, the shipped signer between them. The
 * tiny pack makes the take; what counts is how it travels.
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { build } from 'vite';
import { createSigner } from '../scripts/hosted-signer.mjs';
import { serve } from '../scripts/lib/serve.mjs';
import { AppPage } from './harness/app-page.ts';
import { packetsMd5, probeFile } from './harness/reopen.ts';
import { KEYS, openStrictStore, signatureOf, type StrictStore } from './harness/strict-store.ts';

const ROOT = join(import.meta.dirname, '..');
const BUCKET = 'results';

// In one worker: the app is built for it.
test.describe.configure({ mode: 'default' });
let folder: string;
let store: StrictStore;
let signer: Server;
let site: Awaited<ReturnType<typeof serve>>;
let home: string;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hosted-'));
  const cors = readFileSync(join(ROOT, 'docs/hosted-cors.xml'), 'utf8').replaceAll('https://app.example.org', '*');
  store = await openStrictStore(join(folder, 'store'), BUCKET, cors);
  const { bucket } = store;

  // The app's address is part of the signer's settings and the other way round: a free port is found first.
  const held = createSigner({ bucket, origin: '', ...KEYS });
  await new Promise<void>((resolve) => held.listen(0, '127.0.0.1', resolve));
  const appPort = (held.address() as AddressInfo).port;
  await new Promise((resolve) => held.close(resolve));
  home = `http://127.0.0.1:${appPort}`;
  signer = createSigner({ bucket, origin: home, ...KEYS });
  await new Promise<void>((resolve) => signer.listen(0, '127.0.0.1', resolve));

  process.env.VITE_HOSTED_SIGNER = `http://127.0.0.1:${(signer.address() as AddressInfo).port}/`;
  process.env.VITE_HOSTED_STORE = bucket;
  process.env.VITE_HOSTED_DAYS = '7';
  const outDir = join(folder, 'dist');
  await build({
    root: ROOT,
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir, emptyOutDir: true },
  });
  site = await serve({ folder: outDir, port: appPort, strictPort: true });
});

test.afterAll(async () => {
  for (const name of ['SIGNER', 'STORE', 'DAYS']) delete process.env[`VITE_HOSTED_${name}`];
  await site.close();
  signer.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The app built for the store, with a file open. */
async function opened(browser: Browser) {
  const context = await browser.newContext({ baseURL: home, serviceWorkers: 'block' });
  const page = await context.newPage();
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile('flash-29.97.mp4');
  return { context, page, app };
}

async function shared(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Share link' }).click();
  const section = page.getByRole('region', { name: 'Full quality' });
  await expect(section).toContainText('It is deleted after 7 days');
  await section.getByRole('button', { name: 'Upload and make a link' }).click();
  const field = section.getByLabel('The link to the uploaded file');
  await expect(field).toBeVisible();
  return field.inputValue();
}

/** The files that lie in the store, as it keeps them. */
function stored(): Buffer[] {
  return readdirSync(join(folder, 'store', BUCKET))
    .filter((name) => name.endsWith('_object'))
    .map((name) => readFileSync(join(folder, 'store', BUCKET, name)));
}

test.use({ baseURL: undefined });

test('the whole file travels encrypted, and comes out as it was exported', async ({ browser }) => {
  const { context, page, app } = await opened(browser);
  await page.getByLabel('Prompt', { exact: true }).fill('secret hammer');
  await app.generate();
  const original = await app.download();
  const sent: string[] = [];
  context.on('request', (request) => {
    if (request.method() !== 'GET') sent.push(`${request.method()} ${new URL(request.url()).origin}`);
  });
  expect(stored()).toEqual([]);
  const url = await shared(page);
  expect(url).toMatch(/#h-[A-Za-z0-9_-]{72}$/);
  const { violations } = await new AxeBuilder({ page }).include('.share-dialog').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await page.screenshot({ path: test.info().outputPath('dialog.png') });
  // One question to the signer, one file to the store, nothing else.
  expect(sent.filter((call) => call.startsWith('P')).map((call) => call.split(' ')[0])).toEqual(['POST', 'PUT']);
  const [file, ...more] = stored();
  expect(more).toEqual([]);
  if (!file) throw new Error('Nothing was stored.');
  expect(file.length).toBeGreaterThan(10_000);
  for (const secret of ['secret hammer', 'flash-29.97', 'ftyp', 'moov']) expect(file.includes(secret)).toBe(false);
  await context.close();

  const elsewhere = await browser.newContext({ serviceWorkers: 'block' });
  const there = await elsewhere.newPage();
  await there.goto(url);
  await expect(there.getByText('secret hammer')).toBeVisible();
  await expect(there.getByText(/lay encrypted on 127\.0\.0\.1/)).toBeVisible();
  await there.getByRole('button', { name: 'Play', exact: true }).click();
  await there.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.3);
  const [download] = await Promise.all([
    there.waitForEvent('download'),
    there.getByRole('link', { name: 'Download' }).click(),
  ]);
  const path = test.info().outputPath('received.mp4');
  await download.saveAs(path);
  const kinds = probeFile(path).streams.map(({ codec_type }) => codec_type);
  expect(kinds.sort()).toEqual(['audio', 'video']);
  expect(packetsMd5(path, 'v:0')).toBe(packetsMd5(original, 'v:0'));
  expect(packetsMd5(path, 'a:0')).toBe(packetsMd5(original, 'a:0'));
  await elsewhere.close();
});

test('a file that was deleted, changed, or a store that is down: a clear page with a way on', async ({ browser }) => {
  const { context, page, app } = await opened(browser);
  await app.generate();
  const url = await shared(page);
  const code = async (address: string) => {
    // Another page first: a mere change of the fragment would load nothing anew.
    await page.goto('about:blank');
    await page.goto(address);
    await expect(page.getByRole('heading', { name: 'This link cannot be opened' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Make your own' })).toBeVisible();
    return page.getByRole('alert').getAttribute('data-code');
  };
  const otherKey = `${url.slice(0, -3)}${url.endsWith('AAA') ? 'BBB' : 'AAA'}`;
  expect(await code(otherKey)).toBe('link-damaged');
  expect(await code(url.slice(0, -20))).toBe('link-truncated');
  const name = createHash('sha256').update('none').digest('hex').slice(0, 32);
  const at = url.indexOf('#h-') + 3;
  const bytes = Buffer.from(url.slice(at), 'base64url');
  bytes.write(name, 6, 'hex');
  expect(await code(`${url.slice(0, at)}${bytes.toString('base64url')}`)).toBe('link-gone');
  await page.route(`${process.env.VITE_HOSTED_STORE}/**`, (route) => route.abort());
  expect(await code(url)).toBe('store-failed');
  await context.close();
});

test('an upload that fails says so, and can be tried again', async ({ browser }) => {
  const { context, page, app } = await opened(browser);
  await app.generate();
  await page.route(`${process.env.VITE_HOSTED_STORE}/**`, (route) => route.abort());
  await page.getByRole('button', { name: 'Share link' }).click();
  const section = page.getByRole('region', { name: 'Full quality' });
  await section.getByRole('button', { name: 'Upload and make a link' }).click();
  await expect(section.getByRole('alert')).toHaveAttribute('data-code', 'store-failed');
  await page.unrouteAll();
  await section.getByRole('button', { name: 'Upload and make a link' }).click();
  await expect(section.getByLabel('The link to the uploaded file')).toBeVisible();
  await context.close();
});

test('the store of these tests computes the published signature', () => {
  // The example of the Amazon S3 API reference.
  const query =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host';
  const headers = { host: 'examplebucket.s3.amazonaws.com' };
  expect(signatureOf('GET', `/test.txt?${query}`, headers, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')).toBe(
    'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
});

test('the signer signs for the app alone, and the store takes no more than was signed for', async () => {
  const { VITE_HOSTED_SIGNER: address = '' } = process.env;
  const ask = (origin: string, body: string) => fetch(address, { method: 'POST', headers: { Origin: origin }, body });
  expect((await ask('https://elsewhere.example', '{"bytes":10}')).status).toBe(403);
  expect((await ask(home, 'no json')).status).toBe(400);
  expect((await ask(home, '{"bytes":1e9}')).status).toBe(413);
  const ticket = (await (await ask(home, '{"bytes":10}')).json()) as { url: string };
  expect((await fetch(ticket.url, { method: 'PUT', body: 'x'.repeat(11) })).status).toBe(403);
  expect((await fetch(ticket.url, { method: 'PUT', body: 'x'.repeat(10) })).status).toBe(200);
});
