/** Work that several wait for: done once, with its progress told to all, and stopped when nobody waits any more. */
import { cancelled, throwIfAborted } from '../../errors.ts';

export interface SharedWork<T, P> {
  /** Waits for the end of the work. Rejects with `cancelled` as soon as the signal aborts, while others go on waiting. */
  join(signal: AbortSignal, onProgress: (progress: P) => void): Promise<T>;
  /** Nobody waits any more, and it was told to stop. */
  readonly abandoned: boolean;
  /** Resolves when the work has ended, well or not. */
  readonly settled: Promise<void>;
}

/** Begins at once. */
export function shareWork<T, P>(
  work: (signal: AbortSignal, onProgress: (progress: P) => void) => Promise<T>,
): SharedWork<T, P> {
  const stop = new AbortController();
  const listeners = new Set<(progress: P) => void>();
  let last: { readonly progress: P } | undefined;
  const result = work(stop.signal, (progress) => {
    last = { progress };
    for (const listener of listeners) listener(progress);
  });
  // Whoever waits gets the failure; perhaps nobody does any more.
  const settled = result.then(
    () => undefined,
    () => undefined,
  );
  return {
    settled,
    get abandoned() {
      return stop.signal.aborted;
    },
    async join(signal, onProgress) {
      throwIfAborted(signal);
      // One entry for each that waits, even if two have the same listener.
      const listener = (progress: P) => onProgress(progress);
      listeners.add(listener);
      if (last) listener(last.progress);
      let leave: () => void = () => undefined;
      const left = new Promise<never>((_, reject) => {
        leave = () => {
          listeners.delete(listener);
          if (listeners.size === 0) stop.abort();
          reject(cancelled());
        };
      });
      signal.addEventListener('abort', leave, { once: true });
      try {
        // The last one to leave waits until the work has stopped.
        return await Promise.race([
          result,
          left.catch((error: unknown) => (listeners.size > 0 ? rethrow(error) : result)),
        ]);
      } finally {
        signal.removeEventListener('abort', leave);
        listeners.delete(listener);
      }
    },
  };
}

function rethrow(error: unknown): never {
  throw error;
}
