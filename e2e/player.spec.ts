/**
 * The player in a real browser: a film that flashes with a track that beeps at every flash. What is compared are the times
 * at which frames are shown and samples are heard, read beside the player and not from it (harness/player.ts).
 */

import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { ViteDevServer } from 'vite';
import { FIXTURES, serveHarness } from './harness/media-page.ts';
import { flashTimes, pictures } from './harness/reopen.ts';
import { longUnless } from './harness/sets.ts';

/** Closest that picture and sound must stay, in milliseconds (DESIGN.md, "Time"). */
const SYNC = 20;

let server: ViteDevServer;
let url: string;

// On a machine that is busy with other things frames are shown late, which is not the player's doing.
test.describe.configure({ retries: 4 });
test.beforeAll(async () => {
  ({ url, server } = await serveHarness());
  url = url.replace('media.html', 'player.html');
});
test.afterAll(() => server.close());

/** A page with a film; the times of its flashes. */
async function open(page: Page, name = 'flash-24.6.mp4'): Promise<number[]> {
  const file = join(FIXTURES, name);
  await page.goto(url);
  await page.waitForFunction(() => 'playerHarness' in window);
  await page.setInputFiles('#file', file);
  const times = flashTimes(pictures(file, 'own'));
  expect(times.length).toBeGreaterThan(3);
  await page.evaluate((at) => window.playerHarness.load(at), times);
  return times;
}

/** Starts by a gesture and waits until sound is recorded. */
async function start(page: Page, from = 0): Promise<void> {
  await page.evaluate((at) => window.playerHarness.seek(at), from);
  await page.click('#play');
  await expect.poll(() => page.evaluate(() => window.playerHarness.recorded(1).blocks)).toBeGreaterThan(0);
}

const until = (page: Page, time: number) => page.waitForFunction((at) => window.playerHarness.time() >= at, time);
/** What the player itself has measured. */
async function expectOffset(page: Page): Promise<void> {
  await expect.poll(async () => Math.abs((await page.evaluate(() => window.playerHarness.offset())) ?? 1)).toBeLessThan(SYNC / 1000); // prettier-ignore
}

const state = (page: Page) => page.evaluate(() => window.playerHarness.state());

interface Hit {
  /** Time of the flash in the film, in seconds. */
  readonly flash: number;
  /** Milliseconds by which the beep was heard after its flash was seen. */
  readonly apart: number;
  readonly hz: number;
}

/** After a start the player finds out how late the picture is: for so many seconds, and from so many frames. */
const SETTLING = 0.25;
const SETTLING_FRAMES = 6;

/**
 * Every flash that was seen, with the beep that was heard nearest to it. A flash is seen when its time was shown by the
 * frames around it: one frame that a busy machine brings late is not the player's doing.
 */
async function hits(page: Page, times: readonly number[]): Promise<Hit[]> {
  const { frames, heard } = await page.evaluate(() => window.playerHarness.log());
  const found: Hit[] = [];
  frames.forEach(({ media, shown, level }, n) => {
    if (level <= 128 || (frames[n - 1]?.level ?? 0) > 128) return;
    const flash = times.findLast((time) => time <= media + 0.001);
    if (flash === undefined) return;
    // Frames of one stretch: after a jump they are on another line.
    const clocks = frames
      .filter((frame) => Math.abs(frame.shown - shown) < 250 && Math.abs(frame.media - media) < 0.3)
      .map((frame) => frame.shown - frame.media * 1000)
      .sort((a, b) => a - b);
    const seen = flash * 1000 + (clocks[Math.floor(clocks.length / 2)] ?? NaN);
    const nearest = [...heard].sort((a, b) => Math.abs(a.at - seen) - Math.abs(b.at - seen))[0];
    const started = frames.findLastIndex(
      (frame, k) => k <= n && Math.abs((frames[k - 1]?.media ?? -9) - frame.media) > 0.4,
    );
    // By the clock alone a busy machine, which shows few frames, would leave it too little to go by.
    if (shown - (frames[started]?.shown ?? 0) < SETTLING * 1000 || n - started < SETTLING_FRAMES) return;
    if (nearest) found.push({ flash, apart: nearest.at - seen, hz: nearest.hz });
  });
  return found;
}

