/** Timeline and mixer in a real browser over made-up sounds: by pointer, keyboard and touch (harness/timeline.tsx). */

import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type { ViteDevServer } from 'vite';
import { serveHarness } from './harness/media-page.ts';
import type {} from './harness/timeline-types.ts';

const SECONDS = 8;
/** Heights in the drawing, from its top. */
const RULER = 10;
const WAVE = 150;

let server: ViteDevServer;
let url: string;

test.beforeAll(async () => {
  ({ url, server } = await serveHarness());
  url = url.replace('media.html', 'timeline.html');
});
test.afterAll(() => server.close());

async function open(page: Page, query = ''): Promise<void> {
  await page.goto(url + query);
  await page.waitForFunction(() => 'timelineHarness' in window);
  await expect(page.getByRole('slider', { name: /Playhead|재생 위치/ })).toBeAttached();
  await expect.poll(async () => (await stage(page)).width).toBeGreaterThan(100);
}

async function stage(page: Page) {
  const box = await page.locator('.timeline-stage').boundingBox();
  if (!box) throw new Error('There is no timeline.');
  return box;
}

/** Where a time lies on the page while all of it is shown. */
async function place(page: Page, seconds: number, y: number) {
  const box = await stage(page);
  return { x: box.x + (seconds / SECONDS) * box.width, y: box.y + y };
}

async function drag(page: Page, from: number, to: number, y: number): Promise<void> {
  const [a, b] = [await place(page, from, y), await place(page, to, y)];
  await page.mouse.move(a.x, a.y);
  await page.mouse.down();
  await page.mouse.move((a.x + b.x) / 2, a.y, { steps: 3 });
  await page.mouse.move(b.x, b.y, { steps: 3 });
  await page.mouse.up();
}

const last = <T>(page: Page, name: string) =>
  page.evaluate((of) => window.timelineHarness.last(of), name) as Promise<T | undefined>;
const count = (page: Page, name: string) =>
  page.evaluate((of) => window.timelineHarness.log.filter((entry) => entry.name === of).length, name);

interface Span {
  start: number;
  end: number;
}

function expectSpan(span: Span | undefined, start: number, end: number, within = 0.03): void {
  expect(Math.abs((span?.start ?? NaN) - start)).toBeLessThan(within);
  expect(Math.abs((span?.end ?? NaN) - end)).toBeLessThan(within);
}

