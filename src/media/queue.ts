/** Runs tasks one after the other. A task that fails does not disturb the next; one aborted while waiting never starts. */

import { cancelled, throwIfAborted } from '../errors.ts';

export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();

  /** Resolves as `task` does. An abort while the task waits rejects at once; stopping a running task is its own affair. */
  add<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(() => {
      throwIfAborted(signal);
      return task();
    });
    // The caller of `add` gets the rejection; the chain only needs to know that the task is over.
    this.#tail = turn.catch(() => undefined);
    return Promise.race([turn, this.#abortOf(signal, turn)]);
  }

  #abortOf(signal: AbortSignal, turn: Promise<unknown>): Promise<never> {
    return new Promise((_, reject) => {
      const abort = () => reject(cancelled());
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      const settled = () => signal.removeEventListener('abort', abort);
      turn.then(settled, settled);
    });
  }
}
