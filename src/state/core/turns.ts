/** One at a time, in the order of asking: the stage and a batch share one generator. */
import { cancelled } from '../../errors.ts';

/** Runs work when its turn comes; gives the turn up when the signal aborts before. */
export type Turns = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (signal, work) => {
    const before = last;
    const aborted = new Promise<never>((_, reject) => {
      if (signal.aborted) reject(cancelled());
      else signal.addEventListener('abort', () => reject(cancelled()), { once: true });
    });
    const turn = Promise.race([before, aborted]).then(work);
    // The next one waits for both: a turn that was given up must not let it overtake what still runs.
    last = Promise.allSettled([before, turn]);
    return turn;
  };
}
