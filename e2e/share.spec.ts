/**
 * Links from one browser to another: made in one, opened in one that has nothing but the link, and judged by what is heard
 * and seen there. The shipped pack generates; the harness page stands for the app around the parts.
 */

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test';
import type { ViteDevServer } from 'vite';
import { integratedLoudness } from '../src/dsp/loudness.ts';
import { onsetF1 } from '../src/dsp/onset-score.ts';
import { detectOnsets } from '../src/dsp/onsets.ts';
import { psnr } from '../src/share/fidelity.ts';
import { TIER_CHARACTERS, TIERS, type Tier } from '../src/share/tiers.ts';
import { BASE_ARGS, findChromium, SOFTWARE_GPU_ARGS } from '../scripts/lib/chromium.mjs';
import { hear, see } from '../scripts/lib/measure.mjs';
import { goldenPayload } from './harness/golden-links.ts';
import { FIXTURES, serveHarness, setFile } from './harness/media-page.ts';
import { flashTimes, onsetTimes, pictures, probeFile, sound } from './harness/reopen.ts';
import { LONG, longUnless } from './harness/sets.ts';
import { SOUND_RATE as RATE } from './harness/share-calls.ts';

const SAMPLES = join(import.meta.dirname, '../public/samples');
const SYNC = 0.02;
/** Least picture quality against the original, both 192 x 192 and grey, in decibels. */
const PSNR: Readonly<Record<Tier, number>> = { chat: 18, standard: 26, best: 30 };

let server: ViteDevServer;
let url: string;

test.describe.configure({ mode: 'default' });
test.beforeAll(async () => {
  const harness = await serveHarness();
  server = harness.server;
  url = new URL('share.html', harness.url).href;
});
test.afterAll(() => server.close());

async function open(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(address);
  await page.waitForFunction(() => 'shareHarness' in window);
  return page;
}

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const floatsOf = (base64: string) => new Float32Array(bytesOf(base64).buffer);

function compare(want: Float32Array, got: Float32Array) {
  const onsets = [want, got].map((samples) => detectOnsets(samples, RATE).map(({ time }) => time));
  return {
    f1: onsetF1(onsets[0] ?? [], onsets[1] ?? [], 0.05),
    loudness: Math.abs(integratedLoudness(want, RATE) - integratedLoudness(got, RATE)),
  };
}

const executablePath = findChromium();
const launch = (args: readonly string[]) => ({ args: [...args], ...(executablePath ? { executablePath } : {}) });

/** A sketch and a clip are opened by different code; clips of both sizes, with WebGPU and without, by the same. */
const OPENED = [
  { task: 'v2a', file: 'bouncing.mp4', whole: false, withGpu: ['chat'], withoutGpu: ['best'] },
  { task: 'v2a', file: 'bouncing.mp4', whole: true, withGpu: TIERS, withoutGpu: TIERS },
  { task: 'a2v', file: 'blows.wav', whole: true, withGpu: TIERS, withoutGpu: TIERS },
] as const;

