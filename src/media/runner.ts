/**
 * One ffmpeg.wasm core behind a serial queue. The core lives in the worker of @ffmpeg/ffmpeg; it is loaded on first use,
 * terminated on abort, crash or stall, renewed when worn, and released after a while without work, because WASM memory never
 * shrinks.
 */

import { AppError, cancelled } from '../errors.ts';
import { SerialQueue, untilAborted } from '../serial-queue.ts';
import { crashError } from './failures.ts';
import { CoreSession, INPUT_DIR, INPUT_NAME, SCRATCH, type Session } from './session.ts';
import { WatchedCore } from './watched-core.ts';

const IDLE_MS = 30_000;
/**
 * Every command of this core ends by abort(), which leaves its stack where it was: after some 80 to 150 commands the next
 * one traps with "memory access out of bounds". A fresh core costs a quarter of a second.
 */
const CALLS_PER_CORE = 24;

interface Core {
  readonly ffmpeg: WatchedCore;
  /** Commands it has run. */
  calls: number;
}

export class Runner {
  readonly #queue = new SerialQueue();
  #core: Core | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** Runs `task` alone, with `file`, if there is one, mounted at INPUT; on abort the core is terminated and the call rejects 'cancelled'. */
  run<T>(
    signal: AbortSignal,
    file: File | undefined,
    onLoading: () => void,
    task: (session: Session) => Promise<T>,
  ): Promise<T> {
    const work = async () => {
      clearTimeout(this.#idle);
      const abort = () => this.#drop();
      signal.addEventListener('abort', abort, { once: true });
      try {
        return await this.#withFile(await this.#load(onLoading), file, task);
      } catch (error) {
        if (signal.aborted) throw cancelled();
        throw error;
      } finally {
        signal.removeEventListener('abort', abort);
        this.#idle = setTimeout(() => this.#drop(), IDLE_MS);
      }
    };
    // The person does not wait for a core to end.
    return untilAborted(signal, this.#queue.add(work, signal));
  }

  /** Ends the work under way with 'cancelled' and frees the core; a later call loads a new one. */
  dispose(): void {
    clearTimeout(this.#idle);
    this.#drop();
  }

  #drop(core = this.#core): void {
    core?.ffmpeg.terminate();
    if (this.#core === core) this.#core = undefined;
  }

  async #load(onLoading: () => void): Promise<Core> {
    if (this.#core !== undefined) return this.#core;
    onLoading();
    const core = { ffmpeg: new WatchedCore(), calls: 0 };
    this.#core = core;
    try {
      await core.ffmpeg.load();
      for (const dir of [INPUT_DIR, SCRATCH]) await core.ffmpeg.createDir(dir);
      return core;
    } catch (cause) {
      this.#drop(core);
      if (isTermination(cause)) throw cancelled();
      throw new AppError(
        'media-crashed',
        'The media decoder could not be loaded.',
        'Check the connection and reload the page.',
        { cause, values: { variant: 'not-loaded' } },
      );
    }
  }

  async #withFile<T>(core: Core, file: File | undefined, task: (session: Session) => Promise<T>): Promise<T> {
    const session = new CoreSession(core.ffmpeg);
    try {
      if (file !== undefined) await core.ffmpeg.mount(INPUT_DIR, INPUT_NAME, file);
      return await task(session);
    } catch (error) {
      if (isTermination(error)) throw cancelled();
      // The worker reports whatever was thrown inside the core as a string.
      const failure = typeof error === 'string' ? crashError(error, session.log) : error;
      // After a crash the core's files and memory are in doubt.
      if (failure instanceof AppError && isCrash(failure)) this.#drop(core);
      throw failure;
    } finally {
      core.calls += session.calls;
      if (this.#core === core) await this.#tidy(core, session, file !== undefined);
    }
  }

  async #tidy(core: Core, session: CoreSession, mounted: boolean): Promise<void> {
    if (core.calls >= CALLS_PER_CORE) return this.#drop(core);
    try {
      await session.clean();
      if (mounted) await core.ffmpeg.unmount(INPUT_DIR);
    } catch {
      // What could not be cleaned goes with the core; the task's own outcome stands.
      this.#drop(core);
    }
  }
}

function isCrash(error: AppError): boolean {
  return error.code === 'media-crashed' || error.code === 'out-of-memory';
}

/** The wrapper's way of saying that `terminate()` was called while it worked, or between two commands. */
function isTermination(error: unknown): boolean {
  return error instanceof Error && /terminate\(\)|is not loaded/.test(error.message);
}
