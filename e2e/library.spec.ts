/** The library in a real browser, without the app: reloads, a full disk, damage, two tabs. */

import { expect, test, type Page } from '@playwright/test';
import type { ViteDevServer } from 'vite';
import type {} from './harness/library.ts';
import { serveHarness } from './harness/media-page.ts';
import { BENCH, note } from './harness/sets.ts';

let server: ViteDevServer;
let url: string;

test.beforeAll(async () => {
  const harness = await serveHarness();
  server = harness.server;
  url = new URL('library.html', harness.url).href;
});
test.afterAll(() => server.close());

/** A page with the library open. Every test has a browser context, and so a disk, of its own. */
async function openLibrary(page: Page, files?: 'database'): Promise<string> {
  await page.goto(url);
  await page.waitForFunction(() => 'libraryHarness' in window);
  return page.evaluate((files) => window.libraryHarness.open(files), files);
}

for (const files of [undefined, 'database'] as const) {
  test(`projects and takes are there after a reload (${files ?? 'private file system'})`, async ({ page }) => {
    expect(await openLibrary(page, files)).toBe(files === undefined ? 'opfs' : 'indexeddb');
    await page.evaluate(async () => {
      const { create, save } = window.libraryHarness;
      await create('p');
      await save('p', 'a', 'first', 300_000);
      await save('p', 'b', 'second', 1000, true);
      await create('q', '드럼.mp4', 120);
    });
    await openLibrary(page, files);
    const loaded = await page.evaluate(() => window.libraryHarness.load('p'));
    expect(loaded).toEqual({
      source: 'a video',
      takes: {
        a: { text: 'first', bytes: 300_000, type: 'audio/wav', starred: false },
        b: { text: 'second', bytes: 1000, type: 'audio/wav', starred: true },
      },
      unreadable: [],
    });
    const { projects } = await page.evaluate(() => window.libraryHarness.list());
    expect(projects.map(({ id, name, takes }) => [id, name, takes])).toEqual([
      ['q', '드럼.mp4', 0],
      ['p', 'p.mp4', 2],
    ]);
  });
}

test('a full disk leaves the earlier take whole, says so, and nothing behind', async ({ page }) => {
  await openLibrary(page);
  await page.evaluate(async () => {
    await window.libraryHarness.create('p');
    await window.libraryHarness.save('p', 'a', 'before', 50_000);
  });
  const before = await page.evaluate(() => window.libraryHarness.privateFiles());
  const cdp = await page.context().newCDPSession(page);
  const origin = new URL(url).origin;
  await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 400_000 });
  expect(await page.evaluate(() => window.libraryHarness.save('p', 'a', 'after', 5e6))).toBe('storage-full');
  expect(await page.evaluate(() => window.libraryHarness.save('p', 'b', 'other', 5e6))).toBe('storage-full');
  expect(await page.evaluate(() => window.libraryHarness.privateFiles())).toEqual(before);
  const { takes } = await page.evaluate(() => window.libraryHarness.load('p'));
  expect(takes).toEqual({ a: { text: 'before', bytes: 50_000, type: 'audio/wav', starred: false } });
  // A project still gets its place: its source is kept by its name.
  expect(await page.evaluate(() => window.libraryHarness.create('q', 'q.mp4', undefined, 5e6))).toBe('ok');
  expect((await page.evaluate(() => window.libraryHarness.load('q'))).source).toBe('name');
  await cdp.send('Storage.overrideQuotaForOrigin', { origin });
  expect(await page.evaluate(() => window.libraryHarness.save('p', 'b', 'other', 5e6))).toBe('ok');
  const { used, quota } = await page.evaluate(() => window.libraryHarness.usage());
  expect(used).toBeGreaterThan(5e6);
  expect(quota).toBeGreaterThan(used ?? 0);
});

test('a tab that ends in the middle of a take loses nothing finished, and its rest is swept', async ({ page }) => {
  await openLibrary(page);
  await page.evaluate(async () => {
    await window.libraryHarness.create('p');
    await window.libraryHarness.save('p', 'a', 'finished');
    await window.libraryHarness.leaveBehind();
    window.libraryHarness.beginSave('p', 'b', 100e6);
  });
  await openLibrary(page);
  const { takes, unreadable } = await page.evaluate(() => window.libraryHarness.load('p'));
  expect(takes['a']).toMatchObject({ text: 'finished', bytes: 1000 });
  expect(unreadable).toEqual([]);
  // The source, and sound and latents of every take that is there.
  const files = await page.evaluate(() => window.libraryHarness.privateFiles());
  expect(Object.keys(files)).toHaveLength(1 + 2 * Object.keys(takes).length);
});