function expectSync(found: readonly Hit[], atLeast: number): void {
  const text = found.map(({ flash, apart }) => `${flash.toFixed(2)} s: ${apart.toFixed(1)} ms`).join(', ');
  console.log(text);
  expect(found.length, text).toBeGreaterThanOrEqual(atLeast);
  for (const { apart } of found) expect(Math.abs(apart), text).toBeLessThan(SYNC);
}

/** Plays on until so many flashes were seen, or to the end: a busy machine may leave out the frame of a flash. */
async function untilHits(page: Page, times: readonly number[], atLeast: number): Promise<Hit[]> {
  await expect
    .poll(async () => (await hits(page, times)).length >= atLeast || (await state(page)).phase === 'ended')
    .toBe(true);
  return hits(page, times);
}

for (const name of ['flash-15.mp4', 'flash-21.5.mp4', 'flash-24.6.mp4', 'flash-29.97.mp4', 'flash-vfr.mp4']) {
  const representative = name === 'flash-vfr.mp4';
  test(`${name}: every beep is heard with its flash, to the end`, longUnless(representative), async ({ page }) => {
    const times = await open(page, name);
    await start(page);
    await until(page, 3);
    await expectOffset(page);
    await expect.poll(async () => (await state(page)).phase).toBe('ended');
    // The recorder starts a moment after the sound, and a flash in the last frame may be over with the film.
    expectSync(await hits(page, times), times.length - 2);
  });
}

test('in time after jumps, forwards and back, and after a pause', async ({ page }) => {
  const times = await open(page);
  await start(page, 0.3);
  await until(page, 0.7);
  for (const target of [2.4, 0.6, 3.3]) {
    await page.evaluate((at) => {
      window.playerHarness.clear();
      window.playerHarness.seek(at);
    }, target);
    expectSync(await untilHits(page, times, 1), 1);
  }
  await page.evaluate(() => window.playerHarness.pause());
  const stopped = await page.evaluate(() => window.playerHarness.time());
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => window.playerHarness.time())).toBe(stopped);
  expect(Math.abs((await page.evaluate(() => window.playerHarness.pictureTime())) - stopped)).toBeLessThan(0.05);
  await page.evaluate(() => {
    window.playerHarness.clear();
    window.playerHarness.seek(0.6);
  });
  await page.click('#play');
  expectSync(await untilHits(page, times, 2), 2);
});

test('scrubbing while it plays ends at the last place', async ({ page }) => {
  const times = await open(page);
  await start(page);
  await until(page, 0.3);
  await page.evaluate(() => {
    for (let at = 0.5; at < 3; at += 0.05) window.playerHarness.seek(at);
    window.playerHarness.clear();
    window.playerHarness.seek(1.6);
  });
  expectSync(await untilHits(page, times, 2), 2);
});

test('a loop stays in time, round after round, and goes on to the end when it is let go', async ({ page }) => {
  const times = await open(page);
  const loop = { start: 1.6, end: 3.1 };
  await page.evaluate(({ start: from, end }) => window.playerHarness.loop(from, end), loop);
  await start(page, 0);
  // From outside it starts at the loop.
  expect(await page.evaluate(() => window.playerHarness.time())).toBeGreaterThanOrEqual(loop.start - 0.01);
  await page.evaluate(() => window.playerHarness.clear());
  const found = await untilHits(page, times, 4);
  expectSync(found, 4);
  expect(found.every(({ flash }) => flash >= loop.start && flash < loop.end)).toBe(true);
  await page.evaluate(() => window.playerHarness.unloop());
  await expect.poll(async () => (await state(page)).phase).toBe('ended');
  // And starts over.
  await page.click('#play');
  await until(page, 0.2);
  expect(await page.evaluate(() => window.playerHarness.time())).toBeLessThan(1.5);
});

