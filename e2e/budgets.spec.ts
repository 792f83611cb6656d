/**
 * What the app may cost: until it is seen, until it can be used, and while it works. Measured in the browser, in processor
 * time: on a machine that others use, the clock says more about them than about the app.
 */

import { gzipSync } from 'node:zlib';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';
import { mainTasks } from './harness/main-thread.ts';
import { makeSound, makeVideo } from './harness/make.ts';
import { BENCH, longUnless, note } from './harness/sets.ts';

const SHIPPED = existsSync(join(import.meta.dirname, '../public/models/mini/manifest.json'));

/** Milliseconds of the main thread's processor time until the app is seen. */
const FIRST_CONTENT = 500;
/** Bytes of script, gzipped, until the app can be used. */
const SCRIPT = 250_000;
/** Milliseconds of processor time that one task may keep the main thread. */
const LONG_TASK = 100;

test(`the app is seen before the main thread has worked for ${FIRST_CONTENT} ms`, async ({ page, browser }) => {
  // From the same site, so that the process whose work is traced stays the same.
  await page.goto('/samples/samples.json');
  const tasks = await mainTasks(browser, page, async () => {
    await page.goto('/');
    await expect(page.getByRole('heading', { name: 'AV-Link Studio' })).toBeVisible();
  });
  const total = tasks.reduce((sum, { cpu }) => sum + cpu, 0);
  note('main thread until the app is seen, processor time', total, 'ms');
  expect(total).toBeGreaterThan(1);
  expect(total).toBeLessThan(FIRST_CONTENT);
});

test('the first content is painted, by the clock', BENCH, async ({ browser, baseURL }) => {
  const times: number[] = [];
  // Some visits, each with nothing in any cache.
  for (let visit = 0; visit < 5; visit++) {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    const page = await context.newPage();
    await page.goto(baseURL ?? '/');
    await expect(page.getByRole('heading', { name: 'AV-Link Studio' })).toBeVisible();
    times.push(await firstPaint(page));
    await context.close();
  }
  note('first contentful paint, best of five visits', Math.min(...times), 'ms');
  note('first contentful paint, worst of five visits', Math.max(...times), 'ms');
});

function firstPaint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          for (const { name, startTime } of list.getEntries())
            if (name === 'first-contentful-paint') resolve(startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );
}

test(`no more than ${SCRIPT / 1000} kB of script come before the first interaction`, async ({ page }) => {
  const scripts = new Map<string, number>();
  const large: string[] = [];
  page.on('response', (response) => {
    if (/\.(wasm|onnx|bin)$/.test(new URL(response.url()).pathname)) large.push(response.url());
  });
  // Everything that the browser fetched as a script, workers and what they import included.
  const reading: Promise<void>[] = [];
  page.on('requestfinished', (request) => {
    if (!/\.m?js$/.test(new URL(request.url()).pathname) && request.resourceType() !== 'script') return;
    reading.push(
      request
        .response()
        .then((response) => response?.body())
        .then((body) => void scripts.set(request.url(), body ? gzipSync(body).length : 0)),
    );
  });
  await page.goto('/');
  await expect(page.getByRole('button', { name: /Hammer on stone/ })).toBeVisible();
  await page.waitForLoadState('networkidle');
  await Promise.all(reading);
  const total = [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0);
  note('script before the first interaction, gzipped', total / 1000, 'kB');
  expect(scripts.size).toBeGreaterThan(0);
  // An empty sum would pass.
  expect(total).toBeGreaterThan(20_000);
  expect(total).toBeLessThan(SCRIPT);
  expect(large).toEqual([]);
});

interface Generation {
  readonly what: string;
  /** Runs in `npm run test:long` only. */
  readonly long?: true;
  readonly pack?: 'tiny';
  readonly open: (app: AppPage) => Promise<void>;
}

const GENERATIONS: readonly Generation[] = [
  {
    what: 'a sound for a video of 4 s, with the pack that ships',
    ...(SHIPPED ? {} : { pack: 'tiny' as const }),
    open: async ({ page }) => page.getByRole('button', { name: /Hammer on stone/ }).click(),
  },
  {
    what: 'two sounds for a video of a minute',
    long: true,
    pack: 'tiny',
    open: async (app) => {
      await app.setTakes(2);
      await app.openFile(makeVideo(test.info().outputPath('minute.mp4'), 60));
    },
  },
  {
    what: 'a clip for a sound of 20 s',
    long: true,
    pack: 'tiny',
    open: (app) => app.openFile(makeSound(test.info().outputPath('sound.wav'), 20)),
  },
];

for (const { what, long, pack, open } of GENERATIONS) {
  const title = `no task keeps the main thread longer than ${LONG_TASK} ms: ${what}`;
  test(title, longUnless(!long), async ({ page, browser }) => {
    const app = await AppPage.open(page, pack ? { pack } : {});
    await app.setSampler({ steps: pack ? 2 : 8 });
    const tasks = await mainTasks(browser, page, async () => {
      await open(app);
      await app.generate();
      // Rendering the mix, drawing it and keeping it belong to it.
      await page.evaluate(() => window.__studio?.studio.kept());
      await expect
        .poll(() =>
          page.evaluate(() => {
            const studio = window.__studio?.studio;
            const state = studio?.store.getState();
            return studio?.player.getState().tracks.includes(state?.selected ?? '');
          }),
        )
        .toBe(true);
    });
    const longest = tasks.reduce((most, task) => (task.cpu > most.cpu ? task : most));
    note('longest task of the main thread, processor time', longest.cpu, 'ms');
    note('longest by the clock, waiting for the processor included', Math.max(...tasks.map(({ wall }) => wall)), 'ms');
    // By the processor's time: what others on the machine take is not the page's. The clock cannot say less than it.
    expect(tasks.filter(({ cpu }) => cpu > LONG_TASK)).toEqual([]);
  });
}

test('the measure of the main thread sees a long task', async ({ page, browser }) => {
  await AppPage.open(page, { pack: 'tiny' });
  const tasks = await mainTasks(browser, page, async () => {
    await page.evaluate(() => {
      // An amount of work, not of time, each round waiting for the one before: some 20 cycles of any processor.
      let x = 0;
      for (let round = 0; round < 5e7; round++) x += Math.sqrt(x + 1);
      return x;
    });
  });
  const longest = tasks.reduce((most, task) => (task.cpu > most.cpu ? task : most));
  expect(longest.cpu).toBeGreaterThan(LONG_TASK);
  expect(longest.wall).toBeGreaterThan(longest.cpu * 0.9);
});
