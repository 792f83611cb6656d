/** Hits on their way: read before anything is generated, obeyed by a take, and back from its file and from its link. Tiny pack. */

import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { median } from '../scripts/lib/statistics.mjs';
import { AppPage } from './harness/app-page.ts';
import { LONG, BENCH, note } from './harness/sets.ts';

const FLASH = 'flash-29.97.mp4';
const TIMING = {
  hits: [
    { time: 0.5, strength: 0.75 },
    { time: 1.25, strength: 1 },
    { time: 1.75, strength: 0.5 },
  ],
  level: [],
};

const timingOf = (page: Page) =>
  page.evaluate(() => {
    const { reading, shown, directed } = window.__studio!.studio.store.getState().timing;
    return { phase: reading.phase, shown, directed };
  });

async function directed(page: Page) {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile(FLASH);
  await app.setSampler({ steps: 2 });
  await page.evaluate((timing) => window.__studio?.studio.setTiming(timing, { label: 'hits' }), TIMING);
  const take = await app.generate();
  return { app, take };
}

test('the timing is read before anything is generated, by its own part of the model', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const app = await AppPage.open(page, { pack: 'tiny', saveData: true });
  await app.openFile(FLASH);
  await expect.poll(async () => (await timingOf(page)).phase).toBe('ready');
  expect((await app.state()).takes).toEqual([]);
  expect(asked.filter((path) => /models\/tiny\/.*audio/.test(path))).toEqual([]);
  const { shown, directed } = await timingOf(page);
  expect(shown?.hits).toBeDefined();
  expect(directed).toBe(false);
  await app.setSampler({ steps: 1 });
  expect((await app.generate()).recipe).not.toHaveProperty('timing');
});

test('a directed take brings its hits back from its file, and is made again from them', async ({ page }) => {
  const { app, take } = await directed(page);
  expect(take.recipe.timing).toEqual(TIMING);
  const path = await app.download();
  await page.reload();
  await app.openFile(path);
  expect(await timingOf(page)).toMatchObject({ shown: TIMING, directed: true });
  await app.setTakes(1);
  const again = await app.generate();
  expect(again.recipe).toMatchObject({ seed: take.recipe.seed, timing: TIMING });
});

test('hits that are set are kept with the file, before there is a take', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile(FLASH);
  const project = await page.evaluate(async (timing) => {
    const { studio } = window.__studio!;
    studio.setTiming(timing, { label: 'hits' });
    await studio.kept();
    return studio.store.getState().project;
  }, TIMING);
  await page.reload();
  await app.state();
  await page.evaluate((project) => window.__studio!.studio.openProject(project!), project);
  await expect.poll(() => timingOf(page)).toMatchObject({ shown: TIMING, directed: true });
});

test('a link opened elsewhere brings the hits to the same file', LONG, async ({ page, browser }) => {
  await directed(page);
  await page.getByRole('button', { name: 'Share link' }).click();
  const field = page.getByTestId('share-url');
  await expect(field).toBeVisible();
  const url = await field.inputValue();

  const context = await browser.newContext({ serviceWorkers: 'block' });
  const there = await context.newPage();
  await there.goto(url);
  await expect(there.getByText('Hits set by hand')).toBeVisible();
  await there.getByRole('button', { name: 'Use these settings on your file' }).click();
  await expect(there.getByLabel('Prompt', { exact: true })).toBeVisible();
  await there.setInputFiles('#file', join(import.meta.dirname, 'fixtures/media', FLASH));
  await there.waitForFunction(() => window.__studio?.studio.store.getState().input.phase === 'ready');
  const { shown, directed: isDirected } = await timingOf(there);
  expect(isDirected).toBe(true);
  expect(shown?.hits.map(({ time }) => time)).toEqual(TIMING.hits.map(({ time }) => time));
  await context.close();
});

test('a hit that is moved, by the clock', BENCH, async ({ page }) => {
  const app = await AppPage.open(page);
  await page.getByRole('button', { name: /Hammer on stone/ }).click();
  await expect.poll(async () => (await timingOf(page)).phase).toBe('ready');
  await app.setTakes(1);
  await page.evaluate((timing) => window.__studio?.studio.setTiming(timing, { label: 'hits' }), TIMING);
  await app.generate();
  const whole: number[] = [];
  for (let run = 0; run < 5; run++) {
    const began = performance.now();
    await app.generate();
    whole.push(performance.now() - began);
  }
  const moved = await page.evaluate(async (timing) => {
    const { studio } = window.__studio!;
    const times: number[] = [];
    for (let run = 0; run < 5; run++) {
      const hits = timing.hits.map((hit, i) => (i === 1 ? { ...hit, time: 1.05 + 0.08 * run } : hit));
      const began = performance.now();
      studio.setTiming({ ...timing, hits }, { label: 'hits' });
      await studio.redirect(studio.store.getState().selected!);
      times.push(performance.now() - began);
    }
    return times;
  }, TIMING);
  note('a take, all else being ready, median of five', median(whole), 'ms');
  note('from a moved hit to its sound, median of five', median(moved), 'ms');
  note('a moved hit for a take', median(moved) / median(whole), 'times', 2);
});
