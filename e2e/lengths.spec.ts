/** Any length from 0.3 s to 60 s, both ways: the output lasts as long as the input. Tiny pack, few steps. */

import { expect, test, type Page } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';
import { makeSound, makeVideo } from './harness/make.ts';
import { pictures, probeFile, sound, videoMd5 } from './harness/reopen.ts';
import { longUnless } from './harness/sets.ts';

/** Around one window (4.096 s), between windows, and the ends of what is promised. Seconds. */
const LENGTHS = [0.3, 1, 4.096, 4.2, 10.5, 60];
/** Shorter than a latent's context, and several windows with a rest: these run in `npm test`. */
const REPRESENTATIVES = [0.3, 10.5];
const FPS = 25;
/** The model's own rate. */
const CLIP_FPS = 15.625;

let page: Page;
let app: AppPage;

test.describe.configure({ mode: 'default' });

test.beforeAll(async ({ browser }) => {
  page = await browser.newPage();
  app = await AppPage.open(page, { pack: 'tiny' });
});
test.afterAll(() => page.close());

for (const seconds of LENGTHS) {
  test(`a video of ${seconds} s gets as much sound`, longUnless(REPRESENTATIVES.includes(seconds)), async () => {
    const source = makeVideo(test.info().outputPath('clip.mp4'), seconds);
    await app.openFile(source);
    await app.setSampler({ steps: 2 });
    await app.generate();
    const path = await app.download();
    expect(videoMd5(path)).toBe(videoMd5(source));
    const duration = Number(probeFile(source).format.duration);
    expect(Math.abs(Number(probeFile(path).format.duration) - duration)).toBeLessThan(1 / FPS);
    const track = sound(path, 'own');
    expect(Math.abs(track.start)).toBeLessThan(0.02);
    expect(Math.abs(track.samples.length / 48_000 - duration)).toBeLessThan(1 / FPS);
    expect(track.samples.every((value) => Number.isFinite(value))).toBe(true);
  });
}

for (const seconds of LENGTHS) {
  test(`a sound of ${seconds} s gets as long a clip`, longUnless(REPRESENTATIVES.includes(seconds)), async () => {
    const source = makeSound(test.info().outputPath('sound.wav'), seconds);
    await app.openFile(source);
    await app.setSampler({ steps: 2 });
    await app.generate();
    const path = await app.download();
    const frames = pictures(path, 'own');
    expect(frames).toHaveLength(Math.ceil(seconds * CLIP_FPS - 1e-3));
    expect(frames[0]?.time).toBeCloseTo(0, 3);
    expect(Math.abs(Number(probeFile(path).format.duration) - seconds)).toBeLessThanOrEqual(1 / CLIP_FPS + 0.03);
    const given = sound(source, 'own').samples;
    const kept = sound(path, 'own');
    expect(Math.abs(kept.start)).toBeLessThan(0.02);
    expect(Math.abs(kept.samples.length - given.length) / 48_000).toBeLessThan(0.05);
    expect(level(kept.samples)).toBeCloseTo(level(given), 1);
  });
}

/** Root mean square. */
function level(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
}
