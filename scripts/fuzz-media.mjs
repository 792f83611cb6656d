/**
 * `npm run fuzz:media -- [--files N] [--seed S] [--only INDEX]`: gives broken files (default 1,000) to the media layer in a
 * browser, as the app does. Every one has to end in a result or a clear error within 20 seconds of processor time; the page
 * lives on, memory stays bounded, and the next good file works. `--keep` stores the files that did not in out/fuzz-media.
 */
/* global window */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { createServer } from 'vite';
import { brokenFile, makeSeeds } from './lib/broken-media.mjs';
import { BASE_ARGS, findChromium } from './lib/chromium.mjs';
import { pageMemory } from './lib/page-memory.mjs';
import { ROOT } from './lib/run.mjs';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const [seed, only] = [Number(values.seed), values.only === undefined ? undefined : Number(values.only)];
const indexes = only === undefined ? Array.from({ length: Number(values.files) }, (_, n) => n) : [only];

/** Processor time that a file may take, and after which it is given up, in seconds. */
const MOST = 20;
const HOPELESS = 90;
/** What the page may hold after a file, and how much of that may be growth since the first ones, in bytes. */
const MOST_MEMORY = 1.5 * 2 ** 30;
const MOST_GROWTH = 300 * 2 ** 20;
/** Files until everything that stays is there: workers, the core. */
const WARM = 25;

const folder = mkdtempSync(join(tmpdir(), 'fuzz-media-'));
const seeds = makeSeeds(folder);
const server = await createServer({
  root: ROOT,
  configFile: join(ROOT, 'vite.config.ts'),
  cacheDir: join(ROOT, '.cache/vite-fuzz'),
  server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
  logLevel: 'error',
});
await server.listen();
const address = server.httpServer?.address();
if (address === null || typeof address !== 'object') throw new Error('The server has no port.');
const url = `http://127.0.0.1:${address.port}/e2e/harness/media.html`;
const executablePath = findChromium();
const browser = await chromium.launch({ args: [...BASE_ARGS], ...(executablePath ? { executablePath } : {}) });
const cdp = await browser.newBrowserCDPSession();
let page = await open();

/** @type {string[]} */
const faults = [];
/** @type {Record<string, number>} */
const ends = {};
let [slowest, slowestFile, memoryAtFirst, mostMemory] = [0, '', 0, 0];

for (const [n, index] of indexes.entries()) {
  const { name, bytes } = brokenFile(seeds, seed, index);
  const before = faults.length;
  const from = await processorSeconds();
  const steps = await give(name, bytes, from);
  const seconds = (await processorSeconds()) - from;
  if (seconds > slowest) [slowest, slowestFile] = [seconds, name];
  if (steps === undefined) faults.push(`${name}: given up after ${seconds.toFixed(0)} s of processor time`);
  else if (seconds > MOST) faults.push(`${name}: ${seconds.toFixed(1)} s of processor time`);
  for (const { step, code, message } of steps ?? []) {
    const end = `${step}: ${code}`;
    ends[end] = (ends[end] ?? 0) + 1;
    if (code === 'internal' || (code !== 'ok' && !/\S.*[.!]$/.test(message)))
      faults.push(`${name}: ${end}: ${message}`);
  }
  if (steps === undefined) {
    await page.close().catch(() => undefined);
    page = await open();
  }
  const good = await give('good.mp4', seeds[0]?.bytes ?? Buffer.alloc(0), await processorSeconds());
  if (good?.some(({ code }) => code !== 'ok') !== false) faults.push(`after ${name}: the next good file does not work`);
  const memory = await pageMemory(cdp, page);
  mostMemory = Math.max(mostMemory, memory);
  if (n === WARM) memoryAtFirst = memory;
  if (memory > MOST_MEMORY) faults.push(`after ${name}: the page holds ${(memory / 2 ** 20).toFixed(0)} MB`);
  if (values.keep && faults.length > before) {
    mkdirSync(join(ROOT, 'out/fuzz-media'), { recursive: true });
    writeFileSync(join(ROOT, 'out/fuzz-media', name), bytes);
  }
  for (const fault of faults.slice(before)) console.error(fault);
  if ((n + 1) % 25 === 0) console.error(`${n + 1} files, ${faults.length} faults, ${Math.round(memory / 2 ** 20)} MB`);
}
const growth = memoryAtFirst === 0 ? 0 : (await pageMemory(cdp, page)) - memoryAtFirst;
if (growth > MOST_GROWTH) faults.push(`the page has grown by ${(growth / 2 ** 20).toFixed(0)} MB`);
await browser.close();
await server.close();
rmSync(folder, { recursive: true });
const report = {
  files: indexes.length,
  seed,
  ends,
  slowest: `${slowest.toFixed(1)} s of processor time, ${slowestFile}`,
  mostMemoryMB: Math.round(mostMemory / 2 ** 20),
  growthMB: Math.round(growth / 2 ** 20),
  faults,
};
console.log(JSON.stringify(report, null, 2));
process.exit(faults.length > 0 ? 1 : 0);

async function open() {
  const opened = await browser.newPage();
  // The first visit has Vite prepare its dependencies.
  opened.setDefaultTimeout(300_000);
  await opened.goto(url);
  await opened.waitForFunction(() => 'mediaHarness' in window);
  return opened;
}

/**
 * What became of every step with a file; undefined where it was given up, or the page fell.
 * @param {string} name @param {Buffer} buffer @param {number} from processor time at the start
 * @returns {Promise<{ step: string, code: string, message: string }[] | undefined>}
 */
async function give(name, buffer, from) {
  let over = false;
  const work = async () => {
    await page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer });
    return page.evaluate(() => window.mediaHarness.throughAll());
  };
  const watch = async () => {
    while (!over) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      if ((await processorSeconds()) - from > HOPELESS) return undefined;
    }
    return undefined;
  };
  try {
    return await Promise.race([work(), watch()]);
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  } finally {
    over = true;
  }
}

/** Of the browser and all its processes, in seconds. What else runs on the machine does not count. */
async function processorSeconds() {
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}
