/** What a person does with a take after it is made, with the pack that ships; judged by the re-opened files. */

import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';
import { loudnessOf, probeFile, sound, videoMd5 } from './harness/reopen.ts';
import { LONG } from './harness/sets.ts';

const SAMPLES = join(import.meta.dirname, '../public/samples');
const SHIPPED = existsSync(join(import.meta.dirname, '../public/models/mini/manifest.json'));
const PACK = SHIPPED ? {} : { pack: 'tiny' as const };

/** Opens the hammer and makes one take of it. */
async function withTake(page: Page, seed = 5) {
  const app = await AppPage.open(page, PACK);
  await page.getByRole('button', { name: /Hammer on stone/ }).click();
  await page.evaluate((seed) => window.__studio?.studio.setDraft({ seed }), seed);
  const take = await app.generate();
  return { app, take };
}

/** Mean power of a stretch, in dBFS. */
function level(samples: Float32Array, from: number, to: number): number {
  const part = samples.subarray(Math.round(from * 48_000), Math.round(to * 48_000));
  return 10 * Math.log10(part.reduce((sum, value) => sum + value * value, 0) / part.length + 1e-12);
}

test('the mix that is heard is what every format holds, and the dialog said what it would be', async ({ page }) => {
  const { app, take } = await withTake(page);
  const before = sound(await app.download(), 'own').samples;

  // Mute the second half, and turn the rest down by 6 dB.
  await page.evaluate((id) => {
    const studio = window.__studio?.studio;
    const span = { start: 2, end: 4.096 };
    studio?.editTake(id, { generatedGain: -6, spans: [{ span, gain: -Infinity }] });
  }, take.id);
  await page.getByRole('button', { name: 'Other formats' }).click();
  const plan = page.getByRole('region', { name: 'What it will be' });
  await expect(plan).toContainText(/H\.264 · copied unchanged · 256 × 256/);
  await page.keyboard.press('Escape');

  const core: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('ffmpeg-core')) core.push(request.url());
  });
  const mp4 = await app.exportAs('Video (MP4)');
  expect(videoMd5(mp4)).toBe(videoMd5(join(SAMPLES, 'hammer.mp4')));
  const wav = await app.exportAs('Sound (WAV)');
  expect(probeFile(wav).streams[0]).toMatchObject({ codec_type: 'audio', codec_name: 'pcm_s24le' });
  // Copied by the browser, under the policy of the page; what has to be coded again needs ffmpeg.
  expect(core).toEqual([]);
  const webm = await app.exportAs('Video (WebM)');
  expect(core).not.toEqual([]);
  expect(probeFile(webm).streams.map(({ codec_name }) => codec_name)).toEqual(['vp8', 'vorbis']);
  for (const path of [mp4, wav, webm]) {
    const { samples } = sound(path, 'own');
    expect(Math.abs(level(samples, 0.2, 1.9) - (level(before, 0.2, 1.9) - 6))).toBeLessThan(1);
    expect(level(samples, 2.1, 4)).toBeLessThan(-70);
  }
  // The generated sound alone is as it was.
  const stem = sound(await app.exportAs('Generated sound alone (WAV)'), 'own').samples;
  expect(Math.abs(level(stem, 2.1, 4) - level(before, 2.1, 4))).toBeLessThan(1);

  await page.keyboard.press('ControlOrMeta+z');
  const again = sound(await app.download(), 'own').samples;
  expect(Math.abs(level(again, 2.1, 4) - level(before, 2.1, 4))).toBeLessThan(0.5);
});

