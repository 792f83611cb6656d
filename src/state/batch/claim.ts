/** The queue belongs to one tab at a time: taking it over, with what an earlier visit left in it. */
import type { Queue } from '../../library/queue.ts';
import type { BatchContext } from './context.ts';
import { bringBack } from './restore.ts';

interface Taken {
  /** Gives the queue up; undefined where another tab has it. */
  readonly release: (() => void) | undefined;
  /** It was being worked on when the earlier visit ended. */
  readonly going: boolean;
}

export interface Claim {
  /** Takes the queue over from the library, with what an earlier visit left in it; once. */
  takeOver(): Promise<Taken>;
  /** Leaves the queue to other tabs. */
  release(): void;
}

/** @param queue undefined where nothing can be kept: then there is nothing to share */
export function createClaim(context: BatchContext, queue: Queue | undefined): Claim {
  const { get, set, withQueue } = context;
  let taken: Promise<Taken> | undefined;

  async function attempt(): Promise<Taken> {
    if (!queue) return { release: () => undefined, going: false };
    const release = await withQueue((opened) => opened.claim());
    if (get().phase === 'idle' && !release) set({ phase: 'elsewhere' });
    if (get().phase === 'elsewhere' && release) set({ phase: 'idle' });
    return { release, going: release ? ((await withQueue((opened) => bringBack(context, opened))) ?? false) : false };
  }

  return {
    async takeOver() {
      taken ??= attempt();
      const result = await taken;
      // The other tab may be gone when it is tried again.
      if (!result.release) taken = undefined;
      return result;
    },
    release: () => void taken?.then(({ release }) => release?.()),
  };
}
