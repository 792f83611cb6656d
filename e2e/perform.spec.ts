/** Hits by hand, by microphone, from files and from the video's own sound, and saved: with the tiny pack, nothing is generated. */

import { readFileSync, writeFileSync } from 'node:fs';
import { chromium, expect, test, type Page } from '@playwright/test';
import { BASE_ARGS, findChromium } from '../scripts/lib/chromium.mjs';
import { faults } from './harness/accessibility.ts';
import { AppPage } from './harness/app-page.ts';
import { LONG } from './harness/sets.ts';

/** Five seconds with a flash every so often, over a tone. */
const FILM = 'flash-24.6.mp4';

async function open(page: Page, film = FILM): Promise<AppPage> {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile(film);
  await page.evaluate(() => window.__studio?.studio.surveyed());
  await expect.poll(async () => (await app.state()).timing.reading.phase).toBe('ready');
  await page.getByRole('button', { name: /^(Perform hits|타격 연주하기)$/ }).click();
  return app;
}

const way = (page: Page, name: string) =>
  page.getByRole('group', { name: 'How the hits are made' }).getByRole('button', { name, exact: true });
const hitTimes = async (app: AppPage) => (await app.state()).timing.shown?.hits.map(({ time }) => time) ?? [];
const seen = (page: Page) =>
  page.evaluate(() => window.__studio?.studio.player.seenAt(performance.now() / 1000) ?? NaN);
const after = (page: Page, time: number) =>
  page.waitForFunction((at) => (window.__studio?.studio.player.time() ?? 0) >= at, time);
const said = (page: Page) => page.getByTestId('perform-said');

/** Drops a file on the timeline. */
async function drop(page: Page, name: string, type: string, content: string | Uint8Array): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([name, type, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(bytes)], name, { type }));
      return data;
    },
    [name, type, [...Buffer.from(content)]] as const,
  );
  await page.dispatchEvent('.timeline', 'drop', { dataTransfer: transfer });
}

/** Mono WAV of clicks, 16 bit. */
function clicks(path: string, every: number, seconds: number): void {
  const rate = 48_000;
  const samples = new Int16Array(seconds * rate);
  for (let time = every / 2; time < seconds; time += every) {
    for (let i = 0; i < 1500; i++) {
      samples[Math.round(time * rate) + i] = Math.round(26_000 * Math.sin(i * 0.9) * Math.exp(-i / 300));
    }
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(2 * rate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  writeFileSync(path, Buffer.concat([header, Buffer.from(samples.buffer)]));
}

test('three taps by key are three hits where the picture was, in one step', async ({ page }) => {
  const app = await open(page);
  const before = (await app.state()).timing;
  await page.getByRole('button', { name: 'Half' }).click();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const pad = page.getByTestId('tap-pad');
  await expect(pad).toHaveAttribute('data-phase', 'tapping');
  const around: [number, number][] = [];
  for (const [at, key] of [
    [0.6, 't'],
    [1.4, 'Space'],
    [2.3, 'T'],
  ] as const) {
    await after(page, at);
    const from = await seen(page);
    await page.keyboard.press(key);
    around.push([from, await seen(page)]);
  }
  await expect(pad).toContainText('3 taps');
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(said(page)).toContainText('3 hits are on the timeline');
  const { timing } = await app.state();
  expect(timing.directed).toBe(true);
  // Whatever delay was taken off is between -80 and 250 ms of real time.
  timing.shown?.hits.forEach(({ time }, i) => {
    expect(time).toBeGreaterThan(around[i]![0] - 0.14);
    expect(time).toBeLessThan(around[i]![1] + 0.05);
  });
  expect(timing.shown?.hits).toHaveLength(3);
  // The player is as it was.
  expect(await page.evaluate(() => window.__studio?.studio.player.getState())).toMatchObject({
    rate: 1,
    phase: 'paused',
  });
  await page.keyboard.press('ControlOrMeta+z');
  expect((await app.state()).timing.shown).toEqual(before.shown);
});

test('Escape gives a performance up; a key that taps does nothing else', async ({ page }) => {
  const app = await open(page);
  const before = await hitTimes(app);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.getByTestId('tap-pad')).toHaveAttribute('data-phase', 'tapping');
  await page.keyboard.press('Space');
  await expect(page.getByTestId('tap-pad')).toContainText('1 tap');
  expect(await page.evaluate(() => window.__studio?.studio.player.getState().phase)).toBe('playing');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('tap-pad')).toHaveCount(0);
  expect(await hitTimes(app)).toEqual(before);
});