for (const { task, file, whole, withGpu: tiersWithGpu, withoutGpu: tiersWithoutGpu } of OPENED) {
  const places = whole ? 'with WebGPU and without, in a browser' : 'in a browser';
  const title = `${task}: ${whole ? 'every tier plays' : 'a sketch and a clip play'} ${places} that has nothing but the link`;
  test(title, longUnless(!whole), async ({ browser, playwright }) => {
    const info = test.info();
    const maker = await browser.newContext();
    const page = await open(maker, `${url}?backend=wasm`);
    await setFile(page, join(SAMPLES, file));
    const made = await page.evaluate(([task]) => window.shareHarness.generate(task, 8), [task] as const);
    const original = floatsOf(made.sound);
    const originalPicture = info.outputPath('original.mp4');
    writeFileSync(originalPicture, bytesOf(made.picture));
    const seen = see(originalPicture);

    const links: Record<string, string> = {};
    /** What the dialog says of the onsets: where no rate that leaves room for a picture keeps all, it says how many. */
    const promised: Record<string, number> = {};
    for (const tier of TIERS) {
      const link = await page.evaluate((tier) => window.shareHarness.make(tier), tier);
      expect(link.characters).toBe(link.url.length);
      expect(link.url.length).toBeLessThanOrEqual(TIER_CHARACTERS[tier]);
      expect(new URL(link.url).hash).toMatch(/^#s-[A-Za-z0-9_-]+$/);
      links[tier] = link.url;
      promised[tier] = Math.min(0.95, link.heard?.onsetF1 ?? 0.95);
      // A take has few onsets: one that no rate with room for a picture keeps is a fifth of the figure.
      expect(promised[tier]).toBeGreaterThanOrEqual(tier === 'standard' ? 0.8 : 0.95);
    }
    if (task === 'v2a' && !whole) await checkPanel(page);
    await maker.close();

    const withGpu = await playwright.chromium.launch(launch(SOFTWARE_GPU_ARGS));
    const withoutGpu = await playwright.chromium.launch(launch([...BASE_ARGS, '--disable-features=WebGPU']));
    try {
      for (const [name, other, tiers] of [
        ['with WebGPU', withGpu, tiersWithGpu],
        ['without WebGPU', withoutGpu, tiersWithoutGpu],
      ] as const) {
        for (const tier of tiers) {
          const got = await openElsewhere(
            other,
            links[tier] ?? '',
            tier,
            original,
            seen,
            info.outputPath(`${tier}.mp4`),
          );
          console.log(`      ${task}, ${tier}, ${name}: ${JSON.stringify(got)}`);
          expect(Math.abs(got.duration - made.duration)).toBeLessThan(0.15);
          expect(got.f1).toBeGreaterThanOrEqual((promised[tier] ?? 1) - 0.001);
          expect(got.loudness).toBeLessThan(1);
          expect(got.psnr).toBeGreaterThan(PSNR[tier]);
          expect(got.sync).toBeLessThan(SYNC);
        }
      }
    } finally {
      await withGpu.close();
      await withoutGpu.close();
    }
  });
}

/** The panel of the result that was generated last: the same links, their lengths, what they are too long for. */
async function checkPanel(page: Page): Promise<void> {
  await page.evaluate(() => window.shareHarness.panel());
  const length = page.getByTestId('share-length');
  await page.getByRole('radio', { name: /^Standard/ }).check();
  await expect(length).toContainText(
    'Too long for: Discord, Messenger, Signal, QR codes, Telegram, WhatsApp, and LINE',
  );
  await expect(page.getByText(/Timing kept: \d+%/)).toBeVisible();
  await page.getByText('QR code', { exact: true }).click();
  await expect(page.getByText(/makes no QR code/)).toBeVisible();
  await page.getByText('Embed in a page').click();
  const payload = new URL(await page.getByTestId('share-url').inputValue()).hash;
  await expect(page.getByTestId('embed-code')).toHaveValue(
    new RegExp(`^<iframe src="http://[^"]+/embed\\.html${payload}" `),
  );
  await page.getByRole('radio', { name: /^Chat/ }).check();
  await expect(length).toContainText('No messenger we know of cuts');
  expect((await page.getByTestId('share-url').inputValue()).length).toBeLessThanOrEqual(TIER_CHARACTERS.chat);
  await page.getByText('QR code', { exact: true }).click();
  await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
  await page.getByText('Embed in a page').click();
  const { violations } = await new AxeBuilder({ page }).include('.share-panel').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await page.screenshot({ path: test.info().outputPath('panel.png'), fullPage: true });
}

/** Opens `link` in a fresh context, plays it after one tap, and measures. */
async function openElsewhere(
  other: Browser,
  link: string,
  tier: Tier,
  original: Float32Array,
  seen: Buffer,
  path: string,
) {
  const context = await other.newContext();
  const asked: string[] = [];
  context.on('request', (request) => asked.push(request.url()));
  const page = await open(context, link);
  try {
    await expect(page.getByRole('heading', { name: 'Shared <i>&amp; safe</i>' })).toBeVisible();
    await expect(page.getByText('a hammer')).toBeVisible();
    if (tier === 'chat') {
      await page.getByRole('button', { name: /^Play/ }).click();
      await page.waitForFunction(() => document.querySelector('canvas')?.moment?.().playing);
      const gaps = await page.evaluate(async () => {
        const canvas = document.querySelector('canvas');
        const gaps: number[] = [];
        for (let k = 0; k < 60; k++) {
          await new Promise((resolve) => requestAnimationFrame(resolve));
          const moment = canvas?.moment?.();
          if (moment?.playing && moment.sound > 0.2) gaps.push(Math.abs(moment.sound - moment.picture));
        }
        return gaps.sort((a, b) => a - b);
      });
      expect(gaps.length).toBeGreaterThan(5);
      const got = floatsOf(await page.evaluate(() => window.shareHarness.sketchSound()));
      const rgb = bytesOf(await page.evaluate(() => window.shareHarness.sketchPicture(60, 192, 192)));
      const grey = Float32Array.from({ length: rgb.length / 3 }, (_, i) => 0.299 * (rgb[3 * i] ?? 0) + 0.587 * (rgb[3 * i + 1] ?? 0) + 0.114 * (rgb[3 * i + 2] ?? 0)); // prettier-ignore
      return {
        ...compare(original, got),
        duration: got.length / RATE,
        psnr: psnr(seen, grey),
        sync: gaps[gaps.length >> 1] ?? 1,
      };
    }
    // A clip needs no model.
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.3);
    expect(asked.filter((address) => /\/models\//.test(address))).toEqual([]);
    const duration = await page.evaluate(() => document.querySelector('video')?.duration ?? 0);
    writeFileSync(path, bytesOf(await page.evaluate(() => window.shareHarness.clipBytes())));
    const starts = probeFile(path).streams.map((stream) => Number((stream as { start_time?: string }).start_time));
    return {
      ...compare(original, hear(path, RATE)),
      duration,
      psnr: psnr(seen, see(path)),
      sync: Math.max(...starts) - Math.min(...starts),
    };
  } finally {
    await context.close();
  }
}

test('picture and sound of a tiny clip stay together, whatever part is shared', LONG, async ({ browser }) => {
  const page = await open(await browser.newContext(), url);
  // Pictures at 15 a second, as in the clip: nothing is lost to the grid.
  await setFile(page, 'flash-15.mp4');
  const flashes = flashTimes(pictures(join(FIXTURES, 'flash-15.mp4'), 'zero-based'));
  for (const [start, end] of [
    [0, 4],
    [0.8, 4.4],
  ] as const) {
    // prettier-ignore
    const { mp4, fps } = await page.evaluate(
      ([times, start, end]) => window.shareHarness.beeps(times, 40_000, start, end),
      [flashes, start, end] as const,
    );
    expect(fps).toBe(15);
    const path = test.info().outputPath(`beeps-${start}.mp4`);
    writeFileSync(path, bytesOf(mp4));
    const shown = flashTimes(pictures(path, 'own'));
    const { samples, start: from } = sound(path, 'own');
    const heard = onsetTimes(samples, 48_000, from);
    const inside = flashes.filter((time) => time > start + 0.1 && time < end - 0.1).map((time) => time - start);
    expect(inside.length).toBeGreaterThan(1);
    for (const time of inside) {
      const near = (list: readonly number[]) => Math.min(...list.map((other) => Math.abs(other - time)));
      // Each on its own clock within a frame, and the two together.
      expect(near(shown)).toBeLessThan(0.04);
      expect(near(heard)).toBeLessThan(SYNC);
    }
    if (start === 0) {
      for (const time of shown) expect(Math.min(...heard.map((other) => Math.abs(other - time)))).toBeLessThan(SYNC);
    }
  }
});

test.describe('bad links show what is wrong and a way on', () => {
  const clip = goldenPayload('v1 clip');
  const newer = `B${'g'}${clip.slice(2)}`;
  for (const [name, text, code] of [
    ['cut off', clip.slice(0, clip.length >> 1), 'link-truncated'],
    ['changed', `${clip.slice(0, 900)}${clip[900] === 'A' ? 'B' : 'A'}${clip.slice(901)}`, 'link-damaged'],
    ['of a later version', newer, 'link-version'],
    ['foreign text', 'hello-world-this-is-no-link', 'link-damaged'],
    ['empty', '', 'link-truncated'],
    ['larger than any', 'A'.repeat(300_000), 'link-too-large'],
  ] as const) {
    // The reader tells them apart in src/share; here it is what a person is shown.
    test(name, longUnless(name === 'changed' || name === 'empty'), async ({ browser }) => {
      const page = await open(await browser.newContext(), `${url}#s-${text}`);
      await expect(page.getByRole('alert')).toHaveAttribute('data-code', code);
      await expect(page.getByRole('heading', { name: 'This link cannot be opened' })).toBeVisible();
      await page.getByRole('button', { name: 'Make your own' }).click();
      await expect(page.getByText('ready')).toBeVisible();
    });
  }

  test('of another model: said before anything large is fetched', async ({ browser }) => {
    const context = await browser.newContext();
    const asked: string[] = [];
    context.on('request', (request) => asked.push(request.url()));
    const page = await open(context, `${url}#s-${goldenPayload('v1 sketch')}`);
    await page.getByRole('button', { name: /^Play/ }).click();
    await expect(page.getByRole('alert')).toHaveAttribute('data-code', 'link-foreign-pack');
    expect(asked.filter((address) => /\.(bin|onnx)(\?|$)/.test(address))).toEqual([]);
  });
});

test('a sketch of the 16 kHz model is heard, with the decoder of its sound alone', async ({ browser }) => {
  const context = await browser.newContext();
  const asked: string[] = [];
  context.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const page = await open(context, `${url}?backend=wasm#s-${goldenPayload('v1 sketch of the 16 kHz model')}`);
  const sound = floatsOf(await page.evaluate(() => window.shareHarness.sketchSound()));
  // Where the hammer of the take hit, when that model made it.
  const hits = [0.41, 1.582, 2.772, 3.97];
  const heard = detectOnsets(sound, RATE).map(({ time }) => time);
  expect(onsetF1(hits, heard, 0.05)).toBe(1);
  const weights = asked.filter((path) => /\/models\/.*\.(bin|onnx)$/.test(path));
  expect(weights.filter((path) => !/\/(audio_decoder|golden)\.[a-z0-9.]+$/.test(path))).toEqual([]);
});

test('a recipe is shown, can be remixed, and its texts stay texts', async ({ browser }) => {
  const page = await open(await browser.newContext(), `${url}#s-${goldenPayload('v1 recipe')}`);
  await expect(page.getByRole('heading', { name: 'Hammer · 망치' })).toBeVisible();
  await page.getByRole('button', { name: 'Use these settings on your file' }).click();
  const remixed = await page.evaluate(() => window.shareHarness.remixed);
  expect(remixed).toMatchObject({ task: 'v2a', prompt: 'a hammer on wood', seed: 301475872, steps: 8 });
});

test('the embedded player plays a link under the strict policy, in a sandbox', async ({ page, baseURL }) => {
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/content security policy|refused to/i.test(message.text())) violations.push(message.text());
  });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const source = `${baseURL}/embed.html#s-${goldenPayload('v1 clip')}`;
  // Another origin, on this machine too: from elsewhere browsers would not let a page reach it.
  const body = `<iframe src="${source}" width="400" height="300" sandbox="allow-scripts allow-same-origin allow-popups" allow="autoplay"></iframe>`;
  const embedder = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(body));
  await new Promise<void>((resolve) => embedder.listen(0, '127.0.0.1', resolve));
  await page.goto(`http://localhost:${(embedder.address() as AddressInfo).port}/`);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Play' }).click();
  await expect
    .poll(() => frame.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime))
    .toBeGreaterThan(0.2);
  expect(violations).toEqual([]);
  // The player comes without the engine and the model.
  expect(asked.filter((address) => /models|onnx|ort-|ffmpeg/.test(address))).toEqual([]);
  embedder.close();
});
