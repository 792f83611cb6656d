/** Takes as a person meets them, with the pack that ships: made one after the other, compared while the picture runs. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';
import { sound } from './harness/reopen.ts';

const SHIPPED = existsSync(join(import.meta.dirname, '../public/models/mini/manifest.json'));

test('three takes appear one by one, play on when switched, and are what is downloaded', async ({ page }) => {
  const app = await AppPage.open(page, SHIPPED ? {} : { pack: 'tiny' });
  await page.getByRole('button', { name: /Hammer on stone/ }).click();
  await page.getByLabel('Seed', { exact: true }).fill('5');
  const choice = page.getByRole('group', { name: 'Takes' });
  await expect(choice.getByRole('radio')).toHaveCount(4);
  await choice.getByRole('radio', { name: '2', exact: true }).check();
  expect((await app.state()).draft.takes).toBe(2);
  // A number that came with a file stands among the others.
  await app.setTakes(3);
  await expect(choice.getByRole('radio', { name: '3', exact: true })).toBeChecked();
  await app.generateButton.click();

  const cards = page.getByRole('region', { name: 'Takes' }).getByRole('listitem');
  await expect(cards).toHaveCount(1, { timeout: 600_000 });
  // The first is there to be played while the others are made.
  await expect(page.locator('.job-text')).toContainText(/Take [23] of 3/);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect(cards).toHaveCount(3, { timeout: 600_000 });
  await expect(app.generateButton).toBeVisible();
  await expect(cards.locator('.take-facts')).toHaveText([/Seed 5$/, /Seed 6$/, /Seed 7$/]);

  // The switch: another sound, the same moment, still playing.
  const look = () =>
    page.evaluate(() => {
      const player = window.__studio?.studio.player;
      return { track: player?.getState().track, phase: player?.getState().phase, time: player?.time() ?? 0 };
    });
  const { takes } = await app.state();
  await page.evaluate(() => window.__studio?.studio.player.seek(1));
  expect((await look()).track).toBe(takes[0]?.id);
  await page.keyboard.press('2');
  await expect.poll(async () => (await look()).track).toBe(takes[1]?.id);
  const after = await look();
  expect(after.phase).toBe('playing');
  expect(after.time).toBeGreaterThan(0.8);
  await expect(page.getByTestId('result-seed')).toHaveText('6');
  await page.keyboard.press('Space');
  expect((await look()).phase).toBe('paused');

  // The card, the file and the seed are of one take; and different seeds sound different.
  const files = [];
  for (const index of [0, 2]) {
    await page.keyboard.press(String(index + 1));
    await expect(page.getByTestId('result-seed')).toHaveText(String(5 + index));
    files.push(await app.download());
  }
  const [first, third] = files.map((path) => sound(path, 'own').samples);
  expect(files[1]).toMatch(/-foley-7\.mp4$/);
  expect(first?.every((value, index) => Math.abs(value - (third?.[index] ?? 0)) < 1e-3)).toBe(false);

  await page.keyboard.press('0');
  await expect(page.getByRole('button', { name: 'Original' })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Result', exact: true }).click();
  await page.getByRole('button', { name: 'Discard take 3' }).click();
  await expect(cards).toHaveCount(2);
  await expect(page.getByTestId('result-seed')).toHaveText('6');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(cards).toHaveCount(3);
  await expect(page.getByTestId('result-seed')).toHaveText('7');
});

test('a stop in the middle keeps the takes that are done', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile('flash-15.mp4');
  await app.setSampler({ steps: 4 });
  await app.setTakes(8);
  await app.generateButton.click();
  const cards = page.getByRole('region', { name: 'Takes' }).getByRole('listitem');
  await expect(cards.first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(app.generateButton).toBeEnabled();
  const { takes, failure } = await app.state();
  expect(failure).toBeUndefined();
  expect(takes.length).toBeGreaterThan(0);
  expect(takes.length).toBeLessThan(8);
  await app.download();
});