test('another track goes on at the same moment, with its own sound', async ({ page }) => {
  const times = await open(page, 'flash-29.97.mp4');
  await start(page);
  await until(page, 1.5);
  await page.evaluate(() => {
    window.playerHarness.clear();
    window.playerHarness.select('high');
  });
  const found = await untilHits(page, times, 2);
  expectSync(found, 2);
  for (const { hz } of found) expect(hz).toBeGreaterThan(1900);
  await page.evaluate(() => {
    window.playerHarness.select('none');
    window.playerHarness.seek(0.6);
    window.playerHarness.clear();
  });
  if ((await state(page)).phase !== 'playing') await page.click('#play');
  await until(page, 2.3);
  expect((await page.evaluate(() => window.playerHarness.log())).heard).toEqual([]);
});

test('switching has neither gap nor click', async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.playerHarness.tones(4));
  await start(page);
  await until(page, 0.6);
  await page.evaluate(() => window.playerHarness.clear());
  for (const id of ['high', 'low', 'high']) {
    await page.evaluate((track) => window.playerHarness.select(track), id);
    await page.waitForTimeout(350);
  }
  const { quiet, step, missing } = await page.evaluate(() => window.playerHarness.recorded(0.02));
  expect(missing).toBe(0);
  expect(quiet).toBeLessThan(0.004);
  // A tone of 660 Hz at 0.3 moves by 0.026 a sample, two of them by less than twice that.
  expect(step).toBeLessThan(0.05);
});

test('another picture joins in while the sound runs on', async ({ page }) => {
  const times = await open(page, 'flash-29.97.mp4');
  await start(page);
  await until(page, 0.6);
  await page.evaluate(() => {
    window.playerHarness.clear();
    window.playerHarness.attach('two');
  });
  await until(page, 4);
  expectSync(await hits(page, times), 2);
  // Every beep from then on was heard.
  const { heard } = await page.evaluate(() => window.playerHarness.log());
  expect(heard.length).toBeGreaterThanOrEqual(times.filter((time) => time > 0.8 && time < 3.9).length);
});

test('without an audio device the picture plays, and says so', async ({ page }) => {
  await page.addInitScript(() => {
    window.AudioContext = class {
      constructor() {
        throw new DOMException('No device.', 'NotSupportedError');
      }
    } as unknown as typeof AudioContext;
  });
  await open(page);
  await page.click('#play');
  await until(page, 0.5);
  const playing = await state(page);
  expect(playing).toMatchObject({ phase: 'playing', sound: 'unavailable' });
  expect(await page.evaluate(() => window.playerHarness.offset())).toBeUndefined();
  await page.evaluate(() => window.playerHarness.seek(4.4));
  await expect.poll(async () => (await state(page)).phase).toBe('ended');
});

test('an output that stops running is left behind', async ({ page }) => {
  await open(page);
  await start(page);
  await until(page, 0.5);
  await page.evaluate(() => {
    const { prototype } = AudioContext;
    Object.defineProperty(prototype, 'currentTime', { get: () => 1 });
  });
  await expect.poll(async () => (await state(page)).sound).toBe('unavailable');
  const before = await page.evaluate(() => window.playerHarness.time());
  await until(page, before + 0.3);
});

test('without a gesture the picture plays silently until there is one', async ({ page }) => {
  // The rule, whatever this browser's own setting is.
  await page.addInitScript(() => {
    let allowed = false;
    window.addEventListener('pointerdown', () => (allowed = true), { capture: true });
    Object.defineProperty(navigator.userActivation, 'hasBeenActive', { get: () => allowed });
    window.AudioContext = class extends AudioContext {
      constructor() {
        super();
        void this.suspend();
      }
      override resume = () => (allowed ? super.resume() : new Promise<void>(() => undefined));
    };
  });
  const times = await open(page);
  await page.evaluate(() => window.playerHarness.play());
  await until(page, 0.3);
  expect(await state(page)).toMatchObject({ phase: 'playing', sound: 'blocked' });
  await page.click('#one');
  await expect.poll(async () => (await state(page)).sound).toBe('on');
  await page.evaluate(() => window.playerHarness.clear());
  await until(page, 4);
  expectSync(await hits(page, times), 1);
});

