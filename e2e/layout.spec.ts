/** Where things stand: nothing moves by itself, one header row, what is wanted within reach. Tiny pack. */

import { expect, test, type Page } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';
import { longUnless } from './harness/sets.ts';

/** Share of the screen that may move by itself, from landing to the first take. */
const MOST = 0.02;

const SCREENS = [
  { name: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  { name: 'tablet', viewport: { width: 820, height: 1180 }, isMobile: true, hasTouch: true },
  { name: 'laptop', viewport: { width: 1280, height: 720 }, isMobile: false, hasTouch: false },
];

interface Shift {
  readonly value: number;
  readonly what: string;
}

/** Adds up what moves without a press a moment before. */
async function watchShifts(page: Page): Promise<() => Promise<Shift[]>> {
  await page.addInitScript(() => {
    const shifts: Shift[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources: { node: Node | null }[];
      })[]) {
        if (entry.hadRecentInput) continue;
        const what = entry.sources.map(({ node }) => (node instanceof Element ? node.className : node?.nodeName));
        shifts.push({ value: entry.value, what: what.join(', ') });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return () => page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
}

const sum = (shifts: readonly Shift[]) => shifts.reduce((total, { value }) => total + value, 0);

for (const { name, ...screen } of SCREENS) {
  test.describe(`on a ${name}`, () => {
    test.use(screen);

    const title = 'nothing moves by itself from landing to the first take, and actions stay in reach';
    // Shifts were found on small screens.
    test(title, longUnless(name !== 'laptop'), async ({ page }) => {
      const shifts = await watchShifts(page);
      const app = await AppPage.open(page, { pack: 'tiny', asNew: true });
      await expect(page.getByRole('button', { name: /Hammer on stone/ })).toBeVisible();
      await expect(page.getByRole('region', { name: 'This device' })).toContainText('MB');
      const header = await page.locator('header.page-head').boundingBox();
      expect(header?.height).toBeLessThanOrEqual(80);
      const landed = await shifts();
      expect(sum(landed), JSON.stringify(landed)).toBeLessThanOrEqual(MOST);

      await page.getByRole('button', { name: /Hammer on stone/ }).click();
      await expect(page.getByTestId('source')).toBeVisible();
      await page.evaluate(() => window.__studio?.studio.surveyed());
      await app.setSampler({ steps: 4 });
      await app.generate();
      await expect(page.getByTestId('result')).toBeVisible();
      const all = await shifts();
      expect(sum(all), JSON.stringify(all)).toBeLessThanOrEqual(2 * MOST);

      const picture = await page.locator('.screen-stack .screen').first().boundingBox();
      expect(picture?.height).toBeLessThanOrEqual(screen.viewport.height / 2);
      for (const to of [0, 100_000]) {
        await page.evaluate((y) => window.scrollTo(0, y), to);
        for (const action of [/^(Play|Pause)$/, 'Share link', 'Download MP4']) {
          await expect(page.getByRole('button', { name: action, exact: true })).toBeInViewport({ ratio: 1 });
        }
      }
    });
  });
}

test('the row above the picture fits its place at every width, in both languages', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile('flash-15.mp4');
  await app.setSampler({ steps: 1 });
  await app.generate();
  for (const language of ['English', '한국어']) {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('button', { name: language }).click();
    for (const width of [1440, 1241, 1121, 1024, 1021, 921, 920, 801, 761, 641, 561, 390]) {
      await page.setViewportSize({ width, height: 900 });
      const over = await page.locator('.stage-bar').evaluate((bar) => bar.scrollWidth - bar.clientWidth);
      expect(over, `${language}, ${width} wide`).toBeLessThanOrEqual(0);
    }
  }
});

test('the first take plays when it is ready, and does not where that is switched off', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny', asNew: true });
  await page.getByRole('button', { name: /Hammer on stone/ }).click();
  await expect(page.getByTestId('source')).toBeVisible();
  await app.setSampler({ steps: 1 });
  await app.generate();
  const phase = () => page.evaluate(() => window.__studio?.studio.player.getState().phase);
  await expect.poll(phase).toBe('playing');
  await page.evaluate(() => window.__studio?.studio.player.pause());

  await page.getByText('More options').click();
  await page.getByLabel('Play the first take when it is ready').uncheck();
  const take = await app.generate();
  const tracks = () => page.evaluate(() => window.__studio?.studio.player.getState().tracks);
  await expect.poll(tracks).toContain(take.id);
  expect(await phase()).not.toBe('playing');
});

test('the name leads back to the samples, and a button that cannot be pressed says why', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await expect(app.generateButton).toHaveAccessibleDescription('Choose a video or a sound first.');
  await app.openFile('flash-15.mp4');
  await expect(app.generateButton).toBeEnabled();
  await page.getByRole('link', { name: /AV-Link Studio/ }).click();
  await expect(page.getByRole('button', { name: /Hammer on stone/ })).toBeVisible();
  expect((await app.state()).input.phase).toBe('empty');
  await page.getByRole('button', { name: /Two glass balls/ }).click();
  await expect(page.getByTestId('source')).toBeVisible();
});

test('what was made of a sample can be heard before anything is loaded, one at a time', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await AppPage.open(page, { pack: 'tiny', asNew: true });
  const examples = page.getByRole('button', { name: 'Hear it' });
  await expect(examples).toHaveCount(5);
  await expect(examples.first()).toHaveAccessibleDescription('Two glass balls');
  expect(asked.filter((path) => /-made\.mp4$/.test(path))).toEqual([]);
  const playing = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLVideoElement>('video.made')]
        .filter((video) => !video.paused && !video.muted && video.currentTime > 0)
        .map((video) => video.src.replace(/.*\//, '')),
    );
  await examples.first().click();
  await expect.poll(playing).toEqual(['bouncing-made.mp4']);
  // The pressed one is named otherwise now: the first that can still be heard is the next.
  await examples.first().click();
  await expect.poll(playing).toEqual(['hammer-made.mp4']);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect.poll(playing).toEqual([]);
  expect(asked.filter((path) => /\.(wasm|onnx|bin)$/.test(path))).toEqual([]);
});
