/** Directing the sound in the app: what is read from the picture, edited on the lane, and heard in the take. */

import { expect, test, type Page } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';

const shown = (page: Page) =>
  page.evaluate(() => window.__studio?.studio.store.getState().timing.shown?.hits.map(({ time }) => time) ?? []);
const directed = (page: Page) => page.evaluate(() => window.__studio?.studio.store.getState().timing.directed);
const slider = (page: Page) => page.getByRole('slider', { name: /^Hit/ });

/** Opens a clip and waits until its picture has been read. */
async function openRead(page: Page): Promise<AppPage> {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile('flash-15.mp4');
  await expect
    .poll(() => page.evaluate(() => window.__studio?.studio.store.getState().timing.reading.phase))
    .toBe('ready');
  return app;
}

test('by keyboard alone: a hit is added, moved and deleted, taken back and made again, and the sound is made from it', async ({
  page,
}) => {
  const app = await openRead(page);
  expect(await directed(page)).toBe(false);
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeDisabled();
  const before = await shown(page);
  const at = await page.evaluate(() => {
    const player = window.__studio?.studio.player;
    player?.seek(0.7);
    return Math.round((player?.time() ?? 0) * 1e4) / 1e4;
  });
  await page.keyboard.press('a');
  await expect.poll(() => shown(page)).toEqual([...before, at].sort((a, b) => a - b));
  expect(await directed(page)).toBe(true);
  await expect(page.getByText('Your hits', { exact: true })).toBeVisible();
  const moved = Math.round((at + 0.001) * 1e4) / 1e4;
  await slider(page).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(() => shown(page)).toContain(moved);
  await page.keyboard.press('Delete');
  await expect.poll(() => shown(page)).toEqual(before);
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => shown(page)).toContain(moved);
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => shown(page)).toContain(at);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect.poll(() => shown(page)).toContain(moved);
  // The same by the buttons, which say whether there is anything to take back.
  const undo = page.getByRole('button', { name: 'Undo', exact: true });
  const redo = page.getByRole('button', { name: 'Redo', exact: true });
  await undo.click();
  await expect.poll(() => shown(page)).toContain(at);
  await redo.click();
  await expect.poll(() => shown(page)).toContain(moved);
  await expect(undo).toBeEnabled();

  await app.setSampler({ steps: 2 });
  const take = await app.generate();
  expect(take.recipe.timing?.hits.map(({ time }) => time)).toEqual(await shown(page));
  await expect(page.getByText(/^\d+ of \d+ hits in sync/)).toBeVisible();

  // Another edit: only what it touches is made anew.
  await slider(page).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('u');
  await expect.poll(() => page.evaluate(() => window.__studio?.studio.store.getState().job.phase)).toBe('idle');
  const hits = await shown(page);
  await expect.poll(async () => (await app.state()).takes.at(-1)?.recipe.timing?.hits.map(({ time }) => time)).toEqual(hits); // prettier-ignore
  expect((await app.state()).failure).toBeUndefined();
  await expect(page.getByRole('button', { name: 'Update the sound' })).toBeDisabled();
});

test('Escape in a cell of the table gives up what was typed, and does nothing beyond it', async ({ page }) => {
  await openRead(page);
  const before = await shown(page);
  await page.evaluate(() => {
    // What the page's own listener sees: a claimed key runs no command.
    window.addEventListener('keydown', ({ key, defaultPrevented }) => {
      if (key === 'Escape') document.body.dataset.escape = defaultPrevented ? 'claimed' : 'free';
    });
  });
  const table = page.locator('details.timeline-marks').filter({ has: page.locator('input[type=number]') });
  for (const summary of await page.locator('details.timeline-marks > summary').all()) await summary.click();
  const cell = table.locator('input[type=number]').first();
  const value = await cell.inputValue();
  await cell.fill('1.234');
  await page.keyboard.press('Escape');
  await expect(cell).toHaveValue(value);
  await expect(page.locator('body')).toHaveAttribute('data-escape', 'claimed');
  // Nothing is left to give up: the next press belongs to the page.
  await page.keyboard.press('Escape');
  await expect(page.locator('body')).toHaveAttribute('data-escape', 'free');
  expect(await shown(page)).toEqual(before);
});
