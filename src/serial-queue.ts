/** Work that must not overlap: one task after the other, in the order of asking. */
import { cancelled, throwIfAborted } from './errors.ts';

export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();

  /**
   * Runs `task` after all earlier ones, whether those succeeded or not, and ends as it does. A task that still waits when
   * the signal aborts rejects with `cancelled` at once and never starts; stopping one that runs is its own affair.
   */
  add<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#tail;
    const turn = (signal ? untilAborted(signal, before) : before).then(() => {
      if (signal) throwIfAborted(signal);
      return task();
    });
    // The next one waits for both: a turn that was given up must not let it overtake what still runs. Nothing of them is
    // kept: each tail would hold on to the results of all turns before it.
    this.#tail = Promise.allSettled([before, turn]).then(() => undefined);
    return turn;
  }

  /** Resolves when all that was added so far has ended, well or not. */
  async idle(): Promise<void> {
    await this.#tail;
  }
}

/** `work` as it ends, or `cancelled` as soon as the signal aborts; the work itself goes on. */
export function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(cancelled());
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    const settled = () => signal.removeEventListener('abort', abort);
    work.then(settled, settled);
  });
  return Promise.race([work, aborted]);
}
