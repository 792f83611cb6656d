/** Stores what changes of the open project: it is created with its first take, and takes are written as they change. */
import type { Library } from '../../library/library.ts';
import type { StoredTiming } from '../../library/schema.ts';
import type { Services } from '../services/services.ts';
import { openSource } from '../services/queries.ts';
import type { Take, TakeId } from '../take.ts';
import type { TimingState } from '../timing/types.ts';
import type { StudioState } from '../types.ts';
import type { LibraryAccess } from './library-access.ts';
import { blobsOf, contentOf } from './stored-take.ts';

const THUMBNAIL_HEIGHT = 144;
/** Milliseconds within which changes of the timing are stored as one. */
const CHANGES_WITHIN = 200;

export interface Saving {
  /** A kept project was opened with these takes: they are stored already. */
  readonly opened: (project: string, takes: readonly Take[]) => void;
  /** Nothing is stored any more. What is open stays open, and is stored anew with its next change. */
  readonly forgetAll: () => void;
  /** Deletes a discarded take for good. */
  readonly purgeTake: (project: string, id: TakeId) => void;
}

/** Follows the store from now on. */
export function createSaving(services: Services, { write }: LibraryAccess): Saving {
  const { deps, store, blobs, get, life } = services;
  /** What of the open project is stored, as it was stored. */
  let stored = new Map<TakeId, Take>();
  /** Takes that lie in the library with their files. Where there was no room, the next change tries the whole again. */
  const whole = new Set<TakeId>();
  let created: string | undefined;
  /** Timings that wait to be stored, by their project. */
  const timings = new Map<string, StoredTiming | undefined>();

  /** Stores what differs between two states of one project. */
  function follow(state: StudioState, before: StudioState): void {
    if (state.project !== before.project) return;
    followTiming(state, before);
    if (state.takes === before.takes) return;
    const { project, takes } = state;
    const gone = before.takes.filter(({ id }) => !takes.some((take) => take.id === id));
    const changed = takes.filter((take) => stored.get(take.id) !== take);
    if (project === undefined) return;
    for (const take of changed) {
      stored.set(take.id, take);
      const back = !before.takes.some(({ id }) => id === take.id);
      // Read now: by the time of the write the take may be discarded and forgotten.
      const files = blobsOf(take, blobs);
      void write(async (opened) => {
        if (created !== project) await create(opened, project);
        const there = whole.has(take.id);
        if (back && there) await opened.restoreTake(project, take.id);
        await opened.saveTake(project, contentOf(take), there ? undefined : files);
        whole.add(take.id);
      });
    }
    for (const { id } of gone) {
      // Brought back it is the same, and must be written all the same.
      stored.delete(id);
      void write(async (opened) => {
        if (whole.has(id)) await opened.removeTake(project, id);
      });
    }
  }

  /** What a person set is work like a take; the first of it makes a project of the file, too. */
  function followTiming({ project, timing }: StudioState, before: StudioState): void {
    const same = (['shown', 'directed', 'sensitivity'] as const).every((key) => timing[key] === before.timing[key]);
    if (project === undefined || same || (!timing.directed && !before.timing.directed)) return;
    const waits = timings.has(project);
    timings.set(project, storedTiming(timing));
    if (waits) return;
    void write(async (opened) => {
      // A drag changes it with every picture that is drawn.
      await new Promise((resolve) => setTimeout(resolve, CHANGES_WITHIN));
      const set = timings.get(project);
      timings.delete(project);
      if (created === project) await opened.saveProject(project, { timing: set });
      else if (get().project === project) await create(opened, project);
    });
  }

  async function create(opened: Library, project: string): Promise<void> {
    const { task, draft, trim, timing } = get();
    const source = openSource(get());
    const set = storedTiming(timing);
    if (!source) return;
    const file = blobs.file(source.blob);
    const thumbnail = source.info.video ? await still(file, source.info.duration / 3) : undefined;
    const named = new File([file], source.name, { type: file.type, lastModified: file.lastModified });
    await opened.createProject({
      ...{ id: project, source: named, task, draft },
      ...(trim ? { trim } : {}),
      ...(set ? { timing: set } : {}),
      ...(thumbnail ? { thumbnail } : {}),
    });
    created = project;
  }

  /** A project without a picture is listed by its name. */
  async function still(file: File, time: number): Promise<Blob | undefined> {
    try {
      return await deps.media.still(life, file, time, THUMBNAIL_HEIGHT);
    } catch (error) {
      console.warn('There is no thumbnail.', error);
      return undefined;
    }
  }

  store.subscribe((state, before) => {
    if (state.project !== before.project && state.project !== created) stored = new Map();
    follow(state, before);
  });

  return {
    opened(project, takes) {
      stored = new Map(takes.map((take) => [take.id, take]));
      for (const take of takes) whole.add(take.id);
      created = project;
    },
    forgetAll() {
      created = undefined;
      stored = new Map();
      whole.clear();
    },
    purgeTake(project, id) {
      void write(async (opened) => {
        if (whole.delete(id)) await opened.purgeTake(project, id);
      });
    },
  };
}

function storedTiming({ shown, sensitivity, directed }: TimingState): StoredTiming | undefined {
  return directed && shown ? { shown, sensitivity } : undefined;
}
