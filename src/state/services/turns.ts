/** Who uses the engine: one at a time. What only helps gives way to a generation, and begins again after it. */
import { SerialQueue } from '../../serial-queue.ts';

export interface Turns {
  /** After the work before it; what may give way stops for it. */
  add<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** When nothing else is to be done; `work` is stopped by its signal and done again when something else comes up. */
  addLast<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function createTurns(): Turns {
  const queue = new SerialQueue();
  let giving: AbortController | undefined;

  return {
    add(work, signal) {
      giving?.abort();
      return queue.add(work, signal);
    },
    async addLast(work, signal) {
      for (;;) {
        const own = new AbortController();
        try {
          return await queue.add(() => {
            giving = own;
            return work(AbortSignal.any([own.signal, signal]));
          }, signal);
        } catch (error) {
          if (!own.signal.aborted || signal.aborted) throw error;
        } finally {
          if (giving === own) giving = undefined;
        }
      }
    },
  };
}