test('takes come at -20 LUFS; the mixer and the settings say otherwise, and a file brings that back', async ({
  page,
}) => {
  const { app, take } = await withTake(page);
  expect(take.edit.loudness?.lufs).toBe(-20);
  const even = await app.exportAs('Sound (WAV)');
  const stem = await app.exportAs('Generated sound alone (WAV)');
  for (const path of [even, stem, await app.download()]) {
    const { lufs, truePeak } = loudnessOf(path);
    expect(Math.abs(lufs + 20)).toBeLessThan(0.5);
    // Coding adds a little; -1 dBTP leaves room for that.
    expect(truePeak).toBeLessThanOrEqual(path.endsWith('.wav') ? -0.9 : -0.5);
  }

  const loudness = page.getByRole('region', { name: 'Mix' }).getByLabel('Loudness');
  await loudness.selectOption('Quiet (-30 LUFS)');
  await expect.poll(async () => (await app.state()).takes[0]?.edit.loudness?.lufs).toBe(-30);
  expect(Math.abs(loudnessOf(await app.exportAs('Sound (WAV)')).lufs + 30)).toBeLessThan(0.5);
  await loudness.selectOption('As generated');
  await expect.poll(async () => (await app.state()).takes[0]?.edit.loudness).toBeUndefined();
  const asMade = loudnessOf(await app.exportAs('Sound (WAV)')).lufs;
  expect(Math.abs(asMade - (take.sketch.loudness ?? NaN))).toBeLessThan(1);
  const asMadeMp4 = await app.download();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(loudness).toHaveValue('-30');

  // A file that was made as generated is made again like that.
  await app.openFile(asMadeMp4);
  await page.getByText('Advanced', { exact: true }).click();
  await expect(page.getByRole('radio', { name: 'As generated' })).toBeChecked();
  expect((await app.generate()).edit.loudness).toBeUndefined();
  await page.getByRole('radio', { name: 'Even (-20 LUFS)' }).check();
  expect((await app.generate()).edit.loudness?.lufs).toBe(-20);
});

test('a part made anew leaves the rest as it was; more like this is another take', async ({ page }) => {
  const { app, take } = await withTake(page);
  const before = sound(await app.download(), 'own').samples;
  await page.evaluate(() => window.__studio?.studio.player.seek(2));
  await page.keyboard.press('i');
  await page.evaluate(() => window.__studio?.studio.player.seek(3));
  await page.keyboard.press('o');
  await page.getByRole('button', { name: /Regenerate this part/ }).click();
  await expect.poll(async () => (await app.state()).takes.length).toBe(2);
  await expect(app.generateButton).toBeVisible();
  await page.keyboard.press('2');
  const after = sound(await app.download(), 'own').samples;
  const difference = before.map((value, index) => value - (after[index] ?? 0));
  // Coding smears a little over the edges.
  expect(level(difference, 0.1, 1.85)).toBeLessThan(level(before, 0.1, 1.85) - 20);
  expect(level(difference, 3.15, 4)).toBeLessThan(level(before, 3.15, 4) - 20);
  expect(level(difference, 2.1, 2.9)).toBeGreaterThan(level(difference, 0.1, 1.85) + 6);

  await page.getByRole('button', { name: 'More like take 1' }).click();
  await expect.poll(async () => (await app.state()).takes.length).toBe(3);
  const { takes } = await app.state();
  expect(takes[2]?.recipe).toMatchObject({ seed: take.recipe.seed, variations: [{ amount: 0.35 }] });
});

test('a reload loses nothing that was finished, and a discarded take comes back', async ({ page }) => {
  const { app, take } = await withTake(page);
  await page.getByRole('button', { name: 'Star take 1' }).click();
  await page.evaluate(() => window.__studio?.studio.kept());
  await page.reload();
  await page.getByRole('button', { name: 'History' }).click();
  const history = page.getByRole('dialog', { name: 'History' });
  await history.getByRole('button', { name: /Open Hammer on stone/ }).click();
  await expect.poll(async () => (await app.state()).takes.map(({ id }) => id)).toEqual([take.id]);
  expect((await app.state()).takes[0]).toMatchObject({ starred: true, recipe: { seed: 5 } });
  const path = await app.download();
  expect(level(sound(path, 'own').samples, 0, 4)).toBeGreaterThan(-60);

  await page.keyboard.press('Delete');
  await expect.poll(async () => (await app.state()).takes.length).toBe(0);
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await app.state()).takes.length).toBe(1);
});

