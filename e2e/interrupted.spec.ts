/** Work that is broken off from outside: the tab goes, the disk runs full. Nothing finished is lost. Tiny pack. */

import { expect, test, type Page } from '@playwright/test';
import { AppPage } from './harness/app-page.ts';
import { probeFile, videoMd5 } from './harness/reopen.ts';

/** Names of the files that the page keeps, sorted. */
function keptFiles(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names: string[] = [];
    async function walk(folder: FileSystemDirectoryHandle, path: string): Promise<void> {
      for await (const [name, entry] of folder.entries()) {
        if (entry instanceof FileSystemDirectoryHandle) await walk(entry, `${path}${name}/`);
        else names.push(`${path}${name}`);
      }
    }
    await walk(await navigator.storage.getDirectory(), '');
    return names.sort();
  });
}

test('a tab closed while it exports: the history is whole, nothing half-written is offered, exporting works again', async ({
  page,
  context,
}) => {
  const first = await AppPage.open(page, { pack: 'tiny' });
  await first.openFile('flash-29.97.mp4');
  await first.setSampler({ steps: 1 });
  await first.setTakes(2);
  await first.generate();
  const { takes } = await first.state();
  await page.evaluate(() => window.__studio?.studio.kept());
  const before = await keptFiles(page);
  expect(before.length).toBeGreaterThan(0);
  let saved = 0;
  page.on('download', () => saved++);
  // To WebM the picture is coded again, which takes long enough to be caught at it.
  await page.getByRole('button', { name: 'Other formats' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('radio', { name: 'WebM' }).check();
  await dialog.getByRole('button', { name: /^Export/ }).click();
  // Looked for at every frame: a small picture is soon coded.
  await page.waitForFunction(() => {
    const exporting = window.__studio?.studio.store.getState().exporting;
    return exporting?.phase === 'running' && exporting.progress.kind === 'fraction' && exporting.progress.value > 0;
  });
  await page.close();
  expect(saved).toBe(0);

  const next = await context.newPage();
  const again = await AppPage.open(next, { pack: 'tiny' });
  const state = await again.state();
  expect(state).toMatchObject({ exporting: { phase: 'idle' }, takes: [], input: { phase: 'empty' } });
  await next.getByRole('button', { name: 'History' }).click();
  await next
    .getByRole('dialog', { name: 'History' })
    .getByRole('button', { name: /Open flash/ })
    .click();
  await expect.poll(async () => (await again.state()).takes.map(({ id }) => id)).toEqual(takes.map(({ id }) => id));
  expect(await keptFiles(next)).toEqual(before);
  const path = await again.download();
  expect(videoMd5(path)).toBe(videoMd5('e2e/fixtures/media/flash-29.97.mp4'));
  expect(probeFile(path).streams.map(({ codec_type }) => codec_type)).toEqual(['video', 'audio']);
});

test('a disk that runs full between two takes: the first is kept, the second can be saved, and is kept once there is room', async ({
  page,
}) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  const session = await page.context().newCDPSession(page);
  const origin = new URL(page.url()).origin;
  const setQuota = (quotaSize?: number) =>
    session.send('Storage.overrideQuotaForOrigin', { origin, ...(quotaSize === undefined ? {} : { quotaSize }) });
  await app.openFile('flash-15.mp4');
  await app.setSampler({ steps: 40 });
  await app.setTakes(2);
  await app.generateButton.click();
  await expect.poll(async () => (await app.state()).takes.length).toBe(1);
  await page.evaluate(() => window.__studio?.studio.kept());
  const before = await keptFiles(page);
  expect((await app.state()).job.phase).toBe('running');
  await setQuota(1000);
  const alert = page.locator('.failure[role=alert]');
  await expect(alert).toHaveAttribute('data-code', 'storage-full');
  await expect(app.generateButton).toBeEnabled();
  const { takes } = await app.state();
  expect(takes).toHaveLength(2);
  expect(await keptFiles(page)).toEqual(before);
  // Not kept, but there to be heard and saved.
  await page.keyboard.press('2');
  expect(probeFile(await app.download()).streams).toHaveLength(2);
  await expect(alert).toHaveCount(0);
  await setQuota();
  await page.getByRole('button', { name: 'Star take 2' }).click();
  await page.evaluate(() => window.__studio?.studio.kept());
  await expect(alert).toHaveCount(0);
  await page.reload();
  const project = () =>
    app.state().then(({ history }) => (history.phase === 'ready' ? history.projects[0]?.id : undefined));
  await expect.poll(project).toBeDefined();
  await page.evaluate((id) => window.__studio?.studio.openProject(id ?? ''), await project());
  expect((await app.state()).takes).toMatchObject(takes.map(({ id }, index) => ({ id, starred: index === 1 })));
});
