/** Cancel at every stage: it takes effect within a step, loses nothing, and the app works again. Tiny pack. */

import { expect, test, type Page } from '@playwright/test';
import { STAGES, type Stage } from '../src/state/types.ts';
import { AppPage } from './harness/app-page.ts';
import { makeVideo } from './harness/make.ts';

/** Seconds until the app is idle again; the issue is how it feels, so this is short. */
const PATIENCE = 4;

/** Presses Escape as soon as the stage is reached; resolves with the seconds it took to become idle. */
function escapeAt(page: Page, stage: Stage, step: number): Promise<number> {
  return page.evaluate(
    ([stage, step]) =>
      new Promise<number>((resolve) => {
        const store = window.__studio?.studio.store;
        let since: number | undefined;
        const stop = store?.subscribe(({ job }) => {
          if (since === undefined && job.phase === 'running' && job.stage === stage) {
            if (job.progress.kind === 'steps' && job.progress.step < step) return;
            since = performance.now();
            window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
          } else if (since !== undefined && job.phase === 'idle') {
            stop?.();
            resolve((performance.now() - since) / 1000);
          }
        });
      }),
    [stage, step] as const,
  );
}

for (const stage of STAGES) {
  test(`cancels at ${stage}`, async ({ page }, info) => {
    const app = await AppPage.open(page, { pack: 'tiny' });
    await app.openFile(makeVideo(info.outputPath('clip.mp4'), 9));
    // Only clips are coded while they are generated.
    if (stage === 'mux') await page.getByRole('radio', { name: /Sound to clip/ }).check();
    await app.setSampler({ steps: 6 });
    // In the middle of the sampling, not at its beginning.
    const seconds = escapeAt(page, stage, stage === 'sample' ? 2 : 0);
    await app.generateButton.click();
    expect(await seconds).toBeLessThan(PATIENCE);

    const { failure, takes, input, job } = await app.state();
    expect({ failure, takes, phase: job.phase }).toEqual({ failure: undefined, takes: [], phase: 'idle' });
    expect(input).toMatchObject({ phase: 'ready', source: { name: 'clip.mp4' } });
    await expect(page.getByRole('alert')).toHaveCount(0);
    expect((await app.generate()).recipe.duration).toBeCloseTo(9, 1);
  });
}

test('cancels by the button, and keeps the earlier result', async ({ page }, info) => {
  const app = await AppPage.open(page, { pack: 'tiny' });
  await app.openFile(makeVideo(info.outputPath('clip.mp4'), 2));
  await app.setSampler({ steps: 2 });
  const first = await app.generate();
  await app.setSampler({ steps: 100 });
  await app.generateButton.click();
  await page.getByRole('button', { name: /^Cancel/ }).click();
  await expect(app.generateButton).toBeEnabled();
  expect((await app.state()).takes).toEqual([first]);
});
