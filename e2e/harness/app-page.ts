/** The app as a test uses it: through its controls where a person would, through its bridge where only state tells. */

import { join } from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type {} from '../../src/state/bridge.ts';
import type { StudioState } from '../../src/state/types.ts';
import type { SamplerChoice, Take } from '../../src/state/take.ts';
import { serveTinyPack, type Spoiler } from './packs.ts';

const MEDIA = join(import.meta.dirname, '../fixtures/media');

export interface OpenOptions {
  /** Left out: the pack that ships. */
  readonly pack?: 'tiny' | 'tiny-48k';
  readonly backend?: 'webgpu' | 'wasm' | 'auto';
  /** Of the pack; left out: as the page remembers it. */
  readonly variant?: string;
  readonly spoil?: Spoiler;
  /** As on a first visit: options folded away, the first take played. Else they lie open and nothing plays by itself. */
  readonly asNew?: boolean;
  /** The browser asks to save data: nothing is fetched before Generate. */
  readonly saveData?: boolean;
  /** Whether the eyes look at the file. Left out: no, so that words do not depend on whether they were quick enough. */
  readonly eyes?: boolean;
}

function settleIn(): void {
  try {
    const settled = { 'av-link-open-more-options': 'yes', 'av-link-play-first': 'no' };
    for (const [key, value] of Object.entries(settled)) {
      if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
    }
  } catch {
    // A frame without storage of its own.
  }
}

export class AppPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(page: Page, options: OpenOptions = {}): Promise<AppPage> {
    const { pack, backend = 'wasm', variant, spoil, asNew, saveData, eyes = false } = options;
    if (pack !== undefined) await serveTinyPack(page, spoil);
    if (!asNew) await page.addInitScript(settleIn);
    if (saveData) {
      await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
    }
    const wanted = { ...(pack === undefined ? {} : { pack }), ...(variant === undefined ? {} : { variant }) };
    const query = new URLSearchParams({ backend, ...wanted, ...(eyes ? {} : { eyes: 'off' }) });
    // Relative: the app may lie in a folder.
    await page.goto(`./?${query}`);
    await expect(page.getByRole('heading', { name: 'AV-Link Studio' })).toBeVisible();
    const app = new AppPage(page);
    await app.setTakes(1);
    return app;
  }

  /** Gives files to the app's own input; a bare name means a fixture. */
  async choose(...files: string[]): Promise<void> {
    await this.page.setInputFiles(
      '#file',
      files.map((file) => (file.startsWith('/') ? file : join(MEDIA, file))),
    );
  }

  /** Chooses a file that is good and waits until it is open. */
  async openFile(file: string): Promise<void> {
    const before = await this.sourceId();
    await this.choose(file);
    await expect
      .poll(async () => (await this.state()).input.phase === 'ready' && (await this.sourceId()) !== before)
      .toBe(true);
  }

  async state(): Promise<StudioState> {
    // After a reload the page is there before the studio is.
    await this.page.waitForFunction(() => window.__studio !== undefined);
    return this.page.evaluate(() => {
      if (!window.__studio) throw new Error('The page has no studio.');
      return window.__studio.studio.store.getState();
    });
  }

  async setSampler(change: Partial<SamplerChoice>): Promise<void> {
    await this.page.evaluate((change) => window.__studio?.studio.setSampler(change), change);
  }

  /** How many takes the next generation makes; one, unless a test is about takes. */
  async setTakes(takes: number): Promise<void> {
    await this.page.evaluate((takes) => window.__studio?.studio.setDraft({ takes }), takes);
  }

  get generateButton() {
    return this.page.getByRole('button', { name: /^Generate/ });
  }

  /** Presses Generate and waits for the result; a failure of the app fails the test with its message. */
  async generate(): Promise<Take> {
    const before = (await this.state()).takes.length;
    await this.generateButton.click();
    await expect
      .poll(() => this.page.evaluate(() => window.__studio?.studio.store.getState().job.phase), { timeout: 0 })
      .toBe('idle');
    const { failure, takes } = await this.state();
    expect(failure?.error.message).toBeUndefined();
    const take = takes.at(-1);
    if (!take || takes.length === before) throw new Error('There is no new take.');
    return take;
  }

  /** Presses the download button; the path of the saved file, in the test's own folder. */
  async download(): Promise<string> {
    return this.saved(this.page.getByRole('button', { name: 'Download MP4' }));
  }

  /** Exports in the dialog and gives the path of the saved file, in the test's own folder. */
  async exportAs(format: string): Promise<string> {
    await this.page.getByRole('button', { name: 'Other formats' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Export' });
    await dialog.getByRole('radio', { name: format }).check();
    const start = dialog.getByRole('button', { name: /^Export/ });
    await expect(start).toBeEnabled();
    const path = await this.saved(start);
    await this.page.keyboard.press('Escape');
    return path;
  }

  /** Presses what starts a download. */
  private async saved(button: Locator): Promise<string> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), button.click()]);
    const path = test.info().outputPath(download.suggestedFilename());
    await download.saveAs(path);
    return path;
  }

  private async sourceId(): Promise<string | undefined> {
    const { input } = await this.state();
    return input.phase === 'ready' ? input.source.blob : undefined;
  }
}
