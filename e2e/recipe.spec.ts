/** What exported files say about themselves, and what comes back when they are opened again. Tiny pack. */

import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { Edit } from '../src/dsp/mix.ts';
import { AppPage } from './harness/app-page.ts';
import { probeFile, sound } from './harness/reopen.ts';
import { LONG } from './harness/sets.ts';

const FLASH = 'flash-29.97.mp4';
const EDIT: Partial<Edit> = {
  offset: 0.05,
  originalGain: -6,
  fadeOut: 0.4,
  // On the clock of the file; the part that is worked on begins at 1 s.
  spans: [{ span: { start: 1.5, end: 2.25 }, gain: -60 }],
};

/** One take of seconds 1 to 3 of a video, shaped. */
async function shaped(page: Page) {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile(FLASH);
  await app.setSampler({ steps: 2 });
  await page.evaluate(() => {
    const studio = window.__studio?.studio;
    studio?.setDraft({ prompt: 'hammer', seed: 31 });
    studio?.setTrim({ start: 1, end: 3 });
    return studio?.surveyed();
  });
  const { id } = await app.generate();
  await page.evaluate(({ id, edit }) => window.__studio?.studio.editTake(id, edit), { id, edit: EDIT });
  const take = (await app.state()).takes[0]!;
  return { app, take };
}

/** The file with another recipe in its metadata, everything else copied. */
function withRecipe(path: string, change: (recipe: Record<string, unknown>) => object): string {
  const tags = probeFile(path).format.tags as Record<string, string>;
  const [mark, json] = [/^[^{]*/.exec(tags['comment']!)![0], /\{.*/s.exec(tags['comment']!)![0]];
  const changed = mark + JSON.stringify(change(JSON.parse(json) as Record<string, unknown>));
  const out = test.info().outputPath(`changed-${basename(path)}`);
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-i',
    path,
    '-map',
    '0',
    '-c',
    'copy',
    '-metadata',
    `comment=${changed}`,
    out,
  ]);
  return out;
}

/** Decibels by which the samples of `b` differ from those of `a`, relative to `a`. */
function difference(a: Float32Array, b: Float32Array): number {
  const count = Math.min(a.length, b.length);
  let power = 0;
  let error = 0;
  for (let i = 0; i < count; i++) {
    power += (a[i] ?? 0) ** 2;
    error += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  }
  return 10 * Math.log10(error / power);
}

test('a trimmed and shaped take comes back from its file: settings, stretches, nudge and fades', async ({ page }) => {
  const { app, take } = await shaped(page);
  // Only what can come back sample for sample: the original is in the mix for good.
  await page.evaluate((id) => window.__studio?.studio.editTake(id, { originalGain: -Infinity }), take.id);
  const path = await app.download();
  await page.reload();
  await app.openFile(path);
  await expect(page.getByTestId('recipe')).toContainText('seed 31');
  await expect(page.getByTestId('recipe')).toContainText('Its edit comes back');
  await expect(page.getByTestId('recipe')).not.toContainText('original sound');
  await expect(page.getByLabel('Prompt')).toHaveValue('hammer');
  await app.setTakes(1);
  const again = await app.generate();
  expect(again.edit).toMatchObject({
    offset: 0.05,
    originalGain: -Infinity,
    fadeOut: 0.4,
    spans: [{ span: { start: 0.5, end: 1.25 }, gain: -60 }],
  });
  await expect(page.getByRole('region', { name: 'Mix' })).toContainText('0:00.50');
  // Heard, not only shown: the sound of both files is the same but for what two codings lose.
  const first = sound(path, 'own').samples;
  const second = sound(await app.download(), 'own').samples;
  expect(difference(first, second)).toBeLessThan(-15);
});

test('a sound alone is put to its video again, with trim and mix', LONG, async ({ page }) => {
  const { app, take } = await shaped(page);
  await page.getByRole('button', { name: 'Other formats' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('radio', { name: /^Sound \(WAV/ }).check();
  const start = dialog.getByRole('button', { name: /^Export/ });
  await expect(start).toBeEnabled();
  const [download] = await Promise.all([page.waitForEvent('download'), start.click()]);
  const path = test.info().outputPath(download.suggestedFilename());
  await download.saveAs(path);

  await page.reload();
  await app.openFile(path);
  await expect(page.getByTestId('recipe')).toContainText(`open what it was made from: ${FLASH}`);
  await expect(app.generateButton).toBeDisabled();
  await app.openFile(FLASH);
  await expect(page.getByTestId('recipe')).toContainText('was made from this one');
  await app.setTakes(1);
  const again = await app.generate();
  expect(again).toMatchObject({ edit: take.edit, recipe: { ...take.recipe } });
});

test('a clip carries its recipe as it was generated', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile('sound.m4a');
  await app.setSampler({ steps: 2 });
  await page.evaluate(() => window.__studio?.studio.setDraft({ prompt: 'rain', negative: 'drum', seed: 44 }));
  const take = await app.generate();
  const path = await app.download();
  await page.reload();
  await app.openFile(path);
  await expect(page.getByTestId('recipe')).toContainText('seed 44');
  await expect(page.getByRole('radio', { name: /Sound to clip/ })).toBeChecked();
  await expect(page.getByLabel('Prompt')).toHaveValue('rain');
  await app.setTakes(1);
  const again = await app.generate();
  expect(again.recipe).toMatchObject({ seed: 44, prompt: 'rain', negative: 'drum', sampler: take.recipe.sampler });
});

test('a recipe from another pack is named as one, and nothing of it is lost', LONG, async ({ page }) => {
  const { app } = await shaped(page);
  const path = withRecipe(await app.download(), (recipe) => ({ ...recipe, pack: 'grand', packHash: '0'.repeat(64) }));
  await page.evaluate(() => window.__studio?.studio.kept());
  await page.reload();
  await app.openFile(path);
  const note = page.getByTestId('recipe');
  await expect(note).toContainText('another version of the model');
  await expect(note).toContainText('the take will differ');
  await expect(note).not.toContainText('makes the same take');
  // The original is in the mix, and from where it can be had again.
  await expect(note).toContainText(`open ${FLASH}`);
  await expect(page.getByLabel('Prompt')).toHaveValue('hammer');
  await expect(page.getByLabel('Seed', { exact: true })).toHaveValue('31');
  await app.setTakes(1);
  const again = await app.generate();
  expect(again).toMatchObject({ edit: { offset: 0.05, originalGain: -Infinity, fadeOut: 0.4 }, recipe: { seed: 31 } });
  expect(again.recipe.packHash).not.toBe('0'.repeat(64));
  await page.evaluate(() => window.__studio?.studio.kept());
  // What was there before is there still.
  const { history } = await app.state();
  expect(history.phase === 'ready' && history.projects.map(({ name, takes }) => [name, takes])).toEqual([
    [basename(path), 1],
    [FLASH, 1],
  ]);
});

test('a recipe that is none leaves an ordinary file', LONG, async ({ page }) => {
  const { app } = await shaped(page);
  const path = withRecipe(await app.download(), (recipe) => ({ ...recipe, seed: -1, prompt: 'x'.repeat(5000) }));
  await page.reload();
  await app.openFile(path);
  await expect(page.getByTestId('recipe')).toHaveCount(0);
  await expect(page.getByLabel('Prompt')).toHaveValue('');
  await app.setTakes(1);
  await app.generate();
});
