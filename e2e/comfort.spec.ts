/** Keys, the shortcut sheet and the palette, themes, the prompt's helpers, samples that play. Tiny pack. */

import { expect, test } from '@playwright/test';
import { faults } from './harness/accessibility.ts';
import { AppPage } from './harness/app-page.ts';

test('keys do what their buttons do, and leave alone who types', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile('flash-15.mp4');
  await app.setSampler({ steps: 1 });
  const { seed } = (await app.state()).draft;
  await page.keyboard.press('r');
  expect((await app.state()).draft.seed).not.toBe(seed);
  await page.keyboard.press('t');
  expect((await app.state()).task).toBe('a2v');
  await page.keyboard.press('t');

  await page.keyboard.press('/');
  const prompt = page.getByLabel('Prompt');
  await expect(prompt).toBeFocused();
  // The slash went to the prompt's focus, not into it; letters go into it and nowhere else.
  await page.keyboard.type('tr?1');
  await expect(prompt).toHaveValue('tr?1');
  expect((await app.state()).task).toBe('v2a');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await prompt.fill('');
  // A chord that types nothing works here too.
  await page.keyboard.press('Control+Enter');
  await expect.poll(async () => (await app.state()).takes.length).toBe(1);
  await expect(app.generateButton).toBeEnabled();
  await expect(app.generateButton).toHaveAttribute('aria-keyshortcuts', 'Control+Enter');

  await page.getByRole('contentinfo').click();
  await page.keyboard.press('0');
  expect((await app.state()).shown).toBe('source');
  await page.keyboard.press('1');
  expect((await app.state()).shown).toBe('result');
});

for (const theme of ['light', 'dark'] as const) {
  test(`the shortcut sheet and the palette, ${theme} by choice against the system`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme === 'light' ? 'dark' : 'light' });
    await AppPage.open(page, { pack: 'tiny' });
    const button = page.getByRole('button', { name: /^Theme:/ });
    await expect(button).toHaveAccessibleName('Theme: as the system');
    while ((await button.getAttribute('aria-label')) !== `Theme: ${theme}`) await page.keyboard.press('Shift+D');
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const chosen = await ground();
    expect(await faults(page)).toEqual([]);

    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(sheet).toContainText('Show take 1');
    await expect(sheet).toContainText('Ctrl+K');
    expect(await faults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(sheet).toHaveCount(0);

    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Find an action' });
    await expect(palette.getByRole('combobox')).toBeFocused();
    expect(await faults(page)).toEqual([]);
    // Nothing to work on yet: what would need takes is not offered.
    await expect(palette.getByRole('option', { name: /Discard/ })).toHaveCount(0);
    await page.keyboard.type('언어');
    await page.keyboard.press('Enter');
    await expect(page.locator('html')).toHaveAttribute('lang', 'ko');

    // The choice is there before any script of the app, so that no other theme flashes up.
    await page.route('**/assets/index-*.js', (route) => route.abort());
    await page.reload();
    expect(await ground()).toBe(chosen);
  });
}

test('the words understood are marked inside the field, and one press keeps a word away', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  const prompt = page.getByLabel('Prompt');
  await prompt.fill('wood, and stardust');
  const marks = page.locator('.field', { has: prompt }).locator('mark');
  await expect(marks).toHaveText(['wood', 'stardust']);
  await expect(marks.nth(0)).toHaveAttribute('data-kind', 'known');
  await expect(marks.nth(1)).toHaveAttribute('data-kind', 'unknown');
  // The mark lies under its word: the copy breaks lines as the field does.
  const [field, copy] = await Promise.all([prompt.boundingBox(), page.locator('.marked-text').first().boundingBox()]);
  expect(copy).toEqual(field);

  const loud = page.getByRole('button', { name: 'Avoid loud' });
  const avoid = page.getByLabel('Avoid', { exact: true });
  await loud.click();
  await expect(avoid).toHaveValue('loud');
  await expect(loud).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Avoid water' }).click();
  await expect(avoid).toHaveValue('loud water');
  await loud.click();
  await expect(avoid).toHaveValue('water');
  expect((await app.state()).draft.negative).toBe('water');
});

