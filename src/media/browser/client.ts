/**
 * The browser's own decoders, in a worker that is started by the first call and ended by an abort, a stall or a while
 * without work.
 */

import { AppError, cancelled } from '../../errors.ts';
import { SerialQueue, untilAborted } from '../../serial-queue.ts';
import { startWatchdog } from '../watchdog.ts';
import { Declined } from './declined.ts';
import type { CallName, Calls, Reply, Request, SoundRequest } from './protocol.ts';

const IDLE_MS = 30_000;

interface Listeners {
  readonly onFraction: (fraction: number) => void;
  readonly onPartial?: (value: unknown) => void;
}

export class BrowserDecoder {
  readonly #queue = new SerialQueue();
  readonly #keys = new WeakMap<File, number>();
  #lastKey = 0;
  #worker: Worker | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  /** Ends the call under way. */
  #stop: ((reason: Error) => void) | undefined;

  /**
   * One call, alone. `onFraction` hears how much of it is done, 0..1, `onPartial` what there is already. Rejects with
   * Declined where ffmpeg has to do it, with AppError `cancelled` when the signal aborts, and with what the call itself refuses.
   */
  call<Name extends CallName>(
    signal: AbortSignal,
    name: Name,
    file: File,
    options: Calls[Name]['options'],
    onFraction: (fraction: number) => void = () => undefined,
    onPartial: (value: Calls[Name]['value']) => void = () => undefined,
  ): Promise<Calls[Name]['value']> {
    const request = { call: name, options, file, key: this.#keyOf(file) } as Request;
    const listeners = { onFraction, onPartial: onPartial as (value: unknown) => void };
    return this.#add(signal, request, listeners) as Promise<Calls[Name]['value']>;
  }

  /** A sound as M4A; rejects as `call` does. */
  m4a(signal: AbortSignal, options: SoundRequest['options'], onFraction: (fraction: number) => void): Promise<Blob> {
    return this.#add(signal, { call: 'm4a', options }, { onFraction }) as Promise<Blob>;
  }

  #add(signal: AbortSignal, request: Request, listeners: Listeners): Promise<unknown> {
    const work = async () => {
      clearTimeout(this.#idle);
      const abort = () => this.#end(cancelled());
      signal.addEventListener('abort', abort, { once: true });
      try {
        return await this.#ask(request, listeners);
      } finally {
        signal.removeEventListener('abort', abort);
        this.#idle = setTimeout(() => this.#end(cancelled()), IDLE_MS);
      }
    };
    return untilAborted(signal, this.#queue.add(work, signal));
  }

  /** Ends the work under way with 'cancelled'; a later call starts a new worker. */
  dispose(): void {
    clearTimeout(this.#idle);
    this.#end(cancelled());
  }

  #keyOf(file: File): number {
    const known = this.#keys.get(file) ?? ++this.#lastKey;
    this.#keys.set(file, known);
    return known;
  }

  #end(reason: Error): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#stop?.(reason);
  }

  async #ask(request: Request, { onFraction, onPartial }: Listeners): Promise<unknown> {
    const worker = (this.#worker ??= new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }));
    const watchdog = startWatchdog(() => this.#end(new Declined('no sign of life')));
    try {
      return await new Promise<unknown>((resolve, reject) => {
        this.#stop = reject;
        worker.onmessage = ({ data }: MessageEvent<Reply>) => {
          watchdog.beat();
          if (data.kind === 'progress') onFraction(data.fraction);
          else if (data.kind === 'partial') onPartial?.(data.value);
          else if (data.kind === 'done') resolve(data.value);
          else reject(data.kind === 'failed' ? AppError.fromData(data.error) : new Declined(data.reason));
        };
        worker.onerror = (event) => this.#end(new Declined(event.message));
        worker.postMessage(request);
      });
    } finally {
      watchdog.stop();
      this.#stop = undefined;
    }
  }
}
