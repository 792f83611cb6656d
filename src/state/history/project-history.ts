/**
 * Keeps what was made on this device: the open file becomes a project with its first take, and every take is stored as it
 * is finished and whenever it is changed. What cannot be stored stays usable, and the person is told.
 */
import { AppError, throwIfAborted } from '../../errors.ts';
import type { Library } from '../../library/library.ts';
import type { StoredTake, TakeBlobs, TakeContent } from '../../library/project-types.ts';
import type { StoredTiming } from '../../library/schema.ts';
import { SerialQueue } from '../../serial-queue.ts';
import type { Core } from '../core/core.ts';
import { restoredWith } from '../recipe/restored.ts';
import { NO_TIMING } from '../timing/initial.ts';
import type { TimingState } from '../timing/types.ts';
import { openSource } from '../core/queries.ts';
import type { Source, StudioState } from '../types.ts';
import type { Take, TakeId } from '../take.ts';

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

const THUMBNAIL_HEIGHT = 144;
/** Milliseconds within which changes of the timing are stored as one. */
const CHANGES_WITHIN = 200;

interface Hooks {
  /** Takes over a file that was found and probed, with the takes made of it. */
  readonly adopt: (source: Source, project: string, takes: readonly Take[], rest: Partial<StudioState>) => void;
}

export function createProjectHistory(core: Core, { adopt }: Hooks): ProjectHistory {
  const { deps, store, blobs, get, set, fail, life } = core;
  /** What of the open project is stored, as it was stored. */
  let stored = new Map<TakeId, Take>();
  /** Takes that lie in the library with their files. Where there was no room, the next change tries the whole again. */
  const whole = new Set<TakeId>();
  let created: string | undefined;
  /** Timings that wait to be stored, by their project. */
  const timings = new Map<string, StoredTiming | undefined>();
  /** Writes happen one after the other, in the order of what they store. */
  const writes = new SerialQueue();

  const library = core.library.then(
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
      const files = blobsOf(take);
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

  function blobsOf({ media }: Take): TakeBlobs {
    const latents = media.latents === undefined ? {} : { latents: blobs.get(media.latents) };
    return media.task === 'v2a'
      ? { task: 'v2a', sampleRate: media.sampleRate, sound: blobs.get(media.sound), ...latents }
      : { task: 'a2v', clip: blobs.get(media.clip), ...latents };
  }

  function takeOf({ take, blobs: files }: StoredTake): Take {
    const latents = files.latents ? blobs.put(files.latents) : undefined;
    const { id, recipe, notices, ...rest } = take;
    return {
      ...rest,
      id: id as TakeId,
      recipe: recipe,
      notices: notices,
      media:
        files.task === 'v2a'
          ? { task: 'v2a', sound: blobs.put(files.sound), sampleRate: files.sampleRate, latents }
          : { task: 'a2v', clip: blobs.put(files.clip), latents },
    };
  }

  async function openKept(id: string): Promise<void> {
    const opened = await library;
    if (!opened) return;
    await writes.idle();
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
    const takes = loaded.takes.map(takeOf);
    stored = new Map(takes.map((take) => [take.id, take]));
    for (const take of takes) whole.add(take.id);
    created = id;
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

  store.subscribe((state, before) => {
    if (state.project !== before.project && state.project !== created) stored = new Map();
    follow(state, before);
  });

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
        // What is open stays open, and is stored anew with its next change.
        created = undefined;
        stored = new Map();
        whole.clear();
      }),
    kept: () => writes.idle(),
    async thumbnail(id) {
      return (await library)?.thumbnail(id);
    },
    async persist() {
      const opened = await library;
      const granted = (await opened?.requestPersistence()) ?? false;
      if (opened) await refresh(opened);
      return granted;
    },
    purgeProject: (id) => write((opened) => opened.purge(id)),
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

function contentOf({ media: _, ...content }: Take): TakeContent {
  return content;
}
