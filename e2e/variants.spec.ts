/** Variants of the pack that ships: chosen, fetched, remembered, brought back, and given up with a word. On WASM. */

import { basename, join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { integratedLoudness } from '../src/dsp/loudness.ts';
import { AppPage } from './harness/app-page.ts';
import { HAS_VARIANTS, shippedFiles } from './harness/packs.ts';
import { probeFile, sound } from './harness/reopen.ts';
import { LONG } from './harness/sets.ts';

const HAMMER = join(import.meta.dirname, '../public/samples/hammer.mp4');

test.skip(!HAS_VARIANTS, 'The pack that ships has no variants.');

/** What a sound takes of a variant, and all of it. */
const filesOf = (id: string) => shippedFiles(id, 'v2a').files;
const allFilesOf = (id: string) => shippedFiles(id).files;

/** Names of the pack's files as they are asked for; manifests apart. */
function watchPack(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (/\/models\/.*\.(onnx|bin)$/.test(pathname)) asked.push(basename(pathname));
  });
  return asked;
}

async function openChoice(page: Page) {
  await page.getByText('Advanced', { exact: true }).click();
  return page.getByRole('group', { name: 'Model' });
}

const chosen = async (app: AppPage) => (await app.state()).variant;

test(
  'the light model: its own and the shared files alone, a good result, remembered, named and brought back',
  LONG,
  async ({ page, browser }) => {
    const asked = watchPack(page);
    // Otherwise the automatic choice would be fetched while the file is looked at.
    const app = await AppPage.open(page, { saveData: true });
    await app.openFile(HAMMER);
    const choice = await openChoice(page);
    await expect(choice.getByRole('radio', { name: 'Automatic' })).toBeChecked();
    const light = choice.getByRole('radio', { name: 'Light' });
    await expect(light).toHaveAccessibleDescription(/^\d+ MB to download.*onset F1/);
    const { violations } = await new AxeBuilder({ page }).include('.advanced').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    await light.check();
    await expect(page.locator('.model-note')).toContainText('mini · Light');
    await page.screenshot({ path: test.info().outputPath('choice.png'), fullPage: true });

    const take = await app.generate();
    expect(take.recipe.variant).toBe('light');
    // Every file of the variant once, and none of the default that it does not share.
    // But for the numbers by which the reading of the timing was checked before the choice.
    expect(asked.filter((file) => file !== 'golden.int8.bin').sort()).toEqual(filesOf('light').sort());
    const path = await app.download();
    const { streams, format } = probeFile(path);
    expect(streams.map(({ codec_type }) => codec_type).sort()).toEqual(['audio', 'video']);
    expect(Math.abs(Number(format.duration) - take.recipe.duration)).toBeLessThan(0.1);
    const { samples } = sound(path, 'own');
    expect(integratedLoudness(samples, 48_000)).toBeGreaterThan(-50);
    await expect(page.locator('.take-facts')).toContainText('Light');
    await page.locator('.facts summary').click();
    await expect(page.locator('.facts')).toContainText('mini · Light');
    // What a clip needs beside is not fetched where data is to be saved.
    await expect(light).toHaveAccessibleDescription(/^[1-9](\.\d)? MB to download/);

    // Another one: only what it does not share, and the take stays.
    asked.length = 0;
    await choice.getByRole('radio', { name: 'Standard' }).check();
    const other = await app.generate();
    expect(other.recipe.variant).toBeUndefined();
    expect((await app.state()).takes[0]).toEqual(take);
    expect([...asked].sort()).toEqual(
      filesOf('standard')
        .filter((file) => !filesOf('light').includes(file))
        .sort(),
    );

    // Back again, after a reload: all is here, and the choice holds.
    await light.check();
    await page.evaluate(() => window.__studio?.studio.kept());
    asked.length = 0;
    await page.reload();
    expect(await chosen(app)).toBe('light');
    await app.openFile(HAMMER);
    await app.setTakes(1);
    expect((await app.generate()).recipe.packHash).toBe(take.recipe.packHash);
    expect(asked).toEqual([]);

    // A browser that never heard of it gets the choice from the file.
    const context = await browser.newContext({ serviceWorkers: 'block' });
    const there = await AppPage.open(await context.newPage());
    expect(await chosen(there)).toBe('auto');
    await there.openFile(path);
    await expect.poll(() => chosen(there)).toBe('light');
    await expect(there.page.getByTestId('recipe')).toContainText('Generate makes the same take again');
    const again = await there.generate();
    expect(again.recipe).toMatchObject({ variant: 'light', packHash: take.recipe.packHash, seed: take.recipe.seed });
    // A choice that a file brought is for this file, not for the next visit.
    await there.page.reload();
    expect(await chosen(there)).toBe('auto');
    await context.close();
  },
);

