/** The library as the history uses it: listed in the store, and written to by one thing after the other. */
import { AppError } from '../../errors.ts';
import type { Library } from '../../library/library.ts';
import { SerialQueue } from '../../serial-queue.ts';
import type { Services } from '../services/services.ts';

export interface LibraryAccess {
  /** Undefined where the browser gives no storage, which is shown. */
  readonly library: Promise<Library | undefined>;
  /** Reads the list again. */
  readonly refresh: (opened: Library) => Promise<void>;
  /** Writes after everything that was asked for before; a failure is shown. */
  readonly write: (work: (library: Library) => Promise<void>) => Promise<void>;
  /** Resolves when everything that was asked for is written. */
  readonly idle: () => Promise<void>;
}

export function createLibraryAccess(services: Services): LibraryAccess {
  const { set, fail, life } = services;
  /** Writes happen one after the other, in the order of what they store. */
  const writes = new SerialQueue();

  const library = services.library.then(
    (opened) => {
      opened.onChange(() => void refresh(opened));
      void refresh(opened);
      return opened;
    },
    (thrown: unknown) => {
      set({ history: { phase: 'unavailable', error: AppError.from(thrown).toData() } });
      return undefined;
    },
  );

  async function refresh(opened: Library): Promise<void> {
    try {
      const [{ projects, unreadable }, usage] = await Promise.all([opened.list(), opened.usage()]);
      if (!life.aborted) set({ history: { phase: 'ready', projects, unreadable, usage, files: opened.files } });
    } catch (thrown) {
      set({ history: { phase: 'unavailable', error: AppError.from(thrown).toData() } });
    }
  }

  function write(work: (library: Library) => Promise<void>): Promise<void> {
    return writes.add(async () => {
      const opened = await library;
      if (!opened) return;
      try {
        await work(opened);
      } catch (thrown) {
        fail('keep', AppError.from(thrown));
      }
    });
  }

  return { library, refresh, write, idle: () => writes.idle() };
}