test.describe('with a finger', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });
  test('taps on the pad join the hits that are there', async ({ page }) => {
    const app = await open(page);
    await page.evaluate(() =>
      window.__studio?.studio.setTiming(
        { hits: [{ time: 4.9, strength: 0.5 }], level: [] },
        { label: 'hits', done: true },
      ),
    );
    await page.getByRole('button', { name: 'Add', exact: true }).tap();
    await page.getByRole('button', { name: 'Start', exact: true }).tap();
    const pad = page.getByTestId('tap-pad');
    await expect(pad).toHaveAttribute('data-phase', 'tapping');
    for (const at of [0.7, 1.6]) {
      await after(page, at);
      await pad.tap();
    }
    // To its end.
    await expect(said(page)).toContainText('2 hits are on the timeline');
    expect(await hitTimes(app)).toHaveLength(3);
    expect((await hitTimes(app)).at(-1)).toBe(4.9);
  });
});

test('eight flashes measure the delay, which is then taken off', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Measure my delay' }).click();
  const pad = page.getByTestId('tap-pad');
  // A page that taps as soon as it sees.
  await page.evaluate(() => {
    const pad = document.querySelector('[data-testid=tap-pad]')!;
    new MutationObserver(() => {
      if (pad.getAttribute('data-lit') !== 'true' || pad.hasAttribute('data-done')) return;
      setTimeout(() => window.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyT' })), 60);
    }).observe(pad, { attributeFilter: ['data-lit'] });
  });
  await expect(pad).toHaveCount(0);
  await expect(page.locator('.perform')).toContainText(/Your delay is \d+ ± \d+ ms/);
  await page.getByRole('button', { name: 'Forget it' }).click();
  await expect(page.locator('.perform')).not.toContainText('Your delay is');
});

test('the own sound gives the hits of its beeps', async ({ page }) => {
  const app = await open(page, 'beeps.mp4');
  await way(page, 'Own sound').click();
  await page.getByRole('button', { name: 'Use its hits' }).click();
  await expect(said(page)).toContainText('hits are on the timeline');
  const times = await hitTimes(app);
  for (const beep of [0.5, 1.7]) expect(times.filter((time) => Math.abs(time - beep) < 0.04)).toHaveLength(1);
  // A tone that breaks off may click once more.
  expect(times.length).toBeLessThanOrEqual(4);
});

test('labels, a sound and other files can be dropped; what is wrong with them is said', LONG, async ({ page }) => {
  const app = await open(page);
  await drop(page, 'a.txt', 'text/plain', '1\t1\t0.5\n2.5\t2.5\t\n2.5\t2.5\t1.0\n9\t9\tend\n');
  await expect(said(page)).toContainText('2 hits are on the timeline');
  await expect(said(page)).toContainText('One hit lies outside the file');
  expect(await hitTimes(app)).toEqual([1, 2.5]);
  await drop(page, 'words.srt.txt', 'text/plain', '1\n00:00:01,000 --> 00:00:02,000\nHello\n');
  await expect(page.getByRole('alert')).toContainText('This is a file of subtitles');
  expect(await hitTimes(app)).toEqual([1, 2.5]);
  const path = test.info().outputPath('clicks.wav');
  clicks(path, 1, 4);
  await drop(page, 'clicks.wav', 'audio/wav', readFileSync(path));
  await expect(said(page)).toContainText('4 hits are on the timeline');
  (await hitTimes(app)).forEach((time, i) => expect(Math.abs(time - i - 0.5)).toBeLessThan(0.02));
});