test('quality is a number of steps by name, and the lock keeps the seed', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  const steps = async () => (await app.state()).draft.sampler.v2a.steps;
  await expect(page.getByRole('radio', { name: 'Standard' })).toBeChecked();
  await page.getByRole('radio', { name: 'Best' }).check();
  expect(await steps()).toBe(50);
  await page.getByText('Advanced').click();
  await expect(page.getByLabel('Steps')).toHaveValue('50');
  await page.getByLabel('Steps').fill('7');
  await expect(page.getByText('Set by hand: 7 steps.')).toBeVisible();
  await page.getByRole('radio', { name: 'Draft' }).check();
  expect(await steps()).toBe(13);

  await app.openFile('flash-15.mp4');
  await app.setSampler({ steps: 1 });
  const lock = page.getByRole('button', { name: 'Keep this seed' });
  await lock.click();
  await expect(lock).toHaveAttribute('aria-pressed', 'true');
  const { seed } = (await app.state()).draft;
  expect((await app.generate()).recipe.seed).toBe(seed);
  await lock.click();
  expect((await app.generate()).recipe.seed).not.toBe(seed);
});

test('samples play while they are pointed at or have the focus', async ({ page }) => {
  // The test's own scripts count as gestures to the browser; here only a press does.
  await page.addInitScript(() => {
    let hasBeenActive = false;
    window.addEventListener('pointerdown', () => (hasBeenActive = true), { capture: true });
    Object.defineProperty(navigator, 'userActivation', { get: () => ({ hasBeenActive, isActive: hasBeenActive }) });
  });
  await AppPage.open(page, { pack: 'tiny' });
  const video = page.getByRole('button', { name: /Hammer on stone/ });
  const plays = (button: typeof video) =>
    button.locator('video, audio').evaluate((media: HTMLMediaElement) => !media.paused && media.currentTime > 0);
  // Before any press a sound only shows itself.
  const sound = page.getByRole('button', { name: /Clapping hands/ });
  await sound.hover();
  await expect(sound).toHaveAttribute('data-playing', 'true');
  expect(await plays(sound)).toBe(false);

  await video.hover();
  await expect(sound).toHaveAttribute('data-playing', 'false');
  await expect.poll(() => plays(video)).toBe(true);
  await page.locator('h1').hover();
  await expect.poll(() => plays(video)).toBe(false);

  await page.getByRole('contentinfo').click();
  await sound.hover();
  await expect.poll(() => plays(sound)).toBe(true);
  await page.keyboard.press('Tab');
  await page.mouse.move(0, 0);
  await video.focus();
  await expect.poll(() => plays(video)).toBe(true);
  await expect.poll(() => plays(sound)).toBe(false);
});

test('with reduced motion nothing moves by itself', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await AppPage.open(page, { pack: 'tiny' });
  const video = page.getByRole('button', { name: /Hammer on stone/ });
  await video.hover();
  await expect(video).toHaveAttribute('data-playing', 'false');
  expect(await video.locator('video').evaluate((media: HTMLVideoElement) => media.paused)).toBe(true);
});

test('the device card says what runs, what is fetched and what is missing, before anything is', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await AppPage.open(page, { pack: 'tiny', backend: 'auto' });
  const card = page.getByRole('region', { name: 'This device' });
  await expect(card).toContainText('Processor (WASM)');
  await expect(card).toContainText(/threads?/);
  await expect(card).toContainText(/To download once\s*[56]\d MB/);
  await expect(card).toContainText(/left/);
  await expect(card.locator('.advice')).toContainText('No GPU found');
  expect(asked.filter((url) => /\.(wasm|onnx|bin)$/.test(url))).toEqual([]);
});
