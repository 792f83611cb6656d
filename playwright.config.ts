/**
 * Two projects. What is about time (playback, budgets) or keeps every core busy for long (an emulated GPU, the shipped
 * pack: two at once take twice as long) needs the processor to itself: these specs are `serial`, one worker. All others
 * are `parallel`; `npm test` gives them two workers.
 *
 * Tags say when a test runs; TEST_SET chooses (`short` unless told otherwise, `long`, `bench` or `all`):
 *   no tag   npm test               one representative of everything
 *   @long    npm run test:long      full matrices and soaks
 *   @bench   npm run bench          prints figures by the clock; asserts no seconds
 *
 * A single spec: `npx playwright test e2e/takes.spec.ts` (`TEST_SET=all` for its tagged tests, too). It builds the app only
 * if its sources changed, and uses a server that already runs at the port.
 */
import { defineConfig } from '@playwright/test';
import { BASE_ARGS, findChromium } from './scripts/lib/chromium.mjs';

/** Another one for a second run beside the first, which then has folders of its own, too. */
const PORT = Number(process.env.E2E_PORT ?? 4183);
const BESIDE = process.env.E2E_PORT === undefined ? '' : `-${PORT}`;
const executablePath = findChromium();

/** Specs that need the processor to themselves. */
const SERIAL = /\/(budgets|emulated-webgpu|engine|journeys|perform|player|share)\.spec\.ts$/;
/** Specs that use pages of e2e/harness alone: they need no build of the app. */
const WITHOUT_APP =
  /(^|\/)(media|media-clip|media-copy|media-export|media-hard|media-memory|media-open|media-paths|timeline|panels|library|player|engine)\.spec(\.ts)?(:\d+)?$/;

const SETS = {
  short: { grepInvert: /@long|@bench/ },
  long: { grep: /@long/ },
  bench: { grep: /@bench/ },
  all: {},
};
const set = process.env.TEST_SET ?? 'short';
if (!(set in SETS)) throw new Error(`TEST_SET is ${set}; it can be ${Object.keys(SETS).join(', ')}.`);

const specs = process.argv.slice(2).filter((word) => /\.spec(\.ts)?(:\d+)?$/.test(word));
const needsApp = specs.length === 0 || !specs.every((spec) => WITHOUT_APP.test(spec));

export default defineConfig({
  testDir: 'e2e',
  // One browser at a time unless `--workers` says otherwise: inference uses all cores there are.
  workers: 1,
  forbidOnly: process.env.CI !== undefined,
  // Guards against hanging, for machines many times slower than usual; no test is about them.
  timeout: 1_200_000,
  expect: { timeout: 120_000 },
  reporter: [['list', { printSteps: false }]],
  ...SETS[set as keyof typeof SETS],
  projects: [
    // Tests of a file are divided among the workers; what a file sets up once is set up once per worker.
    { name: 'parallel', testIgnore: SERIAL, fullyParallel: true, outputDir: `test-results/parallel${BESIDE}` },
    { name: 'serial', testMatch: SERIAL, fullyParallel: false, outputDir: `test-results/serial${BESIDE}` },
  ],
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    launchOptions: { args: [...BASE_ARGS], ...(executablePath === undefined ? {} : { executablePath }) },
    // Answers by the service worker would hide the requests that tests watch and answer; offline.spec.ts wants it.
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    // What a test waits for and never comes, an element that is not there, ends as an expectation does.
    actionTimeout: 180_000,
  },
  // The build, served as `npm start` serves it.
  ...(needsApp
    ? {
        webServer: {
          command: `node scripts/start.mjs --port ${PORT}`,
          url: `http://127.0.0.1:${PORT}`,
          timeout: 600_000,
          reuseExistingServer: process.env.CI === undefined,
        },
      }
    : {}),
});