test('every format is saved and read back', async ({ page }) => {
  const app = await open(page);
  const hits = [0.25, 1.5, 3.125].map((time, i) => ({ time, strength: [0.5, 1, 0.25][i]! }));
  const put = (list: typeof hits) =>
    page.evaluate(
      (hits) => window.__studio?.studio.setTiming({ hits, level: [] }, { label: 'hits', done: true }),
      list,
    );
  for (const [name, within] of [
    ['Audacity labels', 1e-4],
    ['CSV', 1e-4],
    ['MIDI', 1e-4],
    ['FCPXML', 0.021],
    ['EDL', 0.021],
  ] as const) {
    await put(hits);
    await way(page, 'Save hits').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: `Save as ${name}` }).click(),
    ]);
    const path = test.info().outputPath(download.suggestedFilename());
    await download.saveAs(path);
    expect(download.suggestedFilename()).toMatch(/^flash-24\.6\.hits\./);
    await put([]);
    await way(page, 'From a file').click();
    await page.locator('.perform-file input').setInputFiles(path);
    await expect(said(page)).toContainText('3 hits are on the timeline');
    const read = (await app.state()).timing.shown?.hits ?? [];
    read.forEach(({ time, strength }, i) => {
      expect(Math.abs(time - hits[i]!.time)).toBeLessThanOrEqual(within);
      expect(Math.abs(strength - hits[i]!.strength)).toBeLessThan(0.005);
    });
  }
});

test('by keyboard alone and in Korean, without a fault of access', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('av-link-language', 'ko'));
  const app = await open(page);
  expect(await faults(page)).toEqual([]);
  await page.getByRole('button', { name: '시작', exact: true }).focus();
  await page.keyboard.press('Enter');
  const pad = page.getByTestId('tap-pad');
  await expect(pad).toHaveAttribute('data-phase', 'tapping');
  await expect(pad).toContainText('여기를 두드리거나');
  await after(page, 0.8);
  await page.keyboard.press('Enter');
  await expect(said(page)).toContainText('타임라인에 타격 1개를 놓았어요.');
  expect(await hitTimes(app)).toHaveLength(1);
  await page.getByRole('button', { name: '타격 저장' }).click();
  expect(await faults(page)).toEqual([]);
});

/** A browser with a microphone that gives a file, or with one that nobody allows. */
async function withMicrophone(args: readonly string[], work: (page: Page) => Promise<void>): Promise<void> {
  const executablePath = findChromium();
  const browser = await chromium.launch({
    args: [...BASE_ARGS, '--use-fake-device-for-media-stream', ...args],
    ...(executablePath === undefined ? {} : { executablePath }),
  });
  try {
    const { baseURL = '' } = test.info().project.use;
    await work(await browser.newPage({ baseURL, viewport: { width: 1280, height: 800 } }));
  } finally {
    await browser.close();
  }
}

test('what the microphone hears while the picture runs are hits, and nothing is sent', async () => {
  const path = test.info().outputPath('claps.wav');
  clicks(path, 0.8, 8);
  await withMicrophone(
    ['--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${path}`],
    async (page) => {
      const app = await open(page);
      await way(page, 'Microphone').click();
      const sent: string[] = [];
      page.on('request', (request) => sent.push(request.method()));
      await page.getByRole('button', { name: 'Record', exact: true }).click();
      await expect(page.getByTestId('microphone-phase')).toHaveAttribute('data-phase', 'recording');
      await expect(said(page)).toContainText('hits are on the timeline');
      const times = await hitTimes(app);
      expect(times.length).toBeGreaterThan(3);
      // The claps are evenly apart, whenever the picture began among them.
      const steps = times.slice(1).map((time, i) => time - times[i]!);
      expect(steps.filter((step) => Math.abs(step - 0.8) < 0.05).length).toBeGreaterThan(steps.length / 2);
      expect(await page.evaluate(() => window.__studio?.studio.player.getState().muted)).toBe(false);
      expect(sent.filter((method) => method !== 'GET')).toEqual([]);
    },
  );
});

test('a microphone that is denied, and one that is silent, are said in a sentence', async () => {
  await withMicrophone(['--deny-permission-prompts'], async (page) => {
    const app = await open(page);
    const before = await hitTimes(app);
    await way(page, 'Microphone').click();
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('The microphone is blocked for this page.');
    expect(await hitTimes(app)).toEqual(before);
    await expect(page.getByRole('button', { name: 'Record', exact: true })).toBeVisible();
  });
  const path = test.info().outputPath('silence.wav');
  clicks(path, 100, 4);
  await withMicrophone(
    ['--use-fake-ui-for-media-stream', `--use-file-for-fake-audio-capture=${path}`],
    async (page) => {
      await open(page);
      await way(page, 'Microphone').click();
      await page.getByRole('button', { name: 'Record', exact: true }).click();
      await expect(page.getByTestId('microphone-phase')).toHaveAttribute('data-phase', 'recording');
      await expect(page.getByRole('alert')).toContainText('The microphone gave only silence.');
    },
  );
});
