/** Runs the app's page on one file after another. A page that hangs or crashes costs one file and is replaced. */
/* global document, window */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium, GPU_ARGS, SOFTWARE_GPU_ARGS } from './chromium.mjs';

/**
 * @typedef {object} BatchOptions
 * @property {'v2a' | 'a2v'} task
 * @property {'webgpu' | 'wasm' | undefined} backend
 * @property {string | undefined} pack
 * @property {string | undefined} variant
 * @property {boolean} eyes whether they look where nothing is prompted
 * @property {string} prompt
 * @property {string} negative
 * @property {import('../../src/state/recipe/draft.ts').LoudnessChoice} loudness
 * @property {string | undefined} hits a file of hits
 * @property {'picture' | 'sound' | undefined} hitsFrom
 * @property {boolean} writeHits
 * @property {number | undefined} seed
 * @property {Partial<import('../../src/state/take.ts').SamplerChoice>} sampler
 * @property {number} timeout seconds for each file
 */

/** Seconds within which the page must appear. */
const PAGE_TIMEOUT = 60;

export class Batch {
  /** @type {import('@playwright/test').Page | undefined} */
  #page;
  #browser;
  #url;
  #options;

  /**
   * @param {import('@playwright/test').Browser} browser
   * @param {string} url
   * @param {BatchOptions} options
   */
  constructor(browser, url, options) {
    this.#browser = browser;
    this.#url = url;
    this.#options = options;
  }

  /**
   * @param {string} siteUrl
   * @param {BatchOptions} options
   */
  static async open(siteUrl, options) {
    let browser = await launch(GPU_ARGS);
    let { backend } = options;
    const realGpu = backend === 'wasm' ? false : await hasRealGpu(browser, siteUrl);
    backend ??= realGpu ? 'webgpu' : 'wasm';
    if (backend === 'webgpu' && !realGpu) {
      console.error('No GPU found: WebGPU runs on the processor, which is slow.');
      await browser.close();
      browser = await launch(SOFTWARE_GPU_ARGS);
    }
    const url = new URL(siteUrl);
    url.searchParams.set('backend', backend);
    if (options.pack) url.searchParams.set('pack', options.pack);
    if (options.variant) url.searchParams.set('variant', options.variant);
    if (!options.eyes) url.searchParams.set('eyes', 'off');
    return new Batch(browser, url.href, options);
  }

