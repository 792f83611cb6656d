/** Without WebGPU (headless Chromium offers no adapter unless it is told to): the app says what it does. Tiny pack. */

import { expect, test } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';

const CLIP = 'flash-15.mp4';

test('without WebGPU the processor takes over, and says so', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny', backend: 'auto' });
  await app.openFile(CLIP);
  await app.setSampler({ steps: 1 });
  const result = await app.generate();
  expect(result.recipe.backend).toBe('wasm');
  await expect(page.getByTestId('result-backend')).toHaveText('Processor (WASM)');
  await expect(page.getByRole('list', { name: 'Notes on this result' })).toContainText('WebGPU');
});

test('WebGPU that was asked for and is not there is an error, not a silent change', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny', backend: 'webgpu' });
  await app.openFile(CLIP);
  await app.generateButton.click();
  await expect(page.locator('.failure[role=alert]')).toHaveAttribute('data-code', 'no-webgpu');
  await expect(app.generateButton).toBeEnabled();
});
