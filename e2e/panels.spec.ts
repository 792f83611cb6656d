/** The history and the batch as a person meets them, over a real library; what is made of a file is the file itself. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import type { ViteDevServer } from 'vite';
import { faults } from './harness/accessibility.ts';
import type {} from './harness/library.ts';
import { serveHarness } from './harness/media-page.ts';
import { LONG } from './harness/sets.ts';

let server: ViteDevServer;
let url: string;

test.beforeAll(async () => {
  const harness = await serveHarness();
  server = harness.server;
  url = harness.url;
});
test.afterAll(() => server.close());

async function openPanel(page: Page, panel: 'history' | 'batch', pace = 5): Promise<void> {
  await page.goto(new URL(`panels.html?panel=${panel}&pace=${pace}`, url).href);
  await expect(page.getByRole('heading', { level: 2 })).toBeVisible();
}

/** Projects in the library, the last one opened last. */
async function fill(page: Page, names: readonly string[]): Promise<void> {
  await page.goto(new URL('library.html', url).href);
  await page.waitForFunction(() => 'libraryHarness' in window);
  await page.evaluate(async (names) => {
    const library = window.libraryHarness;
    await library.open();
    for (const [index, name] of names.entries()) {
      await library.create(`p${index}`, name, index * 55 + 10, index * 400_000);
      for (let take = 0; take <= index % 4; take++) {
        if (index !== 1) await library.save(`p${index}`, `t${take}`, 'x', 250_000);
      }
    }
  }, names);
}

async function expectInside(page: Page): Promise<void> {
  const [content, window_] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(window_ ?? 0);
}

/** Where pictures of the panels go when they are asked for. */
const SHOTS = process.env.PANEL_SHOTS;
async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, width, height] of [
      ['desktop', 1280, 800],
      ['phone', 390, 844],
    ] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: `${SHOTS}/library-${name}-${size}-${colorScheme}.png` });
    }
  }
}

const cards = (page: Page) => page.getByRole('listitem');
const names = (page: Page) => page.locator('.project-name').allTextContents();

test('the history: newest first, opened, deleted and brought back, cleared only after a question', async ({ page }) => {
  await openPanel(page, 'history');
  await expect(page.getByText('Nothing here yet')).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await shot(page, 'history-empty');

  await fill(page, [
    'old.mp4',
    'a very long name of a video that does not fit on any card at all.mov',
    '드럼.mp4',
    'new.wav',
  ]);
  await openPanel(page, 'history');
  await expect(cards(page)).toHaveCount(4);
  expect((await names(page))[0]).toBe('new.wav');
  await expect(page.locator('.project-picture img')).toHaveCount(4);
  await expect(cards(page).first()).toContainText(/4 takes · 2\.\d MB/);
  await expect(cards(page).nth(2)).toContainText('No takes yet');
  await expect(page.getByRole('meter')).toBeVisible();
  await page.getByRole('button', { name: 'Open new.wav' }).click();
  await expect(page.locator('.project[data-current=true]')).toContainText('Open now');
  await expectInside(page);
  expect(await faults(page)).toEqual([]);

  await page.getByRole('button', { name: 'Delete 드럼.mp4' }).click();
  await expect(cards(page)).toHaveCount(3);
  await expect(page.getByRole('status').first()).toContainText('드럼.mp4 is deleted.');
  await shot(page, 'history');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(cards(page)).toHaveCount(4);
  await page.getByRole('button', { name: 'Delete old.mp4' }).click();
  await expect(cards(page)).toHaveCount(3);
  await openPanel(page, 'history');
  await expect(cards(page)).toHaveCount(3);

  // The question: what is harmless is focused, Escape is no.
  const clear = page.getByRole('button', { name: 'Delete everything' });
  await clear.click();
  await expect(page.getByRole('alertdialog')).toContainText('3 projects');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
  expect(await faults(page)).toEqual([]);
  await shot(page, 'history-clear');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect(clear).toBeFocused();
  await expect(cards(page)).toHaveCount(3);
  await clear.click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await expect(page.getByText('Nothing here yet')).toBeVisible();
  await openPanel(page, 'history');
  await expect(page.getByText('Nothing here yet')).toBeVisible();
});

test('a project that cannot be read is named and can be deleted; the others are there', async ({ page }) => {
  await fill(page, ['good.mp4', 'broken.mp4', 'newer.mp4']);
  await page.evaluate(async () => {
    await window.libraryHarness.damage('projects', 'p1', { draft: 1 });
    await window.libraryHarness.damage('projects', 'p2', { version: 1000 });
  });
  await openPanel(page, 'history');
  await expect(page.getByRole('alert')).toContainText('2 projects could not be read');
  expect(await names(page)).toEqual(['good.mp4']);
  expect(await faults(page)).toEqual([]);
  await shot(page, 'history-unreadable');
  await page.getByRole('button', { name: 'Delete it' }).first().click();
  await expect(page.getByRole('alert')).toContainText('One project');
});

/** How many files of the batch the database knows of. */
function recordedItems(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('The database failed.'));
      });
    let items = 0;
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const database = await done(indexedDB.open(name));
      if (database.objectStoreNames.contains('items'))
        items += await done(database.transaction('items').objectStore('items').count());
      database.close();
    }
    return items;
  });
}

const file = (name: string, content: string) => ({ name, mimeType: 'video/mp4', buffer: Buffer.from(content) });
const rows = (page: Page) => page.locator('.batch-row');
const states = (page: Page) =>
  rows(page).evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['state']));

