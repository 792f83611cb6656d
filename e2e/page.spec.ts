/** The page itself: names for everything, keys, layouts, themes. Tiny pack. */

import { expect, test } from '@playwright/test';
import { faults } from './harness/accessibility.ts';
import { AppPage } from './harness/app-page.ts';
import { longUnless } from './harness/sets.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

for (const colorScheme of ['light', 'dark'] as const) {
  for (const size of SIZES) {
    // Colours and widths do not depend on each other: light and wide, dark and narrow.
    const representative = (colorScheme === 'light') === size.width > 1000;
    const title = `has no accessibility faults, ${colorScheme}, ${size.width} wide`;
    test(title, longUnless(representative), async ({ page }) => {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      const app = await AppPage.open(page, { pack: 'tiny' });
      await expect(page.getByRole('button', { name: /Hammer on stone/ })).toBeVisible();
      expect(await faults(page)).toEqual([]);

      await app.openFile('flash-15.mp4');
      await page.getByLabel('Prompt').fill('wood and stardust');
      await page.getByText('Words the model knows').click();
      await page.getByText('Advanced').click();
      await app.setSampler({ steps: 1 });
      await app.generate();
      await page.locator('.facts summary').click();
      await app.choose('text.mp4');
      await expect(page.getByRole('alert')).toBeVisible();
      await app.choose('beeps.mp3', 'sound.wav');
      await expect(page.getByRole('alert', { name: 'Several files' })).toBeVisible();
      expect(await faults(page)).toEqual([]);

      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(size.width);
    });
  }

  test(`no screen has accessibility faults, ${colorScheme}`, longUnless(colorScheme === 'dark'), async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    const app = await AppPage.open(page, { pack: 'tiny' });
    const dialog = (name: string) => page.getByRole('dialog', { name });
    await app.openFile('flash-15.mp4');
    await page.evaluate(() => window.__studio?.studio.surveyed());
    expect(await faults(page), 'an open file').toEqual([]);

    // Running, with the first of two takes made.
    await app.setSampler({ steps: 40 });
    await app.setTakes(2);
    await app.generateButton.click();
    await expect.poll(async () => (await app.state()).takes.length).toBe(1);
    await expect(page.locator('.job')).toBeVisible();
    expect(await faults(page), 'a generation').toEqual([]);
    await expect(app.generateButton).toBeVisible();
    const { takes } = await app.state();
    await page.evaluate(
      (id) => window.__studio?.studio.editTake(id, { spans: [{ span: { start: 0.5, end: 1 }, gain: -60 }] }),
      takes[0]!.id,
    );
    await page.getByRole('button', { name: 'Star take 1' }).click();
    expect(await faults(page), 'two takes').toEqual([]);

    await page.getByRole('button', { name: 'Other formats' }).click();
    await expect(dialog('Export').getByRole('button', { name: /^Export/ })).toBeEnabled();
    expect(await faults(page), 'the export of a sound').toEqual([]);
    await page.keyboard.press('Escape');

    await page.evaluate(() => window.__studio?.studio.kept());
    await page.getByRole('button', { name: 'History' }).click();
    await expect(dialog('History').getByRole('button', { name: /Open flash-15/ })).toBeVisible();
    expect(await faults(page), 'the history').toEqual([]);
    await page.keyboard.press('Escape');

    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await faults(page), 'the shortcuts').toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await faults(page), 'the palette').toEqual([]);
    await page.keyboard.press('Escape');

    await app.openFile('sound.m4a');
    await app.setSampler({ steps: 1 });
    await app.setTakes(1);
    await app.generate();
    expect(await faults(page), 'a clip').toEqual([]);
    await page.getByRole('button', { name: 'Other formats' }).click();
    await dialog('Export').getByRole('radio', { name: 'Framed clip (MP4)' }).check();
    await expect(dialog('Export').getByRole('button', { name: /^Export/ })).toBeEnabled();
    expect(await faults(page), 'the export of a clip').toEqual([]);
    await page.keyboard.press('Escape');

    await app.choose('flash-15.mp4', 'text.mp4');
    await page.getByRole('button', { name: /All of them/ }).click();
    const batch = page.getByRole('region', { name: 'Batch' });
    await expect(batch.locator('[data-state="done"], [data-state="failed"]')).toHaveCount(2);
    expect(await faults(page), 'a batch').toEqual([]);

    await app.choose('av1.mp4');
    await expect(page.locator('.failure[role=alert]')).toBeVisible();
    expect(await faults(page), 'a failure').toEqual([]);
  });
}

test('works by keyboard alone, and tells a screen reader how far it is', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  const sample = page.getByRole('button', { name: /Two glass balls/ });
  await sample.focus();
  await page.keyboard.press('Enter');
  const status = page.getByTestId('announcement');
  await expect(status).toHaveText('Two glass balls is open.');
  await app.setSampler({ steps: 60 });
  await app.generateButton.focus();
  await page.keyboard.press('Space');
  await expect(status).toHaveText(/^Making sound/);
  await expect(page).toHaveTitle(/Making sound .*– AV-Link Studio/);
  await page.keyboard.press('Escape');
  await expect(status).toHaveText('Two glass balls is open.');
  await expect(page).toHaveTitle('AV-Link Studio');
  await app.setSampler({ steps: 1 });
  await app.generateButton.focus();
  await page.keyboard.press('Space');
  await expect(status).toHaveText(/^Done: the take for Two glass balls is ready/);
});

