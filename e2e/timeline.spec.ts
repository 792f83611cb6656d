/** Timeline and mixer in a real browser over made-up sounds: by pointer, keyboard and touch (harness/timeline.tsx). */

import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import type { ViteDevServer } from 'vite';
import { serveHarness } from './harness/media-page.ts';
import type { Timing } from '../src/timing/types.ts';
import type {} from './harness/timeline-types.ts';

const SECONDS = 8;
/** Heights in the drawing, from its top. */
const RULER = 10;
const WAVE = 190;

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

/** What stands on the lane after the last change. */
async function timing(page: Page): Promise<Timing> {
  const [shown] = (await last<[Timing]>(page, 'timing')) ?? [];
  if (!shown) throw new Error('The timing has not changed.');
  return shown;
}

/** Height in the drawing of a strength or a level, with a mouse. */
const laneY = (value: number) => 72 + 61 - value * 51;

/** Presses on the stem of a hit, low enough to be below every head. */
async function clickHit(page: Page, seconds: number, modifiers: 'Shift'[] = []): Promise<void> {
  const at = await place(page, seconds, laneY(0.1));
  for (const key of modifiers) await page.keyboard.down(key);
  await page.mouse.click(at.x, at.y);
  for (const key of modifiers) await page.keyboard.up(key);
}