  /**
   * Never rejects: an error is part of the line.
   * @param {string} file
   * @param {string} output
   */
  async generate(file, output) {
    const { task, timeout } = this.#options;
    const line = { file, task };
    if (!existsSync(file) || !statSync(file).isFile()) {
      return { ...line, ok: false, error: { code: 'not-found', message: `There is no file ${file}.` } };
    }
    try {
      const page = await this.#openPage();
      const outcome = await lost(page, timeout, this.#work(page, file));
      if (outcome.status !== 'done') {
        const error =
          outcome.status === 'failed' ? outcome.error : { code: 'cancelled', message: 'Cancelled.', remedy: '' };
        return { ...line, ok: false, error: pick(error, ['code', 'message', 'remedy']) };
      }
      const [take] = outcome.takes;
      if (!take) throw new Error('The app made no take.');
      const written = await lost(page, timeout, write(page, take.id));
      if (written.status !== 'done') {
        const error =
          written.status === 'failed' ? written.error : { code: 'cancelled', message: 'Cancelled.', remedy: '' };
        return { ...line, ok: false, error: pick(error, ['code', 'message', 'remedy']) };
      }
      await lost(page, PAGE_TIMEOUT, save(page, written.file, output));
      const hits = this.#options.writeHits ? output.replace(/\.mp4$/, '.hits.txt') : undefined;
      if (hits !== undefined) writeFileSync(hits, await lost(page, timeout, hitsOf(page, take.id)));
      const seconds = { ...take.seconds, mux: take.seconds.mux + written.file.seconds };
      return {
        ...line,
        ok: true,
        output,
        ...(hits === undefined ? {} : { hits }),
        seconds: { ...seconds, total: take.seconds.total + written.file.seconds },
        ...pick(take.recipe, ['backend', 'seed', 'duration', 'sampler', 'pack', 'variant']),
        understood: take.understood,
        notices: [...take.notices, ...written.file.notices].map(({ message }) => message),
      };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await this.#page
        ?.context()
        .close()
        .catch(() => undefined);
      this.#page = undefined;
      return { ...line, ok: false, error: { code: 'page-lost', message } };
    }
  }

  async close() {
    await this.#browser.close();
  }

  /** One page for all files, so that the model is loaded once. */
  async #openPage() {
    if (this.#page && !this.#page.isClosed()) return this.#page;
    const context = await this.#browser.newContext({ acceptDownloads: true, serviceWorkers: 'block' });
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(`The page reports: ${error.message}`));
    await page.goto(this.#url, { timeout: PAGE_TIMEOUT * 1000 });
    await page.waitForFunction(() => window.__studio?.version === 1, undefined, { timeout: PAGE_TIMEOUT * 1000 });
    this.#page = page;
    return page;
  }

  /**
   * Does what a person would do: picks the task, fills the fields, chooses the file, presses Generate.
   * @param {import('@playwright/test').Page} page
   * @param {string} file
   * @returns {Promise<import('../../src/state/types.ts').Outcome>}
   */
  async #work(page, file) {
    const { task, prompt, negative, loudness, seed, sampler } = this.#options;
    const before = await page.evaluate(
      ([task, draft, sampler]) => {
        const studio = /** @type {import('../../src/state/bridge.ts').StudioBridge} */ (window.__studio).studio;
        studio.setTask(task);
        studio.setDraft(draft);
        studio.resetSampler();
        studio.setSampler(sampler);
        studio.dismissFailure();
        const { input } = studio.store.getState();
        return input.phase === 'ready' ? input.source.blob : undefined;
      },
      /** @type {const} */ ([
        task,
        { prompt, negative, loudness, takes: 1, ...(seed === undefined ? {} : { seed }) },
        sampler,
      ]),
    );
    await page.setInputFiles('#file', resolve(file));
    const opened = await page.waitForFunction(
      (before) => {
        const state = window.__studio?.studio.store.getState();
        if (state?.failure) return { error: state.failure.error };
        return state?.input.phase === 'ready' && state.input.source.blob !== before ? {} : undefined;
      },
      before,
      { timeout: 0, polling: 50 },
    );
    const { error } = /** @type {{ error?: import('../../src/errors.ts').ErrorData }} */ (await opened.jsonValue());
    if (error) return { status: 'failed', error };
    const problem = await this.#direct(page);
    if (problem) return { status: 'failed', error: problem };
    return page.evaluate(async () => {
      if (!window.__studio) throw new Error('The page has no studio.');
      const { studio } = window.__studio;
      // Nobody waits for the first take here: what is seen is used from the start.
      if (studio.store.getState().draft.prompt === '') {
        await studio.surveyed();
        await studio.looked();
      }
      return studio.generate();
    });
  }

