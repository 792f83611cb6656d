/** Nobody typed a prompt: the model looks at the picture, and says what it saw. The pack that ships. */

import AxeBuilder from '@axe-core/playwright';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';

const SAMPLES = join(import.meta.dirname, '../public/samples');

test('the words that were seen stand beside the take, and become the prompt at a press', async ({ page }) => {
  const app = await AppPage.open(page);
  await app.openFile(join(SAMPLES, 'bouncing.mp4'));
  await app.setSampler({ steps: 1 });
  const seen = page.getByRole('group', { name: 'Seen in the picture:' });
  await expect(seen).toHaveCount(0);
  const take = await app.generate();
  expect(take.recipe.prompt).toBe('');
  // What is in the sample, and nothing that is in none of its kind.
  expect(take.understood).toEqual(expect.arrayContaining(['ball', 'bounce']));
  expect(take.understood).not.toContain('engine');
  await expect(seen.locator('.known')).toHaveText([...take.understood]);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  // Looked at again, with another seed, it shows the same.
  await page.getByLabel('Seed', { exact: true }).fill('77');
  expect((await app.generate()).understood).toEqual(take.understood);

  await seen.getByRole('button', { name: 'Use as prompt' }).click();
  await expect(page.getByLabel('Prompt')).toHaveValue(take.understood.join(' '));
  await expect(seen).toHaveCount(0);
  const asked = await app.generate();
  expect(asked.understood).toEqual(take.understood);
  expect(asked.recipe.prompt).toBe(take.understood.join(' '));
});

test('a prompt is taken at its word: nothing is looked for', async ({ page }) => {
  const app = await AppPage.open(page);
  await app.openFile(join(SAMPLES, 'bouncing.mp4'));
  await app.setSampler({ steps: 1 });
  await page.getByLabel('Prompt').fill('glass');
  expect((await app.generate()).understood).toEqual(['glass']);
  await page.getByLabel('Prompt').fill('');
  await expect(page.getByRole('group', { name: 'Seen in the picture:' })).toHaveCount(0);
});
