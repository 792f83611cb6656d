/** Agreement between the tabs of this page, by Web Locks where the browser has them. */

type Release = () => void;

export interface Locks {
  /** Runs `work` if no other tab shares or holds the name; false where one does. */
  alone(name: string, work: () => Promise<void>): Promise<boolean>;
  /** Shares the name with other tabs until it is released or the tab ends; waits while one works alone. */
  share(name: string): Promise<Release>;
  /** Holds the name alone until it is released or the tab ends; undefined where another tab has it. */
  claim(name: string): Promise<Release | undefined>;
}

/** @returns undefined where the browser has no locks: then no tab knows of another */
export function webLocks(manager: LockManager | undefined = globalThis.navigator?.locks): Locks | undefined {
  if (!manager) return undefined;

  /** Resolves once the lock is granted (true) or refused (false); a granted one is held until `held` resolves. */
  function request(name: string, options: LockOptions, held: Promise<void>): Promise<boolean> {
    return new Promise((resolve, reject) => {
      manager
        .request(name, options, async (lock) => {
          resolve(lock !== null);
          if (lock !== null) await held;
        })
        .catch(reject);
    });
  }

  return {
    async alone(name, work) {
      const { held, release } = holding();
      if (!(await request(name, { ifAvailable: true }, held))) return false;
      try {
        await work();
      } finally {
        release();
      }
      return true;
    },
    async share(name) {
      const { held, release } = holding();
      await request(name, { mode: 'shared' }, held);
      return release;
    },
    async claim(name) {
      const { held, release } = holding();
      return (await request(name, { ifAvailable: true }, held)) ? release : undefined;
    },
  };
}

function holding(): { held: Promise<void>; release: Release } {
  let release: Release = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  return { held, release: () => release() };
}