test.describe('timeline', () => {
  test('a press moves the playhead, a drag along the ruler scrubs', async ({ page }) => {
    await open(page);
    const at = await place(page, 3, WAVE);
    await page.mouse.click(at.x, at.y);
    expect((await last<[number]>(page, 'seek'))?.[0]).toBeCloseTo(3, 1);
    expect(await count(page, 'select')).toBe(0);
    await drag(page, 1, 6, RULER);
    expect((await last<[number]>(page, 'seek'))?.[0]).toBeCloseTo(6, 1);
    expect(await count(page, 'seek')).toBeGreaterThan(4);
    const box = await page.locator('.playhead').boundingBox();
    expect(Math.abs((box?.x ?? 0) + 1 - (await place(page, 6, 0)).x)).toBeLessThan(2);
  });

  test('a drag over the sound marks a part, its edges can be moved, and the actions act on it', async ({ page }) => {
    await open(page);
    await drag(page, 2, 3.5, WAVE);
    expectSpan((await last<[Span]>(page, 'select'))?.[0], 2, 3.5);
    await expect(page.getByRole('status').filter({ hasText: 'marked' })).toHaveText(
      '0:02.00 to 0:03.50, 1.50 s marked',
    );
    await drag(page, 3.5, 4.5, WAVE);
    expectSpan((await last<[Span]>(page, 'select'))?.[0], 2, 4.5);
    // Backwards, over the other edge.
    await drag(page, 4.5, 1, WAVE);
    expectSpan((await last<[Span]>(page, 'select'))?.[0], 1, 2);
    for (const [name, action] of [
      ['Make this part anew', 'anew'],
      ['Mute', 'mute'],
      ['Fade in', 'fadeIn'],
      ['Fade out', 'fadeOut'],
      ['Clear', 'clear'],
    ] as const) {
      await page.getByRole('group', { name: 'The marked part' }).getByRole('button', { name, exact: true }).click();
      const [taken, span] = (await last<[string, Span]>(page, 'action')) ?? [];
      expect(taken).toBe(action);
      expectSpan(span, 1, 2);
    }
    await page.getByRole('button', { name: 'Let go' }).click();
    expect(await last<[unknown]>(page, 'select')).toEqual([undefined]);
  });

  test('the sound is dragged with its tool or with Alt, and typed to a tenth of a millisecond', async ({ page }) => {
    await open(page);
    await page.getByRole('button', { name: 'Move sound' }).click();
    await drag(page, 4, 4.5, WAVE);
    const [offset, phase] = (await last<[number, string]>(page, 'nudge')) ?? [];
    expect(offset).toBeCloseTo(0.5, 1);
    expect(phase).toBe('done');
    expect(await page.evaluate(() => window.timelineHarness.log.some(({ values }) => values[1] === 'live'))).toBe(true);
    await page.getByRole('button', { name: 'Mark', exact: true }).click();
    await page.keyboard.down('Alt');
    await drag(page, 4, 3.5, WAVE);
    await page.keyboard.up('Alt');
    expect((await last<[number]>(page, 'nudge'))?.[0]).toBeCloseTo(0, 1);
    const field = page.getByRole('region', { name: 'Timeline' }).getByLabel('Sound later by, in ms');
    await field.fill('12.3');
    expect((await last<[number]>(page, 'nudge'))?.[0]).toBeCloseTo(0.0123, 9);
    await field.press('ArrowUp');
    expect((await last<[number]>(page, 'nudge'))?.[0]).toBeCloseTo(0.0124, 9);
    await field.fill('-7');
    expect((await last<[number]>(page, 'nudge'))?.[0]).toBeCloseTo(-0.007, 9);
  });

  test('by keyboard alone: frames, seconds, ends, a part, loop and zoom', async ({ page }) => {
    await open(page);
    const playhead = page.getByRole('slider', { name: 'Playhead' });
    await playhead.focus();
    await page.evaluate(() => window.timelineHarness.setTime(2));
    await page.keyboard.press('ArrowRight');
    expect((await last<[number]>(page, 'seek'))?.[0]).toBeCloseTo(2.04, 6);
    await page.keyboard.press('Shift+ArrowLeft');
    expect((await last<[number]>(page, 'seek'))?.[0]).toBeCloseTo(1.04, 6);
    await expect(playhead).toHaveAttribute('aria-valuetext', '0:01.04 of 0:08.00');
    await page.keyboard.press('End');
    expect((await last<[number]>(page, 'seek'))?.[0]).toBe(SECONDS);
    await page.keyboard.press('Home');
    await page.evaluate(() => window.timelineHarness.setTime(2));
    await page.keyboard.press('i');
    expect((await last<[Span]>(page, 'select'))?.[0]).toEqual({ start: 2, end: SECONDS });
    await page.evaluate(() => window.timelineHarness.setTime(3));
    await page.keyboard.press('o');
    expect((await last<[Span]>(page, 'select'))?.[0]).toEqual({ start: 2, end: 3 });
    await page.keyboard.press('l');
    expect(await last<[boolean]>(page, 'loop')).toEqual([true]);
    await expect(page.getByRole('button', { name: 'Loop' })).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('Escape');
    expect(await last<[unknown]>(page, 'select')).toEqual([undefined]);
    await expect(page.getByLabel('Scroll')).toHaveCount(0);
    await page.keyboard.press('+');
    await expect(page.getByLabel('Scroll')).toBeVisible();
    await page.keyboard.press('-');
    await expect(page.getByLabel('Scroll')).toHaveCount(0);
    // In a field the same keys write.
    await page.getByRole('region', { name: 'Timeline' }).getByLabel('Sound later by, in ms').focus();
    const before = await count(page, 'select');
    await page.keyboard.press('i');
    expect(await count(page, 'select')).toBe(before);
  });

  test('zoom keeps the time under the pointer, and times are right when zoomed', async ({ page }) => {
    await open(page);
    const at = await place(page, 3, WAVE);
    await page.mouse.move(at.x, at.y);
    await page.keyboard.down('Control');
    for (let n = 0; n < 5; n++) await page.mouse.wheel(0, -120);
    await page.keyboard.up('Control');
    await expect(page.getByLabel('Scroll')).toBeVisible();
    await page.mouse.click(at.x, at.y);
    expect((await last<[number]>(page, 'seek'))?.[0]).toBeCloseTo(3, 1);
    // Sideways scrolls, the range does too.
    const before = await page.getByLabel('Scroll').inputValue();
    await page.mouse.wheel(200, 0);
    await expect.poll(() => page.getByLabel('Scroll').inputValue()).not.toBe(before);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect(page.getByLabel('Scroll')).toHaveCount(0);
  });

  for (const reducedMotion of ['no-preference', 'reduce'] as const) {
    test(`the drawing shows the sound where it is, moved by the nudge and gone where it is muted (motion: ${reducedMotion})`, async ({
      page,
    }) => {
      // Transitions that are only shortened would have colours read before they are there.
      await page.emulateMedia({ reducedMotion });
      await open(page);
      const width = (await stage(page)).width;
      const accentAt = (seconds: number) =>
      page.evaluate(([x, from, to]) => window.timelineHarness.hasAccent(x ?? 0, from ?? 0, to ?? 0), [(seconds / SECONDS) * width, 115, 145]); // prettier-ignore
      await expect.poll(() => accentAt(1.44)).toBe(true);
      expect(await accentAt(1.3)).toBe(false);
      // Muted from 5.3 to 5.9 s, with a hit at 5.6 s.
      expect(await accentAt(5.63)).toBe(false);
      await page.getByRole('region', { name: 'Timeline' }).getByLabel('Sound later by, in ms').fill('500');
      await expect.poll(() => accentAt(1.94)).toBe(true);
      expect(await accentAt(1.44)).toBe(false);
    });
  }

  test('marks are there as text, and say what lands', async ({ page }) => {
    await open(page);
    await expect(page.getByText('6 of 8 movements are heard')).toBeVisible();
    await page.getByText('6 of 8 movements are heard').click();
    const marks = page.getByRole('list', { name: 'Marks as text' }).getByRole('listitem');
    await expect(marks.first()).toHaveText('0:00.52 seen, 0:00.55 heard');
    await expect(marks.filter({ hasText: /^0:03.22 seen$/ })).toHaveCount(1);
    await expect(marks.filter({ hasText: /^0:03.40 heard$/ })).toHaveCount(1);
    // A nudge of half a second makes every one miss but chance.
    await page.getByRole('region', { name: 'Timeline' }).getByLabel('Sound later by, in ms').fill('300');
    await expect(page.getByText(/^[0-2] of 8 movements are heard/)).toBeVisible();
  });

  test('while it plays the playhead moves at every frame, and React does nothing', async ({ page }) => {
    await open(page);
    await page.evaluate(() => window.timelineHarness.run(0.5));
    await page.waitForTimeout(200);
    const before = await page.evaluate(() => window.timelineHarness.renders());
    const x = async () => (await page.locator('.playhead').boundingBox())?.x ?? 0;
    const first = await x();
    const { frames, moves } = await page.evaluate(() => window.timelineHarness.framesWhile(1.5));
    expect(await x()).toBeGreaterThan(first + 100);
    expect(await page.evaluate(() => window.timelineHarness.renders())).toBe(before);
    expect(frames).toBeGreaterThan(2);
    // One frame may come between the harness's look and the timeline's.
    expect(moves).toBeGreaterThanOrEqual(frames - 2);
  });

  test('zoomed, the view follows the playhead', async ({ page }) => {
    await open(page);
    await page.evaluate(() => window.timelineHarness.setTime(0.2));
    for (let n = 0; n < 4; n++) await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.evaluate(() => window.timelineHarness.run(0.9));
    await expect.poll(async () => Number(await page.getByLabel('Scroll').inputValue())).toBeGreaterThan(0.8);
    await expect(page.locator('.playhead')).toBeVisible();
  });

  test('before generating, handles choose what is used, by pointer and keyboard', async ({ page }) => {
    await open(page, '?trim');
    await expect(page.getByText('0:01.00 to 0:06.50, 5.50 s used')).toBeVisible();
    const [start, end] = [page.getByRole('slider', { name: 'Beginning of what is used' }), page.getByRole('slider', { name: 'End of what is used' })]; // prettier-ignore
    await start.focus();
    await page.keyboard.press('ArrowRight');
    expectSpan((await last<[Span]>(page, 'trim'))?.[0], 1.04, 6.5, 1e-6);
    const box = await end.boundingBox();
    if (!box) throw new Error('No handle.');
    await page.mouse.move(box.x + 7, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x - 130, box.y + 60, { steps: 4 });
    await page.mouse.up();
    const [span, phase] = (await last<[Span, string]>(page, 'trim')) ?? [];
    expect(span?.end).toBeCloseTo(6.5 - (137 / (await stage(page)).width) * SECONDS, 1);
    expect(phase).toBe('done');
    // Never shorter than half a second.
    await start.focus();
    await page.keyboard.press('End');
    const [short] = (await last<[Span]>(page, 'trim')) ?? [];
    expect((short?.end ?? 0) - (short?.start ?? 0)).toBeCloseTo(0.5, 6);
    await page.getByRole('button', { name: 'Use all' }).click();
    expect((await last<[Span]>(page, 'trim'))?.[0]).toEqual({ start: 0, end: SECONDS });
  });
});