  /**
   * Puts the hits that are asked for onto the lane of the open file; resolves with what is wrong with them.
   * @param {import('@playwright/test').Page} page
   * @returns {Promise<import('../../src/errors.ts').ErrorData | undefined>}
   */
  async #direct(page) {
    const { hits, hitsFrom } = this.#options;
    if (hits === undefined && hitsFrom === undefined) return undefined;
    const file = hits === undefined ? undefined : { name: basename(hits), base64: readFileSync(hits, 'base64') };
    return page.evaluate(async ([file, from]) => {
      const { studio } = /** @type {import('../../src/state/bridge.ts').StudioBridge} */ (window.__studio);
      try {
        if (file) {
          const bytes = Uint8Array.from(atob(file.base64), (sign) => sign.charCodeAt(0));
          await studio.importHits(new File([bytes], file.name));
        } else if (from === 'sound') {
          await studio.surveyed();
          studio.setTiming(await studio.hearHits('original'), { label: 'import' });
        } else {
          await studio.surveyed();
          await studio.timingRead();
          const { reading, shown } = studio.store.getState().timing;
          if (reading.phase === 'failed') return reading.error;
          if (shown) studio.setTiming(shown, { label: 'reading' });
        }
        return undefined;
      } catch (error) {
        if (error instanceof Error && 'toData' in error) {
          return /** @type {import('../../src/errors.ts').AppError} */ (error).toData();
        }
        throw error;
      }
    }, /** @type {const} */ ([file, hitsFrom]));
  }
}

/** @param {readonly string[]} args */
function launch(args) {
  const executablePath = findChromium();
  return chromium.launch({ args: [...args], ...(executablePath ? { executablePath } : {}) });
}

/**
 * Whether WebGPU has an adapter that is not emulated by the processor.
 * @param {import('@playwright/test').Browser} browser
 * @param {string} url WebGPU exists only on pages in a secure context
 */
async function hasRealGpu(browser, url) {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    return await page.evaluate(async () => {
      const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
      if (!adapter || adapter.info.isFallbackAdapter) return false;
      return !/swiftshader|llvmpipe|lavapipe/i.test(`${adapter.info.architecture} ${adapter.info.description}`);
    });
  } finally {
    await page.close();
  }
}

/**
 * `work`, unless the page crashes or the time runs out first.
 * @template T
 * @param {import('@playwright/test').Page} page
 * @param {number} seconds
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
function lost(page, seconds, work) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(new Error(`No result after ${seconds} s.`)), seconds * 1000);
    const onCrash = () => end(new Error('The page crashed.'));
    const onClose = () => end(new Error('The page was closed.'));
    page.on('crash', onCrash).on('close', onClose);
    const settle = () => {
      clearTimeout(timer);
      page.off('crash', onCrash).off('close', onClose);
    };
    const end = (/** @type {unknown} */ error) => {
      settle();
      reject(error);
    };
    work.then((value) => {
      settle();
      resolve(value);
    }, end);
  });
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {import('../../src/state/take.ts').TakeId} take
 * @returns {Promise<import('../../src/state/types.ts').ExportOutcome>}
 */
function write(page, take) {
  return page.evaluate((take) => {
    if (!window.__studio) throw new Error('The page has no studio.');
    return window.__studio.studio.exportTake(take);
  }, take);
}

/**
 * The hits that a take was made from, as labels.
 * @param {import('@playwright/test').Page} page
 * @param {import('../../src/state/take.ts').TakeId} take
 */
function hitsOf(page, take) {
  return page.evaluate(async (take) => {
    const { studio } = /** @type {import('../../src/state/bridge.ts').StudioBridge} */ (window.__studio);
    // What nobody set was read off the picture, perhaps only after the sound was made.
    await studio.surveyed();
    await studio.timingRead();
    return String(studio.hitsFileOf(take, 'audacity').content);
  }, take);
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {import('../../src/state/types.ts').ExportedFile} file
 * @param {string} output
 */
async function save(page, file, output) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.evaluate(({ blob, name }) => {
      const link = document.createElement('a');
      link.href = window.__studio?.studio.blobs.url(blob) ?? '';
      link.download = name;
      link.click();
    }, file),
  ]);
  await download.saveAs(output);
}

/**
 * @template {object} T
 * @template {keyof T} K
 * @param {T} value
 * @param {readonly K[]} keys
 */
function pick(value, keys) {
  return /** @type {Pick<T, K>} */ (
    Object.fromEntries(keys.filter((key) => key in value).map((key) => [key, value[key]]))
  );
}
