/** From a sample that is pressed to a take of it, in a browser of its own: seconds by stage and bytes on the wire. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BASE_ARGS, findChromium } from './chromium.mjs';

/**
 * @typedef {{
 *   seconds: number, opened: number, toTake: number, megabytes: number,
 *   stages: Readonly<Record<string, number>>, total: number,
 * }} Visit
 *   `seconds`: from the press on the sample to the take, without `pause`. `opened`: until the file was open. `toTake`: from
 *   Generate to the take, `total` as the app itself says. `stages`: seconds in which the app showed each.
 */

/**
 * A person with an empty browser: first visit, next file, four takes, and a second visit.
 * @param {{ url: string, sent: () => number }} site
 * @param {{ pause: number, query?: string }} options `pause`: seconds between the open file and Generate
 */
export async function measureVisits(site, { pause, query = '' }) {
  const { chromium } = await import('@playwright/test');
  const profile = mkdtempSync(join(tmpdir(), 'first-take-'));
  const executablePath = findChromium();
  const context = await chromium.launchPersistentContext(profile, {
    args: [...BASE_ARGS],
    ...(executablePath === undefined ? {} : { executablePath }),
  });
  try {
    const page = await context.newPage();
    const visit = async () => {
      await page.goto(site.url + query);
      await page.waitForFunction(() => '__studio' in globalThis);
      await page.waitForLoadState('networkidle');
    };
    await visit();
    const cold = await take(page, site, { pause, takes: 1 });
    const next = await take(page, site, { pause: 0, takes: 1 });
    const four = await take(page, site, { pause: 0, takes: 4 });
    await visit();
    const again = await take(page, site, { pause, takes: 1 });
    return { cold, next, four, again };
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {{ sent: () => number }} site
 * @param {{ pause: number, takes: number }} options
 * @returns {Promise<Visit>}
 */
async function take(page, site, options) {
  const before = site.sent();
  const measured = await page.evaluate(async ({ pause, takes }) => {
    // The bridge's types belong to the app's own project.
    const bridge = /** @type {any} */ (globalThis).__studio;
    const { studio } = bridge;
    /** @type {Record<string, number>} */
    const stages = {};
    let stage = '';
    let since = performance.now();
    const stop = studio.store.subscribe((/** @type {any} */ { job }) => {
      const now = performance.now();
      const current = job.phase === 'running' ? job.stage : '';
      if (current === stage) return;
      if (stage !== '') stages[stage] = (stages[stage] ?? 0) + (now - since) / 1000;
      [stage, since] = [current, now];
    });
    studio.setDraft({ takes, seed: 1 });
    const [sample] = await studio.samples();
    const start = performance.now();
    await studio.openSample(sample);
    const opened = performance.now();
    if (pause > 0) await new Promise((done) => setTimeout(done, pause * 1000));
    const pressed = performance.now();
    const outcome = await studio.generate();
    const made = performance.now();
    stop();
    if (outcome.status !== 'done') throw new Error(`${outcome.status}: ${outcome.error?.message}`);
    return {
      seconds: (opened - start + made - pressed) / 1000,
      opened: (opened - start) / 1000,
      toTake: (made - pressed) / 1000,
      total: outcome.takes[0].seconds.total,
      stages,
    };
  }, options);
  return { ...measured, megabytes: (site.sent() - before) / 1e6 };
}
