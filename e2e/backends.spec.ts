/** Which backend runs, and that the app always says so. Tiny pack. */

import { expect, test } from '@playwright/test';
import { BASE_ARGS, findChromium, SOFTWARE_GPU_ARGS } from '../scripts/lib/chromium.mjs';
import { AppPage } from './harness/app-page.ts';
import { sound } from './harness/reopen.ts';

const CLIP = 'flash-15.mp4';
const executablePath = findChromium();
const withArgs = (args: readonly string[]) => ({
  launchOptions: { args: [...args], ...(executablePath === undefined ? {} : { executablePath }) },
});

test.describe('without WebGPU', () => {
  // Headless Chromium offers no adapter unless it is told to.
  test.use(withArgs(BASE_ARGS));

  test('without WebGPU the processor takes over, and says so', async ({ page }) => {
    const app = await AppPage.open(page, { pack: 'tiny', backend: 'auto' });
    await app.openFile(CLIP);
    await app.setSampler({ steps: 1 });
    const result = await app.generate();
    expect(result.backend).toBe('wasm');
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
});

test.describe('with WebGPU played by the processor', () => {
  test.use(withArgs(SOFTWARE_GPU_ARGS));

  test('the processor itself is faster, so it is used, and the app says so', async ({ page }) => {
    const app = await AppPage.open(page, { pack: 'tiny', backend: 'auto' });
    await app.openFile(CLIP);
    await app.setSampler({ steps: 1 });
    expect((await app.generate()).backend).toBe('wasm');
    await expect(page.getByRole('list', { name: 'Notes on this result' })).toContainText('emulated');
  });

  test('WebGPU that is asked for makes the sound', async ({ page }) => {
    test.setTimeout(300_000);
    const app = await AppPage.open(page, { pack: 'tiny', backend: 'webgpu' });
    await app.openFile(CLIP);
    await app.setSampler({ steps: 1 });
    expect((await app.generate()).backend).toBe('webgpu');
    await expect(page.getByTestId('result-backend')).toHaveText('Graphics card (WebGPU)');
    const path = await app.download();
    expect(sound(path, 'own').samples.some((value) => Math.abs(value) > 1e-4)).toBe(true);
  });
});
