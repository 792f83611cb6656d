/** Every kind of bad input gets a clear message, costs nothing that was there, and leaves the app usable. Tiny pack. */

import { expect, test, type Page } from '@playwright/test';
import type { ErrorCode } from '../src/errors.ts';
import { AppPage } from './harness/app-page.ts';
import { probeFile, videoMd5 } from './harness/reopen.ts';
import { LONG, longUnless } from './harness/sets.ts';

const GOOD = 'flash-15.mp4';
let page: Page;
let app: AppPage;

test.describe.configure({ mode: 'default' });

test.beforeAll(async ({ browser }) => {
  // One page for all: every test also shows that the one before left the app usable.
  page = await browser.newPage();
  app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile(GOOD);
  await app.setSampler({ steps: 1 });
});
test.afterAll(() => page.close());

const REFUSED: readonly (readonly [what: string, file: string, code: ErrorCode, message: RegExp])[] = [
  ['not a media file', 'text.mp4', 'not-media', /not a video or a sound/],
  ['a still picture', 'cover.jpg', 'not-media', /still picture/],
  ['an empty file', 'empty.mp4', 'empty-file', /empty/],
  ['an MP4 cut off before its index', 'truncated-no-index.mp4', 'truncated', /broken off or damaged/],
  ['an MP4 cut off in its data', 'truncated-data.mp4', 'truncated', /broken off or damaged/],
  ['a Matroska file cut off', 'truncated.mkv', 'truncated', /broken off or damaged/],
  ['media of zero length', 'zero-length.wav', 'zero-length', /zero seconds/],
  ['more than ten minutes', '601-seconds.mp4', 'too-long', /longer than 10 minutes/],
  ['a codec the decoder lacks', 'av1.mp4', 'unsupported-codec', /AV1/],
];

for (const [what, file, code, message] of REFUSED) {
  // The others fail in the same place: media.spec.ts has them all.
  const representative = ['not a media file', 'more than ten minutes', 'a codec the decoder lacks'].includes(what);
  test(`refuses ${what}`, longUnless(representative), async () => {
    await app.choose(file);
    const alert = page.locator('.failure[role=alert]');
    await expect(alert).toHaveAttribute('data-code', code);
    await expect(alert).toContainText(message);
    // A remedy of at least a few words.
    expect((await app.state()).failure?.error.remedy).toMatch(/\w+ \w+ \w+/);
    const { input } = await app.state();
    expect(input).toMatchObject({ phase: 'ready', source: { name: GOOD } });
    await alert.getByRole('button', { name: 'Dismiss this message' }).click();
    await expect(alert).toHaveCount(0);
    await expect(app.generateButton).toBeEnabled();
  });
}

test('refuses a file without picture for video to sound, and offers the way out', async () => {
  // Picked by hand: otherwise the task follows the file.
  await page.getByRole('radio', { name: /Sound to clip/ }).check();
  await page.getByRole('radio', { name: /Video to sound/ }).check();
  for (const file of ['sound.m4a', 'cover.mp3']) {
    await app.openFile(file);
    const alert = page.locator('.failure[role=alert]');
    await expect(alert).toHaveAttribute('data-code', 'no-video-track');
    await expect(alert).toContainText('no picture');
    await expect(app.generateButton).toBeDisabled();
  }
  await page.getByRole('radio', { name: /Sound to clip/ }).check();
  await expect(page.locator('.failure')).toHaveCount(0);
  await expect(app.generateButton).toBeEnabled();
});

test('refuses a video without sound for sound to clip', async () => {
  await page.getByRole('radio', { name: /Sound to clip/ }).check();
  await app.openFile('vp9-picture-only.webm');
  await expect(page.locator('.failure[role=alert]')).toHaveAttribute('data-code', 'no-audio-track');
  await expect(app.generateButton).toBeDisabled();
  await page.getByRole('radio', { name: /Video to sound/ }).check();
  await expect(app.generateButton).toBeEnabled();
});

test('asks which of two files dropped at once', async () => {
  await app.openFile(GOOD);
  const files = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['a'], 'first.mp4'));
    data.items.add(new File(['b'], 'second.wav'));
    return data;
  });
  await page.dispatchEvent('.page', 'drop', { dataTransfer: files });
  const offer = page.getByRole('alert', { name: 'Several files' });
  await expect(offer).toContainText('One file at a time');
  expect((await app.state()).input).toMatchObject({ phase: 'ready', source: { name: GOOD } });
  await expect(offer.getByRole('button', { name: 'second.wav' })).toBeVisible();
  // Neither is lost: each can be picked, also after the other turned out bad.
  for (const name of ['first.mp4', 'second.wav']) {
    await offer.getByRole('button', { name }).click();
    await expect(page.locator('.failure[role=alert]')).toHaveAttribute('data-code', 'not-media');
  }
  await offer.getByRole('button', { name: 'Close this list' }).click();
  await expect(offer).toHaveCount(0);
});

// The media layer alone does this in media.spec.ts, and so it does with the turned ones.
test('takes a 4K video', LONG, async () => {
  await app.openFile('4k.mp4');
  const result = await app.generate();
  const path = await app.download();
  expect(videoMd5(path)).toBe(videoMd5('e2e/fixtures/media/4k.mp4'));
  const picture = probeFile(path).streams.find(({ codec_type }) => codec_type === 'video');
  expect(picture).toMatchObject({ width: 3840, height: 2160 });
  expect(Number(probeFile(path).format.duration)).toBeCloseTo(result.recipe.duration, 1);
});

for (const turn of [90, 180, 270]) {
  test(`keeps a phone video upright that is turned by ${turn} degrees`, longUnless(turn === 90), async () => {
    const name = `rotated-${turn}.mp4`;
    await app.openFile(name);
    const { input } = await app.state();
    const portrait = { width: 120, height: 160 };
    expect(input).toMatchObject({ phase: 'ready', source: { info: { video: portrait } } });
    await app.generate();
    const path = await app.download();
    const turnOf = (file: string) =>
      probeFile(file).streams.flatMap(({ side_data_list = [] }) => side_data_list.map(({ rotation }) => rotation));
    expect(turnOf(path)).toEqual(turnOf(`e2e/fixtures/media/${name}`));
    expect(turnOf(path)).toHaveLength(1);
    // What the player shows.
    const shown = await page
      .getByLabel('The result')
      .evaluate((video: HTMLVideoElement) =>
        video.readyState > 0
          ? [video.videoWidth, video.videoHeight]
          : new Promise<number[]>((resolve) =>
              video.addEventListener('loadedmetadata', () => resolve([video.videoWidth, video.videoHeight])),
            ),
      );
    expect(shown).toEqual([portrait.width, portrait.height]);
  });
}
