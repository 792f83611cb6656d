/** What one task may do with the core: run commands, hand bytes over, take results. Leaves nothing behind. */

import { crashError } from './failures.ts';
import type { WatchedCore } from './watched-core.ts';

/** Where the user's file is mounted; without an extension, so that a wrong one cannot mislead the demuxer. */
export const INPUT_DIR = '/in';
export const INPUT_NAME = 'input';
export const INPUT = `${INPUT_DIR}/${INPUT_NAME}`;
/** Where a task's own files lie, in memory. */
export const SCRATCH = '/tmp/av';
const LOG_LINES = 200;

export interface ExecResult {
  readonly ok: boolean;
  /** The last stderr lines, oldest first. */
  readonly log: readonly string[];
}

/** What a queued task may do with the core. Files it leaves are deleted after it. */
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

export class CoreSession implements Session {
  readonly #core: WatchedCore;
  readonly #files = new Set<string>();
  log: readonly string[] = [];
  /** Commands run so far. */
  calls = 0;

  constructor(core: WatchedCore) {
    this.#core = core;
  }

  async exec(args: readonly string[], onTime?: (seconds: number) => void): Promise<ExecResult> {
    const unlisten = this.#core.listen((event) => {
      if (event.kind === 'progress' && Number.isFinite(event.time) && event.time >= 0) onTime?.(event.time / 1e6);
    });
    try {
      const code = await this.#logged(() => this.#core.exec(['-hide_banner', ...args]));
      // The core swallows abort(); an exit code that was never set is its only trace.
      if (code === -1) throw crashError(undefined, this.log);
      return { ok: code === 0, log: this.log };
    } finally {
      unlisten();
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
    return data;
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
    this.calls++;
    const lines: string[] = [];
    this.log = lines;
    const unlisten = this.#core.listen((event) => {
      if (event.kind !== 'log' || event.type !== 'stderr') return;
      if (event.message.trim() === '' || event.message.startsWith('Aborted(')) return;
      lines.push(event.message);
      if (lines.length > LOG_LINES) lines.shift();
    });
    try {
      return await call();
    } finally {
      unlisten();
    }
  }
}
