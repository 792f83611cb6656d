/** A pack at 48 kHz, end to end: what is made, exported, found again and shared has its rate; so has what is heard. */

import { expect, test } from '@playwright/test';
import { createPowerSpectrum } from '../src/dsp/fft.ts';
import { AppPage } from './harness/app-page.ts';
import { probeFile, sound } from './harness/reopen.ts';

const RATE = 48_000;

/** Share of the power above a frequency, of samples at RATE. */
function shareAbove(samples: Float32Array, hertz: number): number {
  const size = 2048;
  const spectrum = createPowerSpectrum(size);
  let [above, all] = [0, 0];
  for (let at = 0; at + size <= samples.length; at += size) {
    spectrum.at(samples, at).forEach((power, bin) => {
      all += power;
      if ((bin * RATE) / size > hertz) above += power;
    });
  }
  return above / all;
}

test('sound is made, exported, found again and shared at 48 kHz', async ({ page, browser }) => {
  test.setTimeout(600_000);
  const app = await AppPage.open(page, { pack: 'tiny-48k' });
  await app.openFile('flash-15.mp4');
  await app.setSampler({ steps: 2 });
  const take = await app.generate();
  expect(take.media).toMatchObject({ task: 'v2a', sampleRate: RATE });

  const wav = await app.exportAs('Generated sound alone (WAV)');
  expect(probeFile(wav).streams[0]).toMatchObject({ codec_type: 'audio', sample_rate: String(RATE) });
  const stem = sound(wav, 'own').samples;
  // A random decoder hisses everywhere: at 16 kHz there would be nothing up there.
  expect(shareAbove(stem, 9000)).toBeGreaterThan(0.05);
  const mp4 = await app.download();
  const audio = probeFile(mp4).streams.find(({ codec_type }) => codec_type === 'audio');
  expect(audio).toMatchObject({ codec_name: 'aac', sample_rate: String(RATE) });
  expect(shareAbove(sound(mp4, 'own').samples, 9000)).toBeGreaterThan(0.05);

  // Links: one that holds latents, which are heard to see how good they are, and one that holds a clip.
  await page.getByRole('button', { name: 'Share link' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share a link' });
  const field = page.getByTestId('share-url');
  await expect(dialog.getByRole('radio', { name: /^Chat/ })).toBeChecked();
  await expect(field).toBeVisible();
  const chat = await field.inputValue();
  await dialog.getByRole('radio', { name: /^Standard/ }).check();
  await expect.poll(async () => ((await field.isVisible()) ? field.inputValue() : chat)).not.toBe(chat);
  const there = await (await browser.newContext({ serviceWorkers: 'block' })).newPage();
  await there.goto(await field.inputValue());
  const video = there.locator('video');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.duration)).toBeGreaterThan(1);
  await there.context().close();
  await page.keyboard.press('Escape');

  await page.reload();
  const project = () =>
    app.state().then(({ history }) => (history.phase === 'ready' ? history.projects[0]?.id : undefined));
  await expect.poll(project).toBeDefined();
  await page.evaluate((id) => window.__studio?.studio.openProject(id ?? ''), await project());
  expect((await app.state()).takes).toMatchObject([{ id: take.id, media: { task: 'v2a', sampleRate: RATE } }]);
  expect(sound(await app.exportAs('Generated sound alone (WAV)'), 'own').samples).toEqual(stem);

  // The other way round, from a file whose own rate is lower.
  await app.openFile('sound.wav');
  await page.getByRole('radio', { name: /Sound to clip/ }).check();
  await app.setSampler({ steps: 1 });
  expect((await app.generate()).media.task).toBe('a2v');
});
