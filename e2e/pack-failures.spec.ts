/** A model that cannot be had, or not be stored: a clear message or notice, and the app goes on. Tiny pack. */

import { expect, test, type Page } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';
import type { Spoiler } from './harness/packs.ts';
import { longUnless } from './harness/sets.ts';
import { storedWhole } from './harness/stored-model.ts';

const CLIP = 'flash-15.mp4';

interface Spoilt {
  readonly what: string;
  readonly code: string;
  readonly message: RegExp;
  readonly spoil: Spoiler;
}

const graph = 'audio_decoder.onnx';
const SPOILT: readonly Spoilt[] = [
  {
    what: 'is missing',
    code: 'pack-missing',
    message: /audio_decoder\.onnx is not on the server/,
    spoil: async (file, route) => file === graph && (await route.fulfill({ status: 404 }), true),
  },
  {
    what: 'is a web page',
    code: 'pack-html',
    message: /web page came back/,
    spoil: async (file, route) =>
      file === graph &&
      (await route.fulfill({ body: '<!doctype html><title>Sign in</title>', contentType: 'application/octet-stream' }),
      true),
  },
  {
    what: 'does not match its hash',
    code: 'pack-hash',
    message: /checksum does not match/,
    spoil: async (file, route) => file === graph && (await route.fulfill({ body: Buffer.alloc(1000) }), true),
  },
  {
    what: 'cannot be reached',
    code: 'pack-network',
    message: /could not be downloaded/,
    spoil: async (file, route) => file === graph && (await route.abort('connectionreset'), true),
  },
  {
    what: 'has a manifest of another kind',
    code: 'pack-invalid',
    message: /manifest is not valid/,
    spoil: async (file, route) => file === 'manifest.json' && (await route.fulfill({ body: '{"schema": 99}' }), true),
  },
];

for (const { what, code, message, spoil } of SPOILT) {
  // What is wrong with a pack is told apart in src/model; here it is how the app takes it.
  test(`the model ${what}`, longUnless(code === 'pack-hash' || code === 'pack-network'), async ({ page }) => {
    let spoilt = true;
    const app = await AppPage.open(page, {
      pack: 'tiny',
      spoil: (file, route) => (spoilt ? spoil(file, route) : Promise.resolve(false)),
    });
    await app.openFile(CLIP);
    await app.setSampler({ steps: 1 });
    await app.generateButton.click();
    const alert = page.locator('.failure[role=alert]');
    await expect(alert).toHaveAttribute('data-code', code);
    await expect(alert).toContainText(message);
    // Once the server is mended the same page works: nothing bad was kept.
    spoilt = false;
    await app.generate();
    await expect(alert).toHaveCount(0);
  });
}

/** Gives the site so little storage that no model fits. */
async function starve(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
}

test('without storage quota the model is used from memory, and the take that cannot be kept is there to be saved', async ({
  page,
}) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await starve(page);
  await app.openFile(CLIP);
  await app.setSampler({ steps: 1 });
  await app.generateButton.click();
  await expect.poll(async () => (await app.state()).takes.length).toBe(1);
  const { takes } = await app.state();
  expect(takes[0]?.notices.map(({ code }) => code)).toContain('storage-full');
  await expect(page.locator('.failure[role=alert]')).toHaveAttribute('data-code', 'storage-full');
  await app.download();
  await expect(page.getByRole('list', { name: 'Notes on this result' })).toContainText('no room');
});

test('a stored model is not downloaded again', async ({ page }) => {
  const asked: string[] = [];
  const app = await AppPage.open(page, {
    pack: 'tiny',
    spoil: (file) => {
      asked.push(file);
      return Promise.resolve(false);
    },
  });
  await app.openFile(CLIP);
  await app.setSampler({ steps: 1 });
  await app.generate();
  expect(asked).toContain(graph);
  // A reload would leave the other task's files to the next visit.
  await storedWhole(page, 'e2e/fixtures/packs/tiny');
  asked.length = 0;
  await page.reload();
  await app.openFile(CLIP);
  await app.setSampler({ steps: 1 });
  await app.generate();
  expect(new Set(asked)).toEqual(new Set(['manifest.json', 'variants.json']));
});
