/** Many files one after the other on one page: nothing of those that are gone stays. */

import { dirname } from 'node:path';
import { expect, test, type CDPSession, type Page } from '@playwright/test';
import { makeSeeds } from '../scripts/lib/broken-media.mjs';
import { pageMemory } from '../scripts/lib/page-memory.mjs';
import { shareMediaPage } from './harness/media-page.ts';

/** Until everything that stays is there: the workers, ffmpeg's core, code that was compiled. */
const FIRST = 40;
const FILES = 200;
/**
 * What scripts and workers may hold more at the end than after the first files, in bytes. A file of this test leaves 0.4 MB
 * behind where its results are kept: 64 MB for all of them.
 */
const MOST_KEPT = 8 * 2 ** 20;
/** The same for the process: fragments, and a core of ffmpeg that is just worn or just renewed. */
const MOST_RESIDENT = 128 * 2 ** 20;

let page: Page;
shareMediaPage((opened) => {
  page = opened.page;
});

test('200 files one after the other leave nothing behind', { tag: '@long' }, async ({ browser }) => {
  const seeds = makeSeeds(seedFolder());
  const cdp = await browser.newBrowserCDPSession();
  let first: Held | undefined;
  for (let n = 0; n < FILES; n++) {
    const { name, bytes } = seeds[n % seeds.length] ?? { name: '', bytes: Buffer.alloc(0) };
    await page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer: bytes });
    const ends = await page.evaluate(() => window.mediaHarness.throughAll());
    expect(
      ends.filter(({ code }) => code !== 'ok'),
      `file ${n}, ${name}`,
    ).toEqual([]);
    if (n + 1 === FIRST) first = await held(cdp);
  }
  const last = await held(cdp);
  console.log(`${FIRST} files: ${inMegabytes(first)}; ${FILES} files: ${inMegabytes(last)}`);
  expect(last.scripts - (first?.scripts ?? 0)).toBeLessThan(MOST_KEPT);
  expect(last.resident - (first?.resident ?? 0)).toBeLessThan(MOST_RESIDENT);
});

/** The folder of the test: asking for a path in it makes it. */
function seedFolder(): string {
  return dirname(test.info().outputPath('seed'));
}

interface Held {
  /** Bytes of scripts, page and workers. */
  readonly scripts: number;
  /** Bytes of the process; 0 where the system does not say. */
  readonly resident: number;
}

async function held(cdp: CDPSession): Promise<Held> {
  const resident = await pageMemory(cdp, page);
  const scripts = await page.evaluate(async () => {
    const { bytes } = await (performance as unknown as Measuring).measureUserAgentSpecificMemory();
    return bytes;
  });
  return { scripts, resident };
}

interface Measuring {
  measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }>;
}

function inMegabytes(held: Held | undefined): string {
  return held === undefined ? '' : `scripts ${mb(held.scripts)} MB, process ${mb(held.resident)} MB`;
}

function mb(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
