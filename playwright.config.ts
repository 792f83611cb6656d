import { defineConfig } from '@playwright/test';
import { BASE_ARGS, findChromium } from './scripts/lib/chromium.mjs';

/** Another one for a second run beside the first. */
const PORT = Number(process.env.E2E_PORT ?? 4183);
const executablePath = findChromium();

export default defineConfig({
  testDir: 'e2e',
  // One browser at a time: inference and ffmpeg.wasm use all cores there are.
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  // Much here is about time, on machines that are shared; what passes only then is reported as flaky.
  retries: process.env.CI === undefined ? 0 : 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list', { printSteps: false }]],
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    launchOptions: { args: [...BASE_ARGS], ...(executablePath === undefined ? {} : { executablePath }) },
    // Answers by the service worker would hide the requests that tests watch and answer; offline.spec.ts wants it.
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
  },
  // The build, served as `npm start` serves it.
  webServer: {
    command: `node scripts/start.mjs --port ${PORT}`,
    url: `http://127.0.0.1:${PORT}`,
    timeout: 180_000,
    reuseExistingServer: process.env.CI === undefined,
  },
});
