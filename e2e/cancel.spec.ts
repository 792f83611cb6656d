/** Cancel at every stage: it takes effect within a step, loses nothing, and the app works again. Tiny pack. */

import { expect, test, type Page } from '@playwright/test';
import { STAGES, type Stage } from '../src/state/types.ts';
import { AppPage } from './harness/app-page.ts';
import { makeVideo } from './harness/make.ts';
import { BENCH, LONG, note } from './harness/sets.ts';

/** Steps of the sampling; of these, how many may still be reported after the cancel. */
const STEPS = 100;
const MORE_STEPS = 10;

interface After {
  /** Stages and steps that were reported after the key, until the app was idle. */
  readonly seen: readonly { readonly stage: Stage; readonly step: number }[];
  /** Milliseconds until the app was idle. */
  readonly milliseconds: number;
}

/** Presses Escape as soon as the stage, and the step of it, is reached; resolves when the app is idle. */
function escapeAt(page: Page, stage: Stage, step: number): Promise<After> {
  return page.evaluate(
    ([stage, step]) =>
      new Promise<After>((resolve) => {
        const store = window.__studio?.studio.store;
        const seen: { stage: Stage; step: number }[] = [];
        let since: number | undefined;
        const stop = store?.subscribe(({ job }) => {
          if (job.phase === 'idle') {
            if (since === undefined) return;
            stop?.();
            resolve({ seen, milliseconds: performance.now() - since });
          } else if (job.phase === 'running') {
            const now = job.progress.kind === 'steps' ? job.progress.step : 0;
            if (since !== undefined) seen.push({ stage: job.stage, step: now });
            else if (job.stage === stage && now >= step) {
              since = performance.now();
              window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
            }
          }
        });
      }),
    [stage, step] as const,
  );
}

/** In the middle of the sampling, not at its beginning. */
const stepOf = (stage: Stage) => (stage === 'sample' ? 2 : 0);

/** Starts a generation and cancels it at the stage: no later stage begins, nothing is lost, nothing is told as a failure. */
async function cancelAt(app: AppPage, stage: Stage): Promise<After> {
  const after = escapeAt(app.page, stage, stepOf(stage));
  await app.generateButton.click();
  const { seen } = await after;
  expect(seen.filter((later) => later.stage !== stage)).toEqual([]);
  if (stage === 'sample') {
    for (const { step } of seen) expect(step).toBeLessThanOrEqual(stepOf(stage) + MORE_STEPS);
  }
  const { failure, takes, input, job } = await app.state();
  expect({ failure, takes, phase: job.phase }).toEqual({ failure: undefined, takes: [], phase: 'idle' });
  expect(input).toMatchObject({ phase: 'ready', source: { name: 'clip.mp4' } });
  await expect(app.page.getByRole('alert')).toHaveCount(0);
  return after;
}

async function opened(page: Page): Promise<AppPage> {
  // Otherwise the model would be there before the generation asks for it.
  const app = await AppPage.open(page, { pack: 'tiny', saveData: true });
  await app.openFile(makeVideo(test.info().outputPath('clip.mp4'), 9));
  await app.setSampler({ steps: STEPS });
  return app;
}

/** Only clips are coded while they are generated. */
async function chooseTask(app: AppPage, stage: Stage): Promise<void> {
  if (stage !== 'mux') return;
  await app.page.getByRole('radio', { name: /Sound to clip/ }).check();
  await app.setSampler({ steps: 6 });
}

test('cancels at every stage, one after the other, and the app works on', async ({ page }) => {
  const app = await opened(page);
  for (const stage of STAGES) {
    await test.step(stage, async () => {
      // What lies before has to be gone through.
      if (STAGES.indexOf(stage) > STAGES.indexOf('sample')) await app.setSampler({ steps: 2 });
      await chooseTask(app, stage);
      await cancelAt(app, stage);
    });
  }
  expect((await app.generate()).recipe.duration).toBeCloseTo(9, 1);
});

for (const stage of STAGES) {
  test(`cancels at ${stage} of the first generation, and makes the next one whole`, LONG, async ({ page }) => {
    const app = await opened(page);
    if (STAGES.indexOf(stage) > STAGES.indexOf('sample')) await app.setSampler({ steps: 6 });
    await chooseTask(app, stage);
    await cancelAt(app, stage);
    await app.setSampler({ steps: 6 });
    expect((await app.generate()).recipe.duration).toBeCloseTo(9, 1);
  });
}

test('a cancel, by the clock', BENCH, async ({ page }) => {
  const app = await opened(page);
  for (const stage of ['prepare', 'sample'] as const) {
    note(`from Escape at ${stage} to idle`, (await cancelAt(app, stage)).milliseconds, 'ms');
  }
});

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
