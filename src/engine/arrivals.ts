/** Files of a pack while they arrive: whoever needs one waits for that one alone. */
import type { AppError } from '../errors.ts';

export interface Arrivals {
  /** Resolves when the file is there. Rejects when the download has failed. */
  get(file: string): Promise<Uint8Array>;
  put(file: string, bytes: Uint8Array): void;
  fail(error: AppError): void;
}

interface Waiting {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: AppError) => void;
}

export function createArrivals(): Arrivals {
  const there = new Map<string, Uint8Array>();
  const waiting = new Map<string, Waiting[]>();
  let failure: AppError | undefined;
  return {
    get(file) {
      const bytes = there.get(file);
      if (bytes) return Promise.resolve(bytes);
      if (failure) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        waiting.set(file, [...(waiting.get(file) ?? []), { resolve, reject }]);
      });
    },
    put(file, bytes) {
      there.set(file, bytes);
      for (const { resolve } of waiting.get(file) ?? []) resolve(bytes);
      waiting.delete(file);
    },
    fail(error) {
      failure = error;
      for (const { reject } of [...waiting.values()].flat()) reject(error);
      waiting.clear();
    },
  };
}