// recipe.spec.ts does this with the tiny pack, media-clip.spec.ts the framing.
test('an exported file brings its settings back', LONG, async ({ page }) => {
  const { app, take } = await withTake(page, 77);
  await page.getByLabel('Prompt').fill('hammer on metal');
  await page.getByLabel('Seed', { exact: true }).fill('78');
  const second = await app.generate();
  await page.keyboard.press('2');
  const path = await app.download();
  await page.reload();
  await app.openFile(path);
  await expect(page.getByTestId('recipe')).toContainText('seed 78');
  await expect(page.getByLabel('Prompt')).toHaveValue('hammer on metal');
  await app.setTakes(1);
  const again = await app.generate();
  expect(again.recipe.seed).toBe(78);
  expect(again.sketch.onsets).toEqual(second.sketch.onsets);
  expect(again.sketch.onsets).not.toEqual(take.sketch.onsets);
});

test('three files in a batch: two are made, a wrong one fails alone, and all come out as a ZIP', async ({ page }) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.setSampler({ steps: 1 });
  const wrong = test.info().outputPath('notes.mp4');
  writeFileSync(wrong, 'Not a film at all, whatever its name says.');
  await app.choose('flash-15.mp4', wrong, 'flash-29.97.mp4');
  await page.getByRole('button', { name: /All of them/ }).click();
  const batch = page.getByRole('region', { name: 'Batch' });
  await expect(batch.getByRole('listitem')).toHaveCount(3);
  await expect(batch.locator('[data-state="done"]')).toHaveCount(2);
  await expect(batch.locator('[data-state="failed"]')).toHaveCount(1);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    batch.getByRole('button', { name: /ZIP/ }).click(),
  ]);
  const zip = test.info().outputPath('all.zip');
  await download.saveAs(zip);
  const list = execFileSync('python3', ['-m', 'zipfile', '-l', zip], { encoding: 'utf8' });
  expect(list).toMatch(/flash-15-foley-\d+\.mp4/);
  expect(list).toMatch(/flash-29\.97-foley-\d+\.mp4/);
  // The stage is free meanwhile and afterwards.
  await app.openFile('flash-15.mp4');
  await app.generate();
});

test('a clip can be framed tall for sharing', LONG, async ({ page }) => {
  const app = await AppPage.open(page, PACK);
  await page.getByRole('button', { name: /Clapping hands/ }).click();
  await app.generate();
  await page.getByRole('button', { name: 'Other formats' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('radio', { name: 'Framed clip (MP4)' }).check();
  await dialog.getByRole('combobox', { name: /^Shape/ }).selectOption('9:16');
  await dialog.getByRole('combobox', { name: /^Size/ }).selectOption('480');
  const start = dialog.getByRole('button', { name: /^Export/ });
  await expect(start).toBeEnabled();
  const [download] = await Promise.all([page.waitForEvent('download'), start.click()]);
  const path = test.info().outputPath('tall.mp4');
  await download.saveAs(path);
  const picture = probeFile(path).streams.find(({ codec_type }) => codec_type === 'video');
  expect(picture).toMatchObject({ width: 480, height: 854 });
});

test('only a part of the file is worked on when it is trimmed', LONG, async ({ page }) => {
  const app = await AppPage.open(page, PACK);
  await page.getByRole('button', { name: /Hammer on stone/ }).click();
  await expect.poll(async () => (await app.state()).input.phase).toBe('ready');
  await page.evaluate(() => window.__studio?.studio.setTrim({ start: 1, end: 3 }));
  const take = await app.generate();
  expect(take.recipe.duration).toBeCloseTo(2, 2);
  const path = await app.download();
  expect(Number(probeFile(path).format.duration)).toBeCloseTo(2, 1);
});
