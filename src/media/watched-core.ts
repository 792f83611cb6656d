/**
 * One ffmpeg.wasm core in its worker, none of whose calls can hang: a call without a sign of life ends the worker and
 * rejects with media-crashed (`variant` 'stalled').
 */

import { FFmpeg, FFFSType } from '@ffmpeg/ffmpeg';
import coreURL from '@ffmpeg/core?url';
import wasmURL from '@ffmpeg/core/wasm?url';
import beatsURL from './core-with-beats.js?url&no-inline';
import { mediaError } from './failures.ts';
import { startWatchdog } from './watchdog.ts';

/** The core's address goes behind that of the module that loads it. */
const LOADED_URL = `${absolute(beatsURL)}#${encodeURIComponent(absolute(coreURL))}`;
/** A 32 MB download on a slow line; beyond it the worker most likely failed to start, which it never reports. Seconds. */
const LOAD_PATIENCE = 300;

export class WatchedCore {
  readonly #ffmpeg = new FFmpeg();
  readonly #listeners = new Set<(event: CoreEvent) => void>();

  constructor() {
    this.#ffmpeg.on('log', ({ type, message }) => this.#emit({ kind: 'log', type, message }));
    this.#ffmpeg.on('progress', ({ time }) => this.#emit({ kind: 'progress', time }));
  }

  load(): Promise<boolean> {
    return this.#watched(() => this.#ffmpeg.load({ coreURL: LOADED_URL, wasmURL }), LOAD_PATIENCE);
  }

  exec(args: string[]): Promise<number> {
    return this.#watched(() => this.#ffmpeg.exec(args));
  }

  ffprobe(args: string[]): Promise<number> {
    return this.#watched(() => this.#ffmpeg.ffprobe(args));
  }

  /** `data` is handed over: its buffer is detached. */
  writeFile(path: string, data: Uint8Array<ArrayBuffer>): Promise<boolean> {
    return this.#watched(() => this.#ffmpeg.writeFile(path, data));
  }

  async readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const data = await this.#watched(() => this.#ffmpeg.readFile(path));
    if (typeof data === 'string') throw new TypeError('A binary file was read as text.');
    return data as Uint8Array<ArrayBuffer>;
  }

  deleteFile(path: string): Promise<boolean> {
    return this.#watched(() => this.#ffmpeg.deleteFile(path));
  }

  createDir(path: string): Promise<boolean> {
    return this.#watched(() => this.#ffmpeg.createDir(path));
  }

  listDir(path: string): Promise<{ name: string; isDir: boolean }[]> {
    return this.#watched(() => this.#ffmpeg.listDir(path));
  }

  /** Makes `file` readable as `dir`/`name` without copying it. */
  mount(dir: string, name: string, file: File): Promise<boolean> {
    return this.#watched(() => this.#ffmpeg.mount(FFFSType.WORKERFS, { blobs: [{ name, data: file }] }, dir));
  }

  unmount(dir: string): Promise<boolean> {
    return this.#watched(() => this.#ffmpeg.unmount(dir));
  }

  /** Hears what the core says until the returned function is called. */
  listen(listener: (event: CoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends the worker; calls under way reject with the wrapper's own error. */
  terminate(): void {
    this.#ffmpeg.terminate();
  }

  #emit(event: CoreEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  async #watched<T>(call: () => Promise<T>, patience?: number): Promise<T> {
    let stalled = false;
    const watchdog = startWatchdog(() => {
      stalled = true;
      this.terminate();
    }, patience);
    const unlisten = this.listen(() => watchdog.beat());
    try {
      return await call();
    } catch (error) {
      if (stalled) throw mediaError('media-crashed', STALLED, [], { variant: 'stalled' });
      throw error;
    } finally {
      unlisten();
      watchdog.stop();
    }
  }
}

export type CoreEvent =
  | { readonly kind: 'log'; readonly type: string; readonly message: string }
  /** `time` is the output position in microseconds, NaN for a mere sign of life. */
  | { readonly kind: 'progress'; readonly time: number };

const STALLED = 'The media decoder stopped responding; it has been restarted.';

/** A worker resolves addresses against its own. */
function absolute(url: string): string {
  return new URL(url, import.meta.url).href;
}