test('a batch: a wrong file fails alone, a reload goes on, everything comes out as one ZIP', async ({ page }) => {
  await openPanel(page, 'batch', 200);
  expect(await faults(page)).toEqual([]);
  await shot(page, 'batch-empty');
  await page.setInputFiles('input[type=file]', [
    file('first.mp4', 'one'),
    file('bad.txt', 'nothing'),
    file('드럼.mp4', 'three'),
    file('last.mp4', 'four'),
  ]);
  await expect(rows(page)).toHaveCount(4);
  await page.getByRole('button', { name: 'Move last.mp4 up' }).click();
  await page.getByRole('button', { name: 'Start' }).click();
  await expect.poll(() => states(page)).toEqual(['done', 'failed', 'running', 'waiting']);
  await expect(page.getByText(/about .* left/)).toBeVisible();
  expect(await faults(page)).toEqual([]);
  await expectInside(page);

  await openPanel(page, 'batch', 40);
  await expect(rows(page)).toHaveCount(4);
  await expect(page.getByText('not a video or sound file')).toBeVisible();
  expect((await states(page)).slice(0, 2)).toEqual(['done', 'failed']);
  await shot(page, 'batch');
  await expect.poll(() => states(page)).toEqual(['done', 'failed', 'done', 'done']);
  await expect(page.getByText('3 of 4 done · 1 failed')).toBeVisible();

  await page.getByRole('button', { name: 'Retry bad.txt' }).click();
  await expect.poll(() => states(page)).toEqual(['done', 'failed', 'done', 'done']);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save all as ZIP' }).click(),
  ]);
  const path = test.info().outputPath('takes.zip');
  await download.saveAs(path);
  await expect(page.getByText('3 files are saved.')).toBeVisible();
  await shot(page, 'batch-done');
  const list = 'import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n';
  const print = 'print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))';
  expect(JSON.parse(execFileSync('python3', ['-c', list + print, path], { encoding: 'utf8' }))).toEqual({
    'first.mp4': 'one',
    'last.mp4': 'four',
    '드럼.mp4': 'three',
  });
  expect(readFileSync(path).subarray(0, 2).toString()).toBe('PK');

  await page.getByRole('button', { name: 'Clear list' }).click();
  await page.getByRole('button', { name: 'Clear it' }).click();
  await expect(page.getByText('Process several files')).toBeVisible();
});

test(
  'results go into a folder beside what is there, and a second tab leaves the list to the first',
  LONG,
  async ({ page, context }) => {
    // The picker is the browser's own and cannot be pressed here; the folder is a real one.
    await context.addInitScript(() => {
      Object.assign(window, {
        showDirectoryPicker: async () =>
          (await navigator.storage.getDirectory()).getDirectoryHandle('picked', { create: true }),
      });
    });
    await openPanel(page, 'batch');
    const read = () =>
      page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        const folder = await root.getDirectoryHandle('picked', { create: true });
        const found: Record<string, string> = {};
        const handles = (folder as unknown as { values(): AsyncIterable<FileSystemFileHandle> }).values();
        for await (const handle of handles) found[handle.name] = await (await handle.getFile()).text();
        return found;
      });
    await page.setInputFiles('input[type=file]', [file('a.mp4', 'one'), file('b.mp4', 'two')]);
    const other = await context.newPage();
    await openPanel(other, 'batch');
    await expect(other.getByText('Another tab is working on the list.')).toBeVisible();
    await page.getByRole('button', { name: 'Start' }).click();
    await expect.poll(() => states(page)).toEqual(['done', 'done']);
    const save = page.getByRole('button', { name: 'Save into a folder' });
    await save.click();
    await expect(page.getByText('2 files are saved.')).toBeVisible();
    await save.click();
    await expect.poll(read).toEqual({ 'a.mp4': 'one', 'b.mp4': 'two', 'a (2).mp4': 'one', 'b (2).mp4': 'two' });
    await page.close();
    await other.getByRole('button', { name: 'Take over here' }).click();
    await expect.poll(() => states(other)).toEqual(['done', 'done']);
  },
);

test('a file that could not be kept is asked for after a reload', async ({ page }) => {
  await openPanel(page, 'batch', 200);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: new URL(url).origin, quotaSize: 300_000 });
  await page.setInputFiles('input[type=file]', [file('large.mp4', 'x'.repeat(4e6))]);
  await expect(page.getByText('You will be asked for it again after a reload.')).toBeVisible();
  // The row is there before its record is: a page left within that moment has nothing to ask for.
  await expect.poll(() => recordedItems(page)).toBe(1);
  await openPanel(page, 'batch');
  await expect(page.getByText('choose it again', { exact: false })).toBeVisible();
  await page.setInputFiles('.batch-row input[type=file]', [file('other.mp4', 'y')]);
  await expect.poll(() => states(page)).toEqual(['waiting']);
  await expect(page.getByText('This is not large.mp4')).toBeVisible();
});

test('the panels speak Korean', async ({ browser }) => {
  const context = await browser.newContext({ locale: 'ko-KR' });
  const page = await context.newPage();
  await fill(page, ['북.mp4', '문.mov', '발소리.mp4']);
  await openPanel(page, 'history');
  await expect(page.getByRole('heading', { name: '보관함' })).toBeVisible();
  await expect(cards(page).first()).toContainText('테이크 3개');
  await shot(page, 'history-ko');
  await openPanel(page, 'batch', 200);
  await page.setInputFiles('input[type=file]', [file('bad.txt', 'x'), file('북.mp4', 'y'), file('문.mp4', 'z')]);
  await page.getByRole('button', { name: '시작' }).click();
  await expect.poll(() => states(page)).toEqual(['failed', 'running', 'waiting']);
  await expect(page.getByText('읽을 수 있는 영상이나 소리 파일이 아니에요.', { exact: false })).toBeVisible();
  await shot(page, 'batch-ko');
  await context.close();
});
