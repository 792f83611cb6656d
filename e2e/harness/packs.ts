/** Model packs for tests: the tiny one is served in place of a folder the site does not have, and can be spoiled. */

import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page, Route } from '@playwright/test';

const ROOT = join(import.meta.dirname, '../..');
export const TINY = join(ROOT, 'e2e/fixtures/packs/tiny');

/** Answers a request for a file of the pack, or leaves it to the ordinary answer by returning false. */
export type Spoiler = (file: string, route: Route) => Promise<boolean>;

/** Serves the tiny pack (random weights, the topology of the real one) at /models/tiny/. */
export async function serveTinyPack(page: Page, spoil?: Spoiler): Promise<void> {
  await page.route('**/models/tiny/*', async (route) => {
    const file = basename(new URL(route.request().url()).pathname);
    if (spoil && (await spoil(file, route))) return;
    const path = join(TINY, file);
    if (existsSync(path)) await route.fulfill({ body: readFileSync(path), contentType: 'application/octet-stream' });
    else await route.fulfill({ status: 404 });
  });
}