test('in a hidden tab the sound runs on, and the picture comes back to it', async ({ page }) => {
  const times = await open(page);
  await start(page);
  await until(page, 0.4);
  // What the browser does to a muted film in a tab that is hidden.
  await page.evaluate(() => {
    window.playerHarness.clear();
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
    document.querySelector<HTMLVideoElement>('#one')?.pause();
  });
  await until(page, 2.3);
  expect((await state(page)).phase).toBe('playing');
  expect(await page.evaluate(() => window.playerHarness.pictureTime())).toBeLessThan(1);
  expect((await page.evaluate(() => window.playerHarness.log())).heard.length).toBeGreaterThanOrEqual(1);
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => false });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await until(page, 4.2);
  expectSync(
    (await hits(page, times)).filter(({ flash }) => flash > 2.6),
    1,
  );
});

test('a picture that is stopped by something else pauses, one that is started plays', async ({ page }) => {
  await open(page);
  await start(page);
  await until(page, 0.4);
  await page.evaluate(() => document.querySelector<HTMLVideoElement>('#one')?.pause());
  await expect.poll(async () => (await state(page)).phase).toBe('paused');
  await page.evaluate(() => void document.querySelector<HTMLVideoElement>('#one')?.play());
  await expect.poll(async () => (await state(page)).phase).toBe('playing');
  await until(page, 0.8);
});

test('sound plays without a picture, and with one that cannot be shown', async ({ page }) => {
  await open(page);
  await page.evaluate(() => window.playerHarness.attach('none'));
  await start(page);
  await until(page, 2.3);
  expect((await page.evaluate(() => window.playerHarness.log())).heard.length).toBeGreaterThanOrEqual(1);
  await expectOffset(page);
  expect(await page.evaluate(() => window.playerHarness.pictureTime())).toBe(0);
  await page.evaluate(() => {
    const broken = document.querySelector<HTMLVideoElement>('#one');
    if (broken) broken.src = URL.createObjectURL(new Blob(['not a film'], { type: 'video/mp4' }));
    window.playerHarness.attach('one');
  });
  await expect.poll(async () => (await state(page)).picture).toBe('failed');
  expect((await state(page)).phase).toBe('playing');
  await expect.poll(async () => (await state(page)).phase).toBe('ended');
});

test('muted means unheard', async ({ page }) => {
  await open(page);
  await start(page);
  await page.evaluate(() => window.playerHarness.mute(true));
  await until(page, 0.5);
  await page.evaluate(() => window.playerHarness.clear());
  await until(page, 2.5);
  expect((await page.evaluate(() => window.playerHarness.log())).heard).toEqual([]);
});

test('the shown file is replaced, standing still and while it plays', async ({ page }) => {
  await page.goto(url.replace('player.html', 'picture.html'));
  const film = page.locator('video[aria-label="Film"]');
  const shown = () => film.evaluate((video: HTMLVideoElement) => video.src.split('/').at(-1));
  const ready = () => film.evaluate((video: HTMLVideoElement) => video.readyState);
  await expect.poll(ready).toBeGreaterThan(1);
  await page.getByRole('button', { name: 'flash-24.6.mp4' }).click();
  await expect.poll(shown).toBe('flash-24.6.mp4');
  await page.getByRole('button', { name: 'Toggle' }).click();
  await expect(page.getByTestId('state')).toHaveText('playing ready');
  const time = () => film.evaluate((video: HTMLVideoElement) => video.currentTime);
  await expect.poll(time).toBeGreaterThan(0.5);
  await page.getByRole('button', { name: 'flash-29.97.mp4' }).click();
  await expect.poll(shown).toBe('flash-29.97.mp4');
  const joined = await time();
  expect(joined).toBeGreaterThan(0.5);
  await expect.poll(time).toBeGreaterThan(joined + 0.3);
  await expect(page.getByTestId('state')).toHaveText('playing ready');
  // A press on the picture pauses, and a paused picture can be replaced in its place.
  await film.click();
  await expect(page.getByTestId('state')).toHaveText('paused ready');
  const stopped = await time();
  await page.getByRole('button', { name: 'flash-24.6.mp4' }).click();
  await expect.poll(shown).toBe('flash-24.6.mp4');
  expect(Math.abs((await time()) - stopped)).toBeLessThan(0.06);
  await page.getByRole('button', { name: 'text.mp4' }).click();
  await expect(page.getByTestId('state')).toHaveText('paused failed');
});
