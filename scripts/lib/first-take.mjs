/** From a sample that is pressed to a take of it, in a browser of its own: seconds by stage and bytes on the wire. */
/* global document, MutationObserver */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BASE_ARGS, findChromium } from './chromium.mjs';

/**
 * @typedef {{
 *   seconds: number, opened: number, toTake: number, megabytes: number,
 *   stages: Readonly<Record<string, number>>, total: number, estimate: number | undefined,
 * }} Visit
 *   `seconds`: from the press on the sample to the take, without `pause`. `opened`: until the file was open. `toTake`: from
 *   Generate to the take, `total` as the app itself says. `stages`: seconds in which the app showed each. `estimate`: how
 *   far off the total that the app told was at the worst, as a factor from 1; undefined where it was over too soon to tell.
 */

/** Samples of equal length: a file that was opened before has been seen by the model already. */
const FILES = { cold: 0, next: 1, four: 2, again: 3 };
/** Seconds after Generate from which on an estimate is judged, and those before the end from which on nobody asks. */
const JUDGED = { from: 1, until: 1 };

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
    const cold = await take(page, site, { file: FILES.cold, pause, takes: 1 });
    // The rest of the model is stored after the first take: that is not part of the next one.
    await settled(site);
    const next = await take(page, site, { file: FILES.next, pause: 0, takes: 1 });
    const four = await take(page, site, { file: FILES.four, pause: 0, takes: 4 });
    await visit();
    const again = await take(page, site, { file: FILES.again, pause, takes: 1 });
    return { cold, next, four, again };
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** Until nothing was sent for a second. @param {{ sent: () => number }} site */
async function settled(site) {
  for (let before = -1; before !== site.sent();) {
    before = site.sent();
    await new Promise((done) => setTimeout(done, 1000));
  }
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {{ sent: () => number }} site
 * @param {{ file: number, pause: number, takes: number }} options
 * @returns {Promise<Visit>}
 */
async function take(page, site, options) {
  const before = site.sent();
  const measured = await page.evaluate(
    async ({ file, pause, takes, judged }) => {
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
      /** @type {{ at: number, left: number }[]} */
      const said = [];
      const listen = new MutationObserver(() => {
        const left = document.querySelector('.job')?.getAttribute('data-seconds-left');
        if (left) said.push({ at: performance.now(), left: Number(left) });
      });
      listen.observe(document.body, { subtree: true, childList: true, attributeFilter: ['data-seconds-left'] });
      studio.setDraft({ takes, seed: 1 });
      const sample = (await studio.samples())[file];
      const start = performance.now();
      await studio.openSample(sample);
      const opened = performance.now();
      if (pause > 0) await new Promise((done) => setTimeout(done, pause * 1000));
      const pressed = performance.now();
      const outcome = await studio.generate();
      const made = performance.now();
      stop();
      listen.disconnect();
      const off = said
        .map(({ at, left }) => ({ since: (at - pressed) / 1000, left, truth: (made - at) / 1000 }))
        .filter(({ since, truth }) => since >= judged.from && truth >= judged.until)
        .map(({ since, left, truth }) => {
          const ratio = (since + left) / (since + truth);
          return Math.max(ratio, 1 / ratio);
        });
      if (outcome.status !== 'done') throw new Error(`${outcome.status}: ${outcome.error?.message}`);
      return {
        seconds: (opened - start + made - pressed) / 1000,
        opened: (opened - start) / 1000,
        toTake: (made - pressed) / 1000,
        total: outcome.takes[0].seconds.total,
        stages,
        estimate: off.length > 0 ? Math.max(...off) : undefined,
      };
    },
    { ...options, judged: JUDGED },
  );
  return { ...measured, megabytes: (site.sent() - before) / 1e6 };
}
