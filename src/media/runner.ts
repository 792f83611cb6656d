/**
 * One ffmpeg.wasm core behind a serial queue. The core lives in the worker of @ffmpeg/ffmpeg; it is loaded on first use,
 * terminated on abort or crash, and released after a while without work, because WASM memory never shrinks.
 */

import { FFmpeg, FFFSType } from '@ffmpeg/ffmpeg';
import coreURL from '@ffmpeg/core?url';
import wasmURL from '@ffmpeg/core/wasm?url';
import { AppError, cancelled } from '../errors.ts';
import { crashError } from './failures.ts';
import { SerialQueue } from './queue.ts';

/** Where the user's file is mounted; without an extension, so that a wrong one cannot mislead the demuxer. */
export const INPUT = '/in/input';
const LOG_LINES = 200;
const SCRATCH = '/tmp/av';
const IDLE_MS = 30_000;
/** A 32 MB download on a slow line; beyond it the worker most likely failed to start, which it never reports. */
const LOAD_TIMEOUT_MS = 300_000;

export interface ExecResult {
  readonly ok: boolean;
  /** The last stderr lines, oldest first. */
  readonly log: readonly string[];
}

/** What a queued task may do with the core. Every path it writes under /tmp/av is deleted after it. */
export interface Session {
  /** Runs `ffmpeg args`; `onTime` hears the output position in seconds. */
  exec(args: readonly string[], onTime?: (seconds: number) => void): Promise<ExecResult>;
  /** Runs `ffprobe args` and returns what it wrote; its exit code means nothing in this core. */
  ffprobe(args: readonly string[]): Promise<{ output: string; log: readonly string[] }>;
  /** Hands `data` over to the core (its buffer is detached) and returns the path. */
  write(name: string, data: Uint8Array<ArrayBuffer>): Promise<string>;
  /** A path for an output file. */
  path(name: string): string;
  /** The bytes of an output file, which is deleted; empty when it was never made. */
  take(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

export class Runner {
  readonly #queue = new SerialQueue();
  #core: FFmpeg | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** Runs `task` with `file` mounted at INPUT, alone; on abort the core is terminated and the call rejects 'cancelled'. */
  run<T>(signal: AbortSignal, file: File, onLoading: () => void, task: (session: Session) => Promise<T>): Promise<T> {
    return this.#queue.add(signal, async () => {
      clearTimeout(this.#idle);
      const abort = () => this.#drop();
      signal.addEventListener('abort', abort, { once: true });
      try {
        const core = await this.#load(onLoading);
        return await this.#withFile(core, file, task);
      } catch (error) {
        if (signal.aborted) throw cancelled();
        throw error;
      } finally {
        signal.removeEventListener('abort', abort);
        this.#idle = setTimeout(() => this.#drop(), IDLE_MS);
      }
    });
  }

  dispose(): void {
    clearTimeout(this.#idle);
    this.#drop();
  }

  #drop(): void {
    this.#core?.terminate();
    this.#core = undefined;
  }

  async #load(onLoading: () => void): Promise<FFmpeg> {
    if (this.#core !== undefined) return this.#core;
    onLoading();
    const core = new FFmpeg();
    this.#core = core;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await Promise.race([
        core.load({ coreURL, wasmURL }),
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error('no answer from the worker')), LOAD_TIMEOUT_MS);
        }),
      ]);
      for (const dir of ['/in', SCRATCH]) await core.createDir(dir);
      return core;
    } catch (cause) {
      this.#drop();
      throw new AppError(
        'media-crashed',
        'The media decoder could not be loaded.',
        'Check the connection and reload the page.',
        { cause },
      );
    } finally {
      clearTimeout(timer);
    }
  }

  async #withFile<T>(core: FFmpeg, file: File, task: (session: Session) => Promise<T>): Promise<T> {
    const session = new CoreSession(core);
    try {
      await core.mount(FFFSType.WORKERFS, { blobs: [{ name: 'input', data: file }] }, '/in');
      return await task(session);
    } catch (error) {
      if (error instanceof AppError && !isCrash(error)) throw error;
      // After a crash the core's files and memory are in doubt; a fresh one costs less than half a second.
      if (this.#core === core) this.#drop();
      if (error instanceof AppError) throw error;
      throw isTermination(error) ? cancelled() : crashError(error, session.log);
    } finally {
      if (this.#core === core) await this.#tidy(core, session);
    }
  }

  async #tidy(core: FFmpeg, session: CoreSession): Promise<void> {
    try {
      await session.clean();
      await core.unmount('/in');
    } catch {
      // What could not be cleaned goes with the core; the task's own outcome stands.
      if (this.#core === core) this.#drop();
    }
  }
}

function isCrash(error: AppError): boolean {
  return error.code === 'media-crashed' || error.code === 'out-of-memory';
}

/** The wrapper's way of saying that `terminate()` was called while it worked. */
function isTermination(error: unknown): boolean {
  return error instanceof Error && error.message.includes('terminate()');
}

class CoreSession implements Session {
  readonly #core: FFmpeg;
  readonly #files = new Set<string>();
  log: readonly string[] = [];

  constructor(core: FFmpeg) {
    this.#core = core;
  }

  async exec(args: readonly string[], onTime?: (seconds: number) => void): Promise<ExecResult> {
    const onProgress = ({ time }: { time: number }) => {
      if (Number.isFinite(time) && time >= 0) onTime?.(time / 1e6);
    };
    this.#core.on('progress', onProgress);
    try {
      const code = await this.#logged(() => this.#core.exec(['-hide_banner', ...args]));
      // The core swallows abort(); an exit code that was never set is its only trace.
      if (code === -1) throw crashError(undefined, this.log);
      return { ok: code === 0, log: this.log };
    } finally {
      this.#core.off('progress', onProgress);
    }
  }

  async ffprobe(args: readonly string[]): Promise<{ output: string; log: readonly string[] }> {
    const path = this.path('probe.txt');
    await this.#logged(() => this.#core.ffprobe([...args, '-o', path]));
    const log = this.log;
    return { output: new TextDecoder().decode(await this.take(path)), log };
  }

  async write(name: string, data: Uint8Array<ArrayBuffer>): Promise<string> {
    const path = this.path(name);
    await this.#core.writeFile(path, data);
    return path;
  }

  path(name: string): string {
    const path = `${SCRATCH}/${name}`;
    this.#files.add(path);
    return path;
  }

  async take(path: string): Promise<Uint8Array<ArrayBuffer>> {
    if (!(await this.#exists(path))) return new Uint8Array();
    const data = await this.#core.readFile(path);
    await this.#core.deleteFile(path);
    this.#files.delete(path);
    if (typeof data === 'string') throw new TypeError('A binary file was read as text.');
    return data as Uint8Array<ArrayBuffer>;
  }

  async clean(): Promise<void> {
    for (const path of this.#files) if (await this.#exists(path)) await this.#core.deleteFile(path);
    this.#files.clear();
  }

  async #exists(path: string): Promise<boolean> {
    const entries = await this.#core.listDir(SCRATCH);
    return entries.some((entry) => !entry.isDir && `${SCRATCH}/${entry.name}` === path);
  }

  async #logged(call: () => Promise<number>): Promise<number> {
    const lines: string[] = [];
    this.log = lines;
    const onLog = ({ type, message }: { type: string; message: string }) => {
      if (type !== 'stderr' || message.trim() === '' || message.startsWith('Aborted(')) return;
      lines.push(message);
      if (lines.length > LOG_LINES) lines.shift();
    };
    this.#core.on('log', onLog);
    try {
      return await call();
    } finally {
      this.#core.off('log', onLog);
    }
  }
}