function expectTimes({ hits }: Timing, times: readonly number[], within = 0.02): void {
  expect(hits.length).toBe(times.length);
  const off = hits.map(({ time }, n) => Math.abs(time - (times[n] ?? NaN)));
  expect(Math.max(...off), JSON.stringify(hits)).toBeLessThan(within);
}

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
      ['Regenerate this part', 'anew'],
      ['Mute', 'mute'],
      ['Fade in', 'fadeIn'],
      ['Fade out', 'fadeOut'],
      ['Reset this part', 'clear'],
    ] as const) {
      await page.getByRole('group', { name: 'The marked part' }).getByRole('button', { name, exact: true }).click();
      const [taken, span] = (await last<[string, Span]>(page, 'action')) ?? [];
      expect(taken).toBe(action);
      expectSpan(span, 1, 2);
    }
    await page.getByRole('button', { name: 'Deselect' }).click();
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
    const field = page.getByRole('region', { name: 'Timeline' }).getByLabel('Delay (ms)');
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
    await page.getByRole('region', { name: 'Timeline' }).getByLabel('Delay (ms)').focus();
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
      page.evaluate(([x, from, to]) => window.timelineHarness.hasAccent(x ?? 0, from ?? 0, to ?? 0), [(seconds / SECONDS) * width, 149, 179]); // prettier-ignore
      await expect.poll(() => accentAt(1.44)).toBe(true);
      expect(await accentAt(1.3)).toBe(false);
      // Muted from 5.3 to 5.9 s, with a hit at 5.6 s.
      expect(await accentAt(5.63)).toBe(false);
      await page.getByRole('region', { name: 'Timeline' }).getByLabel('Delay (ms)').fill('500');
      await expect.poll(() => accentAt(1.94)).toBe(true);
      expect(await accentAt(1.44)).toBe(false);
    });
  }

  test('hits are there as a table, and it says what lands', async ({ page }) => {
    await open(page);
    await page.getByText('6 of 8 hits in sync').click();
    const rows = page.getByRole('table', { name: 'Hits' }).getByRole('row');
    await expect(rows).toHaveCount(9);
    await expect(rows.nth(1)).toContainText('at 0:00.550');
    await expect(rows.nth(4)).toContainText('no');
    await page.getByLabel('Time of hit 4, in seconds').fill('3.37');
    await page.getByLabel('Time of hit 4, in seconds').press('Enter');
    await expect(page.getByText('7 of 8 hits in sync')).toBeVisible();
    await page.getByLabel('Strength of hit 4, in percent').fill('90');
    await page.getByLabel('Strength of hit 4, in percent').press('Enter');
    expect((await timing(page)).hits[3]).toEqual({ time: 3.37, strength: 0.9 });
    await page.getByRole('button', { name: 'Delete hit 4' }).click();
    await expect(page.getByText('6 of 7 hits in sync')).toBeVisible();
    await page.getByLabel('Level at point 2, in percent').fill('70');
    await page.getByLabel('Level at point 2, in percent').press('Enter');
    expect((await timing(page)).level[1]).toEqual({ time: 3, level: 0.7 });
    // A nudge makes nearly every one miss.
    await page.getByRole('region', { name: 'Timeline' }).getByLabel('Delay (ms)').fill('300');
    await expect(page.getByText(/^[0-2] of 7 hits in sync/)).toBeVisible();
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
    await page.mouse.move(box.x + 7, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x - 130, box.y + 20, { steps: 4 });
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

test.describe('timing lane', () => {
  test('a double click adds a hit; dragged, it moves, snaps and gets stronger, each as one change', async ({
    page,
  }) => {
    await open(page);
    const at = await place(page, 3.6, laneY(0.5));
    await page.mouse.dblclick(at.x, at.y);
    // Keys act on what was just pressed.
    await expect(page.getByRole('slider', { name: /^Hit/ })).toBeFocused();
    const added = (await timing(page)).hits.find(({ time }) => Math.abs(time - 3.6) < 0.02);
    expect(added?.strength).toBeCloseTo(0.5, 1);
    expect(added).not.toHaveProperty('certainty');
    await expect(page.getByText('Your hits', { exact: true })).toBeVisible();
    expect(await count(page, 'timing')).toBe(1);
    // To within the reach of the movement at 5.5 s; then off again, with Alt.
    await drag(page, 3.6, 5.53, laneY(0.5));
    expect((await timing(page)).hits.map(({ time }) => time)).toContain(5.5);
    expect(await count(page, 'timing')).toBe(2);
    await page.keyboard.down('Alt');
    await drag(page, 5.5, 5.53, laneY(0.5));
    await page.keyboard.up('Alt');
    const free = (await timing(page)).hits.find(({ time }) => Math.abs(time - 5.53) < 0.012);
    expect(free?.time).not.toBe(5.5);
    // Upwards.
    const [from, to] = [await place(page, free?.time ?? 0, laneY(0.5)), await place(page, free?.time ?? 0, laneY(0.9))];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
    const louder = (await timing(page)).hits.find(({ time }) => time === free?.time);
    expect(louder?.strength).toBeCloseTo(0.9, 1);
    expect(await count(page, 'timing')).toBe(4);
    await page.keyboard.press('Delete');
    expect((await timing(page)).hits.some(({ time }) => time === free?.time)).toBe(false);
    await page.getByRole('button', { name: 'Back to the reading' }).click();
    await expect(page.getByText('Model’s reading')).toBeVisible();
  });

  test('several are chosen with Shift or a rubber band, moved, stretched, repeated and deleted', async ({ page }) => {
    await open(page);
    await clickHit(page, 0.52);
    await clickHit(page, 2.3, ['Shift']);
    await expect(page.getByText('2 selected')).toBeVisible();
    // From 0.9 to 2.7 s: the hits at 1.41 and 2.3 s.
    await drag(page, 0.9, 2.7, laneY(0.95));
    await expect(page.getByText('2 selected')).toBeVisible();
    await page.keyboard.down('Alt');
    await drag(page, 1.41, 1.61, laneY(0.3));
    expectTimes(await timing(page), [0.52, 1.61, 2.5, 3.22, 4.1, 4.95, 6.2, 7.1]);
    // The right handle, which stands 12 pixels beyond.
    const away = (12 / (await stage(page)).width) * SECONDS;
    await drag(page, 2.5 + away, 2.9 + away, laneY(0.3));
    await page.keyboard.up('Alt');
    expectTimes(await timing(page), [0.52, 1.61, 2.9, 3.22, 4.1, 4.95, 6.2, 7.1]);
    await page.getByRole('button', { name: 'Repeat', exact: true }).click();
    await page.getByLabel('Every (s)').fill('2');
    await page.getByRole('button', { name: 'Repeat to the end' }).click();
    expectTimes(await timing(page), [0.52, 1.61, 2.9, 3.22, 3.61, 4.9, 5.61, 6.9, 7.61], 0.04);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Delete');
    expectTimes(await timing(page), [0.52, 1.61, 2.9, 3.22], 0.04);
  });

  test('the level is drawn by hand, and its points are dragged and removed', async ({ page }) => {
    await open(page);
    await page.getByRole('button', { name: 'Draw level' }).click();
    await drag(page, 1, 1.8, laneY(0.8));
    const drawn = (await timing(page)).level;
    expect(drawn.filter(({ time, level }) => time >= 0.99 && time <= 1.81 && Math.abs(level - 0.8) < 0.05).length).toBeGreaterThanOrEqual(2); // prettier-ignore
    expect(drawn.some(({ time, level }) => time === 3 && level === 0.4)).toBe(true);
    expect(await count(page, 'timing')).toBe(1);
    expect(await last<[unknown, { label: string }]>(page, 'timing')).toMatchObject([{}, { label: 'level' }]);
    const point = await place(page, 3, laneY(0.4));
    await page.mouse.dblclick(point.x, point.y);
    expect((await timing(page)).level.some(({ time }) => time === 3)).toBe(false);
    await page.getByRole('button', { name: 'Clear level' }).click();
    expect((await timing(page)).level).toEqual([]);
  });

  test('by keyboard alone: choose, move by a frame and a millisecond, strength, select several, delete', async ({
    page,
  }) => {
    await open(page);
    const slider = page.getByRole('slider', { name: /^Hit/ });
    await slider.focus();
    await expect(slider).toHaveAttribute('aria-valuetext', '8 hits, none selected');
    await page.keyboard.press('Home');
    await expect(page.getByRole('slider', { name: 'Hit 1 of 8' })).toHaveAttribute('aria-valuetext', '0:00.520, strength 40 %, the model is 30 % sure'); // prettier-ignore
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('ArrowUp');
    const [first] = (await timing(page)).hits;
    expect(first).not.toHaveProperty('certainty');
    expect(first?.time).toBe(0.559);
    expect(first?.strength).toBeCloseTo(0.45);
    await expect(slider).toHaveAttribute('aria-valuetext', '0:00.559, strength 45 %');
    await page.keyboard.press('PageDown');
    await expect(page.getByRole('slider', { name: 'Hit 2 of 8' })).toBeFocused();
    expect((await last<[number]>(page, 'seek'))?.[0]).toBe(1.41);
    await page.keyboard.press('Delete');
    await expect(page.getByTestId('timing-said')).toHaveText('Deleted: 1');
    expectTimes(await timing(page), [0.559, 2.3, 3.22, 4.1, 4.95, 6.2, 7.1], 1e-6);
    await page.keyboard.press('ControlOrMeta+a');
    await expect(slider).toHaveAttribute('aria-valuetext', '7 hits selected, 0:00.559 to 0:07.100');
    await page.keyboard.press('ArrowLeft');
    expectTimes(await timing(page), [0.519, 2.26, 3.18, 4.06, 4.91, 6.16, 7.06], 1e-6);
    await page.keyboard.press('Escape');
    await expect(slider).toHaveAttribute('aria-valuetext', '7 hits, none selected');
  });

  test('4,000 hits are drawn and edited, and too many are refused in words', async ({ page }) => {
    await open(page, '?hits=4000');
    await page.getByRole('slider', { name: /^Hit/ }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowUp');
    expect((await timing(page)).hits).toHaveLength(4000);
    await open(page, '?hits=9900');
    await page.getByRole('slider', { name: /^Hit/ }).focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.getByRole('button', { name: 'Repeat', exact: true }).click();
    await page.getByRole('button', { name: 'Repeat hits' }).click();
    await expect(page.getByRole('alert')).toContainText('the timeline holds 10000');
    expect(await count(page, 'timing')).toBe(0);
  });

  test('while the picture is read the lane keeps its place, and a failure leaves it to the hand', async ({ page }) => {
    await open(page);
    const before = await stage(page);
    await open(page, '?reading=reading');
    await expect(page.getByText('Reading the picture … 40 %')).toBeVisible();
    expect(await stage(page)).toEqual(before);
    await open(page, '?reading=failed');
    await expect(page.getByRole('alert')).toHaveText('The picture cannot be decoded.');
    await page.getByRole('button', { name: 'Read again' }).click();
    expect(await count(page, 'read')).toBe(1);
    await expect(page.getByLabel('Sensitivity')).toBeDisabled();
    await page.getByRole('button', { name: 'Add hit' }).click();
    expect((await timing(page)).hits).toHaveLength(9);
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

test.describe('timing lane with fingers', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('a tap selects, a drag moves and sets the strength without scrolling, a long touch adds', async ({ page }) => {
    await open(page);
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'Start' | 'Move' | 'End', touchPoints: { x: number; y: number }[]) =>
      session.send('Input.dispatchTouchEvent', { type: `touch${type}`, touchPoints });
    const slide = async (from: { x: number; y: number }, to: { x: number; y: number }) => {
      await touch('Start', [from]);
      for (const share of [0.25, 0.5, 0.75, 1]) {
        await touch('Move', [{ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }]);
      }
      await touch('End', []);
    };
    await page.locator('.timeline-stage').scrollIntoViewIfNeeded();
    const hit = await place(page, 4.95, 110);
    // Nothing below the buttons moves when a hit is chosen or set.
    const resting = await stage(page);
    await page.touchscreen.tap(hit.x + 6, hit.y);
    await expect(page.getByRole('slider', { name: 'Hit 6 of 8' })).toBeFocused();
    await slide(hit, await place(page, 5.5, 110));
    expect((await timing(page)).hits[5]?.time).toBe(5.5);
    expect(await stage(page)).toEqual(resting);
    const scrolled = await page.evaluate(() => window.scrollY);
    const before = (await timing(page)).hits[5]?.strength ?? 1;
    const [low, high] = [await place(page, 5.5, 130), await place(page, 5.5, 105)];
    await slide(high, low);
    expect((await timing(page)).hits[5]?.strength).toBeLessThan(before - 0.2);
    expect(await page.evaluate(() => window.scrollY)).toBe(scrolled);
    const free = await place(page, 3.65, 110);
    await touch('Start', [free]);
    await expect.poll(async () => (await timing(page)).hits.length).toBe(9);
    await touch('End', []);
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