test.describe('with fingers', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('one marks, two zoom, a tap moves the playhead', async ({ page }) => {
    await open(page);
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'Start' | 'Move' | 'End', touchPoints: { x: number; y: number }[]) =>
      session.send('Input.dispatchTouchEvent', { type: `touch${type}`, touchPoints });
    const at = await place(page, 5, WAVE);
    await page.touchscreen.tap(at.x, at.y);
    expect((await last<[number]>(page, 'seek'))?.[0]).toBeCloseTo(5, 1);
    const [from, to] = [await place(page, 2, WAVE), await place(page, 4, WAVE)];
    await touch('Start', [from]);
    for (const share of [0.25, 0.5, 0.75, 1]) {
      await touch('Move', [{ x: from.x + (to.x - from.x) * share, y: from.y }]);
    }
    await touch('End', []);
    expectSpan((await last<[Span]>(page, 'select'))?.[0], 2, 4, 0.1);
    const selections = await count(page, 'select');
    await touch('Start', [{ x: at.x - 40, y: at.y }, { x: at.x + 40, y: at.y }]); // prettier-ignore
    for (const spread of [55, 75, 95]) {
      await touch('Move', [{ x: at.x - spread, y: at.y }, { x: at.x + spread, y: at.y }]); // prettier-ignore
    }
    await touch('End', []);
    await expect(page.getByLabel('Scroll')).toBeVisible();
    expect(await count(page, 'select')).toBe(selections);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});

