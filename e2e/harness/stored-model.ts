/** What of a model the browser has stored. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { packFiles } from '../../src/model/files.ts';
import { parseManifest } from '../../src/model/validate.ts';

/** Waits until every file of a pack is stored: those of the other task follow after the first take. */
export async function storedWhole(page: Page, folder: string, manifest = 'manifest.json'): Promise<void> {
  const files = packFiles(parseManifest(readFileSync(join(folder, manifest), 'utf8')));
  await expect.poll(() => storedHashes(page)).toEqual(expect.arrayContaining(files.map(({ sha256 }) => sha256)));
}

function storedHashes(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const keys = await (await caches.open('model-pack-v1')).keys();
    return keys.map(({ url }) => url.split('/').at(-1) ?? '');
  });
}
