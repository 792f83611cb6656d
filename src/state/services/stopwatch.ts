/** Runs work and says how long it took. */
export function createWatch(now: () => number) {
  return async <T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> => {
    const start = now();
    const value = await work();
    return { value, seconds: now() - start };
  };
}
