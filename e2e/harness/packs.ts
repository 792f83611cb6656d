/** Model packs for tests: the tiny one is served in place of a folder the site does not have, and can be spoiled. */

import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page, Route } from '@playwright/test';
import { packFiles } from '../../src/model/files.ts';
import type { PackPart } from '../../src/model/manifest.ts';
import { parseManifest } from '../../src/model/validate.ts';
import { AUTOMATIC, chooseVariant, DEFAULT_MANIFEST, INDEX_FILE, parseVariants } from '../../src/model/variants.ts';

const ROOT = join(import.meta.dirname, '../..');
export const TINY = join(ROOT, 'e2e/fixtures/packs/tiny');
/** At 48 kHz; what it has in common with the other lies there. */
const TINY_48K = join(ROOT, 'e2e/fixtures/packs/tiny-48k');

const SHIPPED = join(ROOT, 'public/models/mini');
const shipped = (file: string) => readFileSync(join(SHIPPED, file), 'utf8');
/** Of the pack that ships; without an index it has its default alone. */
const variants = () => (existsSync(join(SHIPPED, INDEX_FILE)) ? (parseVariants(shipped(INDEX_FILE)) ?? []) : []);

/** Whether the pack that ships has more than its default. */
export const HAS_VARIANTS = variants().length > 1;

/** Names of the files of a variant of the pack that ships, as the app chooses it on the processor. */
export function shippedFiles(
  choice = AUTOMATIC,
  part?: PackPart,
): { readonly manifest: string; readonly files: string[] } {
  const manifest = chooseVariant(variants(), choice, 'wasm')?.manifest.file ?? DEFAULT_MANIFEST;
  return { manifest, files: packFiles(parseManifest(shipped(manifest)), part).map(({ file }) => file) };
}

/** Answers a request for a file of the pack, or leaves it to the ordinary answer by returning false. */
export type Spoiler = (file: string, route: Route) => Promise<boolean>;

/** Serves the tiny packs (random weights, the topology of the real one) at /models/tiny/ and /models/tiny-48k/. */
export async function serveTinyPack(page: Page, spoil?: Spoiler): Promise<void> {
  await page.route(/\/models\/tiny(-48k)?\/[^/]*$/, async (route) => {
    const { pathname } = new URL(route.request().url());
    const file = basename(pathname);
    if (spoil && (await spoil(file, route))) return;
    const folders = pathname.includes('/tiny-48k/') ? [TINY_48K, TINY] : [TINY];
    const path = folders.map((folder) => join(folder, file)).find((one) => existsSync(one));
    if (path !== undefined) await route.fulfill({ body: readFileSync(path), contentType: 'application/octet-stream' });
    else await route.fulfill({ status: 404 });
  });
}