test('a damaged record is set aside and the others work on', async ({ page }) => {
  await openLibrary(page);
  await page.evaluate(async () => {
    const library = window.libraryHarness;
    for (const id of ['good', 'broken', 'newer']) {
      await library.create(id);
      await library.save(id, 'a', 'one');
      await library.save(id, 'b', 'two');
    }
    await library.damage('projects', 'broken', { draft: 42 });
    await library.damage('projects', 'newer', { version: 1000 });
    await library.damage('takes', ['good', 'a'], { edit: { offset: 'soon' } });
  });
  await openLibrary(page);
  const { projects, unreadable } = await page.evaluate(() => window.libraryHarness.list());
  expect(projects.map(({ id, takes }) => [id, takes])).toEqual([['good', 1]]);
  expect(unreadable.map(({ id, problem }) => `${id} ${problem}`).sort()).toEqual(['broken damaged', 'newer newer']);
  const good = await page.evaluate(() => window.libraryHarness.load('good'));
  expect(Object.keys(good.takes)).toEqual(['b']);
  expect(good.unreadable).toEqual(['a damaged']);
  // Sources, and sound and latents of all takes: set aside is not deleted.
  expect(Object.keys(await page.evaluate(() => window.libraryHarness.privateFiles()))).toHaveLength(3 + 6 * 2);
});

test('two tabs write at once: nothing is lost, the last one of a take wins, neither sweeps the other', async ({
  page,
  context,
}) => {
  await openLibrary(page);
  await page.evaluate(() => window.libraryHarness.create('p'));
  const other = await context.newPage();
  await openLibrary(other);
  const write = (page: Page, mine: string) =>
    page.evaluate(async (mine) => {
      const codes: string[] = [];
      for (let n = 0; n < 8; n++) {
        codes.push(await window.libraryHarness.save('p', `${mine}-${n}`, mine, 20_000));
        codes.push(await window.libraryHarness.save('p', 'both', mine, 20_000));
      }
      return codes;
    }, mine);
  const [mine, yours] = await Promise.all([write(page, 'mine'), write(other, 'yours')]);
  expect(new Set([...mine, ...yours])).toEqual(new Set(['ok']));
  // A third tab opens while both are there, and one that works after both are gone.
  const third = await context.newPage();
  await openLibrary(third);
  for (const one of [page, other, third]) {
    const { takes, unreadable } = await one.evaluate(() => window.libraryHarness.load('p'));
    expect(unreadable).toEqual([]);
    expect(Object.keys(takes)).toHaveLength(17);
    for (const [id, { text, bytes }] of Object.entries(takes)) {
      expect(bytes).toBe(20_000);
      if (id !== 'both') expect(text).toBe(id.replace(/-\d/, ''));
    }
  }
  // Deleted in one tab, kept for its undo while any tab is open, gone when the last one opens again.
  await other.evaluate(() => window.libraryHarness.remove('p'));
  expect((await page.evaluate(() => window.libraryHarness.list())).projects).toEqual([]);
  await other.close();
  await third.close();
  await openLibrary(page);
  expect(await page.evaluate(() => window.libraryHarness.privateFiles())).toEqual({});
});

test('a queued file on the disk is found again without a copy of it', async ({ page }) => {
  await openLibrary(page);
  expect(await page.evaluate(() => window.libraryHarness.queueByHandle('i', 'still there'))).toBe(0);
  await openLibrary(page);
  expect(await page.evaluate(() => window.libraryHarness.readQueue())).toEqual(['i handle still there']);
});

test('a long history is listed in a small part of the time that it took to make', async ({ page }) => {
  await openLibrary(page, 'database');
  const { making, seconds, count } = await page.evaluate(() => window.libraryHarness.listing(20, 4));
  expect(count).toBe(20);
  expect(seconds / making).toBeLessThan(1 / 4);
});

test('listing a long history, by the clock', BENCH, async ({ page }) => {
  await openLibrary(page, 'database');
  const { seconds } = await page.evaluate(() => window.libraryHarness.listing(60, 4));
  note('60 projects with 240 takes are listed in', seconds * 1000, 'ms');
});