test('without a choice the processor gets its own, and the card says so in either language', async ({ page }) => {
  const asked = watchPack(page);
  const app = await AppPage.open(page);
  const card = page.getByRole('region', { name: 'This device' });
  await expect(card).toContainText(/Processor · \d+ MB/);
  await page.evaluate(() => localStorage.setItem('av-link-language', 'ko'));
  await page.reload();
  await expect(page.getByRole('region', { name: '이 기기' })).toContainText(/프로세서 · \d+MB/);
  await app.openFile(HAMMER);
  await page.getByText('고급', { exact: true }).click();
  const choice = page.getByRole('group', { name: '모델' });
  await expect(choice).toContainText('지금은 “프로세서”이에요');
  await expect(choice.getByRole('radio', { name: '라이트' })).toHaveAccessibleDescription(/내려받기/);
  await page.evaluate(() => localStorage.setItem('av-link-language', 'en'));
  await page.reload();
  await app.openFile(HAMMER);
  await app.setTakes(1);
  expect((await app.generate()).recipe.variant).toBe('processor');
  // The rest follows, so that it works without a network; nothing is fetched twice.
  await expect.poll(() => [...asked].sort()).toEqual(allFilesOf('processor').sort());
});

test('a chat link of a light take is heard by a page that runs another variant', LONG, async ({ page, browser }) => {
  const app = await AppPage.open(page, { variant: 'light' });
  await app.openFile(HAMMER);
  expect((await app.generate()).recipe.variant).toBe('light');
  await page.getByRole('button', { name: 'Share link' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share a link' });
  await dialog.getByRole('radio', { name: /^Chat/ }).check();
  await expect(dialog.getByTestId('share-length')).toContainText('No messenger');
  const url = new URL(await page.getByTestId('share-url').inputValue());
  url.search = '?backend=wasm';

  const context = await browser.newContext({ serviceWorkers: 'block' });
  const there = await context.newPage();
  const asked = watchPack(there);
  await there.goto(url.href);
  await there.getByRole('button', { name: /^Play \(loads the model once, \d+ MB\)/ }).click();
  await there.waitForFunction(() => document.querySelector('canvas')?.moment?.().playing);
  expect(asked.sort()).toEqual(['audio_decoder.bin', 'audio_decoder.onnx', 'golden.int8.bin']);
  await context.close();
});

test('a variant that was tampered with gives way to the default, and the result says so', LONG, async ({ page }) => {
  await page.route('**/models/mini/fusion_*_0.q4.bin', (route) => route.fulfill({ body: Buffer.alloc(1000) }));
  const app = await AppPage.open(page, { variant: 'light' });
  await app.openFile(HAMMER);
  const take = await app.generate();
  expect(take.recipe.variant).toBeUndefined();
  expect(take.notices.map(({ code }) => code)).toContain('variant-failed');
  const notes = page.getByRole('list', { name: 'Notes on this result' });
  await expect(notes).toContainText(/fusion_\w+_0\.q4\.bin.*The standard model was used instead/);
  // The person's choice stays theirs: it is tried again on the next visit.
  expect(await chosen(app)).toBe('light');
});