test('seed and sampler fields keep to numbers that mean something', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  const seed = page.getByLabel('Seed', { exact: true });
  const drawn = await seed.inputValue();
  expect(drawn).toMatch(/^\d+$/);
  await page.getByRole('button', { name: 'Roll a new seed' }).click();
  await expect(seed).not.toHaveValue(drawn);
  await expect(page.getByRole('button', { name: 'Keep this seed' })).toHaveAttribute('aria-pressed', 'true');
  await seed.fill('-3');
  await expect(seed).toHaveAttribute('aria-invalid', 'true');
  await seed.blur();
  await expect(seed).not.toHaveValue('-3');

  await page.getByText('Advanced').click();
  const steps = page.getByLabel('Steps');
  const own = await steps.inputValue();
  await steps.fill('0');
  await steps.blur();
  await expect(steps).toHaveValue('1');
  await page.getByRole('button', { name: /own values/ }).click();
  await expect(steps).toHaveValue(own);
  expect((await app.state()).draft.sampler.v2a).toEqual({});
});

test('a drop anywhere on the page opens the file', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  const response = await page.request.get('/samples/claps.m4a');
  const bytes = (await response.body()).toString('base64');
  const files = await page.evaluateHandle((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0))], 'claps.m4a'));
    return data;
  }, bytes);
  await page.dispatchEvent('footer', 'drop', { dataTransfer: files });
  await expect(page.getByTestId('source')).toContainText('claps.m4a');
  expect((await app.state()).task).toBe('a2v');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('picture, timeline, takes and settings follow each other, and what makes a take is always at hand', async ({
    page,
  }) => {
    const app = await AppPage.open(page, { pack: 'tiny' });
    await app.openFile('flash-15.mp4');
    await app.setSampler({ steps: 1 });
    await app.setTakes(2);
    await app.generate();
    const parts = [
      page.getByLabel('The result'),
      page.getByRole('region', { name: 'Takes' }),
      page.getByLabel('Timeline'),
      page.getByRole('region', { name: 'Mix' }),
      page.getByLabel('Prompt'),
    ];
    const tops: number[] = [];
    for (const part of parts) tops.push((await part.boundingBox())?.y ?? NaN);
    expect(tops).toEqual([...tops].sort((a, b) => a - b));

    // Wherever the page is scrolled to; and the last of the settings can be scrolled clear of it.
    for (const to of [0, 100_000]) {
      await page.evaluate((y) => window.scrollTo(0, y), to);
      await expect(app.generateButton).toBeInViewport({ ratio: 1 });
      for (const name of ['Play', 'Share link', 'Download MP4']) {
        const action = page.getByRole('button', { name, exact: true });
        await expect(action).toBeInViewport({ ratio: 1 });
        const box = await action.boundingBox();
        expect(Math.min(box?.width ?? 0, box?.height ?? 0), name).toBeGreaterThanOrEqual(44);
      }
    }
    const button = await app.generateButton.boundingBox();
    const foot = await page.locator('.page-foot p').boundingBox();
    expect((foot?.y ?? NaN) + (foot?.height ?? NaN)).toBeLessThan(button?.y ?? NaN);

    // The mixer is folded away until it is wanted, and stays as it was left.
    const mixer = page.getByRole('region', { name: 'Mix' });
    const toggle = mixer.getByRole('button', { name: 'Mix', exact: true });
    await expect(toggle).toHaveAttribute('aria-expanded', 'false');
    await expect(mixer.getByRole('slider')).toHaveCount(0);
    await toggle.tap();
    await expect(mixer.getByRole('slider')).toHaveCount(2);
    await page.evaluate(() => window.__studio?.studio.kept());
    await page.reload();
    await app.openFile('flash-15.mp4');
    await app.setTakes(1);
    await app.setSampler({ steps: 1 });
    await app.generate();
    await expect(mixer.getByRole('slider')).toHaveCount(2);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const stage = await page.locator('#stage').boundingBox();
    const picture = await page.getByLabel('The result').boundingBox();
    const left = (picture?.x ?? NaN) - (stage?.x ?? NaN);
    expect(left * 2 + (picture?.width ?? NaN)).toBeCloseTo(stage?.width ?? NaN, 0);
  });
});

test('a part of the app that cannot be fetched is said, and the page stays', async ({ page }) => {
  await page.route(/assets\/CommandPalette-.*\.js$/, (route) => route.abort());
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('alert')).toContainText('This part of the app could not be shown.');
  await expect(page.getByRole('button', { name: 'Reload' })).toBeVisible();
  await expect(page.getByRole('button', { name: /Hammer on stone/ })).toBeVisible();
});
