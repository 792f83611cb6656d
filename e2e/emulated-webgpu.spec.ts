/** With a GPU played by the processor: used when asked for, not otherwise, and the app says so. Tiny pack. */

import { expect, test } from '@playwright/test';
import { findChromium, SOFTWARE_GPU_ARGS } from '../scripts/lib/chromium.mjs';
import { AppPage } from './harness/app-page.ts';
import { sound } from './harness/reopen.ts';

const CLIP = 'flash-15.mp4';
const executablePath = findChromium();
test.use({
  launchOptions: { args: [...SOFTWARE_GPU_ARGS], ...(executablePath === undefined ? {} : { executablePath }) },
});

test('the processor itself is faster, so it is used, and the app says so', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny', backend: 'auto' });
  await app.openFile(CLIP);
  await app.setSampler({ steps: 1 });
  expect((await app.generate()).recipe.backend).toBe('wasm');
  await expect(page.getByRole('list', { name: 'Notes on this result' })).toContainText('emulated');
});

test('WebGPU that is asked for makes the sound', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny', backend: 'webgpu' });
  await app.openFile(CLIP);
  await app.setSampler({ steps: 1 });
  expect((await app.generate()).recipe.backend).toBe('webgpu');
  await expect(page.getByTestId('result-backend')).toHaveText('Graphics card (WebGPU)');
  const path = await app.download();
  expect(sound(path, 'own').samples.some((value) => Math.abs(value) > 1e-4)).toBe(true);
});