test.describe('mixer', () => {
  test('faders change levels, mute and bring back', async ({ page }) => {
    await open(page);
    const mixer = page.getByRole('region', { name: 'Mix' });
    const fader = mixer.getByRole('slider', { name: 'Generated sound' });
    await fader.focus();
    await page.keyboard.press('ArrowLeft');
    const edit = async () => (await last<[{ generatedGain: number; originalGain: number; fadeIn: number; spans: unknown[] }, string]>(page, 'mix')) ?? []; // prettier-ignore
    expect((await edit())[0]?.generatedGain).toBe(-0.5);
    expect((await edit())[1]).toBe('done');
    await expect(fader).toHaveAttribute('aria-valuetext', /0\.5 dB/);
    const mute = mixer.getByRole('button', { name: 'Mute the generated sound' });
    await mute.click();
    expect((await edit())[0]?.generatedGain).toBe(-Infinity);
    await expect(mute).toHaveAttribute('aria-pressed', 'true');
    await mute.click();
    expect((await edit())[0]?.generatedGain).toBe(-0.5);
    await mixer.getByRole('button', { name: 'Mute the original sound' }).click();
    expect((await edit())[0]?.originalGain).toBe(0);
    await fader.fill('12');
    await expect(mixer.getByText(/The limiter turns the loudest moment down by/)).toBeVisible();
    await mixer.getByLabel('Fade in, in seconds').fill('0.7');
    expect((await edit())[0]?.fadeIn).toBe(0.7);
    await mixer.getByRole('button', { name: 'Undo 0:05.30–0:05.90: muted' }).click();
    expect((await edit())[0]?.spans).toEqual([]);
    await mixer.getByRole('button', { name: 'Reset mix' }).click();
    expect((await edit())[0]).toMatchObject({ generatedGain: 0, originalGain: -Infinity, fadeIn: 0 });
    await expect(mixer.getByRole('button', { name: 'Reset mix' })).toBeDisabled();
  });

  test('a file without sound has no original to mix; a part is shown on the timeline', async ({ page }) => {
    await open(page, '?silent');
    const mixer = page.getByRole('region', { name: 'Mix' });
    await expect(mixer.getByRole('slider', { name: 'Original sound' })).toBeDisabled();
    await mixer.getByRole('button', { name: 'Mark 0:05.30–0:05.90: muted' }).click();
    await expect(page.getByRole('status').filter({ hasText: '0:05.30 to 0:05.90' })).toBeAttached();
  });
});

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing, ${scheme}, also in Korean and while trimming`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    for (const query of ['', '?trim', '?ko']) {
      await open(page, query);
      if (query === '') await drag(page, 2, 3, WAVE);
      const { violations } = await new AxeBuilder({ page }).disableRules(['page-has-heading-one']).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    }
  });
}
