/**
 * Keeps what was made on this device: the open file becomes a project with its first take, and every take is stored as it
 * is finished and whenever it is changed. What cannot be stored stays usable, and the person is told.
 */
import { AppError, throwIfAborted } from '../../errors.ts';
import type { Services } from '../services/services.ts';
import { restoredWith } from '../recipe/restored.ts';
import { NO_TIMING } from '../timing/initial.ts';
import type { Source, StudioState } from '../types.ts';
import type { Take, TakeId } from '../take.ts';
import { createLibraryAccess } from './library-access.ts';
import { createSaving } from './saving.ts';
import { takeOf } from './stored-take.ts';

export interface ProjectHistory {
  /** Opens a kept project: its file, its takes and its settings. Rejects never; a failure is shown. */
  openProject(id: string): Promise<void>;
  /** Deletes a kept project; `restoreProject` brings it back until the page is left. */
  removeProject(id: string): Promise<void>;
  restoreProject(id: string): Promise<void>;
  /** Deletes all projects for good. */
  clearProjects(): Promise<void>;
  /** Resolves when everything that was finished is stored. */
  kept(): Promise<void>;
  /** The picture of a kept project, if it has one. */
  thumbnail(id: string): Promise<Blob | undefined>;
  /** Asks the browser not to clear the library by itself; whether it grants that. */
  persist(): Promise<boolean>;
  /** Deletes for good what could not be read. */
  purgeProject(id: string): Promise<void>;
  /** Deletes a discarded take for good: nothing can bring it back. */
  readonly purgeTake: (project: string, id: TakeId) => void;
}

interface Hooks {
  /** Takes over a file that was found and probed, with the takes made of it. */
  readonly adopt: (source: Source, project: string, takes: readonly Take[], rest: Partial<StudioState>) => void;
}

export function createProjectHistory(services: Services, { adopt }: Hooks): ProjectHistory {
  const { deps, blobs, get, fail, life } = services;
  const access = createLibraryAccess(services);
  const { library, write } = access;
  const saving = createSaving(services, access);

  async function openKept(id: string): Promise<void> {
    const opened = await access.library;
    if (!opened) return;
    await access.idle();
    const loaded = await opened.load(id);
    if (!('file' in loaded.source)) {
      const { name } = loaded.project.source;
      throw new AppError('file-needed', `The file of this project, ${name}, is no longer there.`, 'Choose it again.', {
        values: { name },
      });
    }
    const { file } = loaded.source;
    const info = await deps.media.probe(life, file);
    throwIfAborted(life);
    const takes = loaded.takes.map((take) => takeOf(take, blobs));
    saving.opened(id, takes);
    const { task, draft, trim, timing } = loaded.project;
    const source: Source = { blob: blobs.put(file), name: loaded.project.source.name, info };
    adopt(source, id, takes, {
      task,
      taskPinned: true,
      draft: { ...draft },
      trim,
      ...(timing ? { timing: { ...NO_TIMING, ...timing, directed: true } } : {}),
      restored: restoredWith(source.name, info, undefined),
    });
  }

  return {
    async openProject(id) {
      if (get().job.phase !== 'idle') return;
      try {
        await openKept(id);
      } catch (thrown) {
        fail('open', AppError.from(thrown));
      }
    },
    removeProject: (id) => write((opened) => opened.remove(id)),
    restoreProject: (id) => write((opened) => opened.restore(id)),
    clearProjects: () =>
      write(async (opened) => {
        await opened.clear();
        saving.forgetAll();
      }),
    kept: () => access.idle(),
    async thumbnail(id) {
      return (await library)?.thumbnail(id);
    },
    async persist() {
      const opened = await library;
      const granted = (await opened?.requestPersistence()) ?? false;
      if (opened) await access.refresh(opened);
      return granted;
    },
    purgeProject: (id) => write((opened) => opened.purge(id)),
    purgeTake: saving.purgeTake,
  };
}
