/** Projects and their takes in the database. A take is one record and its files: it is there whole, or not at all. */
import { change, takesOf, type Changing, type Database } from './database.ts';
import { gone, storageFailure, unreadable } from './failures.ts';
import { filesNamedIn } from './files.ts';
import { dropFiles, findFile, keepFile, readBlob, storeBlobs, type StorageDeps } from './own-files.ts';
import { listing, refsOf, summary } from './listing.ts';
import type { Projects, StoredTake, TakeBlobs, Unreadable } from './project-types.ts';
import type { FileRef, ProjectRecord, TakeMedia, TakeRecord } from './schema.ts';
import { checkRecord, readRecord, RECORD_VERSION } from './versions.ts';

export interface ProjectDeps extends StorageDeps {
  readonly database: Database;
  /** Something changed: lists are to be read again. */
  readonly announce: () => void;
}

export function createProjects(deps: ProjectDeps): Projects {
  const { database, files, now, announce } = deps;

  /** Rejects with errors for people, and tells the other tabs of success. */
  async function changing<T>(work: () => Promise<T>): Promise<T> {
    try {
      const value = await work();
      announce();
      return value;
    } catch (error) {
      throw storageFailure(error);
    }
  }

  async function readProject(transaction: Changing, id: string): Promise<ProjectRecord> {
    const raw = await transaction.objectStore('projects').get(id);
    if (raw === undefined) throw gone('project');
    const reading = readRecord('project', raw);
    if (!reading.ok) throw unreadable(reading.problem, reading.detail);
    return reading.value;
  }

  const putProject = (transaction: Changing, record: ProjectRecord) =>
    transaction.objectStore('projects').put(checkRecord('project', record));

  async function changeTake(project: string, take: string, update: (record: TakeRecord) => TakeRecord): Promise<void> {
    await changing(() =>
      change(database, ['takes'], async (transaction) => {
        const reading = readRecord('take', await transaction.objectStore('takes').get([project, take]));
        if (!reading.ok) throw gone('take');
        await transaction.objectStore('takes').put(checkRecord('take', update(reading.value)));
      }),
    );
  }

  async function changeProject(id: string, update: (record: ProjectRecord) => ProjectRecord): Promise<void> {
    await changing(() =>
      change(database, ['projects'], async (transaction) => {
        await putProject(transaction, update(await readProject(transaction, id)));
      }),
    );
  }

  /** Deletes records first: a file without a record is swept at the next start, a record without its file is damage. */
  async function purge(take: (transaction: Changing) => Promise<readonly unknown[]>): Promise<void> {
    await changing(async () => {
      const records = await change(database, ['projects', 'takes'], take);
      await dropFiles(
        files,
        Array.from(filesNamedIn(records), (name) => ({ name })),
      );
    });
  }

  return {
    createProject: ({ id, source, handle, thumbnail, ...rest }) =>
      changing(async () => {
        const kept = await keepFile(deps, source, handle);
        const written: FileRef[] = kept.kept.by === 'copy' ? [kept.kept.file] : [];
        try {
          const [picture] = thumbnail ? await storeBlobs(deps, [thumbnail]) : [];
          if (picture) written.push(picture);
          const record: ProjectRecord = {
            version: RECORD_VERSION,
            id,
            created: now(),
            opened: now(),
            source: kept,
            ...rest,
            ...(picture && { thumbnail: picture }),
          };
          await change(database, ['projects'], (t) => t.objectStore('projects').add(checkRecord('project', record)));
          return summary(record, []);
        } catch (error) {
          await dropFiles(files, written);
          throw error;
        }
      }),

    saveProject: (id, { source, thumbnail, ...rest }) =>
      changing(async () => {
        const kept = source && (await keepFile(deps, source.file, source.handle));
        const written: FileRef[] = kept?.kept.by === 'copy' ? [kept.kept.file] : [];
        let replaced: Iterable<string>;
        try {
          const [picture] = thumbnail ? await storeBlobs(deps, [thumbnail]) : [];
          if (picture) written.push(picture);
          replaced = await change(database, ['projects'], async (transaction) => {
            const before = await readProject(transaction, id);
            const { trim, timing, ...after } = { ...before, ...rest, opened: now() };
            await putProject(transaction, {
              ...after,
              ...(trim && { trim }),
              ...(timing && { timing }),
              ...(kept && { source: kept }),
              ...(picture && { thumbnail: picture }),
            });
            return filesNamedIn([kept ? before.source : undefined, picture ? before.thumbnail : undefined]);
          });
        } catch (error) {
          await dropFiles(files, written);
          throw error;
        }
        await dropFiles(
          files,
          Array.from(replaced, (name) => ({ name })),
        );
      }),

    saveTake: (project, take, blobs) =>
      changing(async () => {
        const media = blobs && (await storeMedia(deps, blobs));
        let replaced: Set<string>;
        try {
          replaced = await change(database, ['projects', 'takes'], async (transaction) => {
            await putProject(transaction, { ...(await readProject(transaction, project)), opened: now() });
            const raw = await transaction.objectStore('takes').get([project, take.id]);
            const before = readRecord('take', raw);
            // A newer version of the app is at work on it in another tab.
            if (!before.ok && before.problem === 'newer') throw unreadable(before.problem, before.detail);
            const kept = media ?? (before.ok ? before.value.media : undefined);
            if (!kept) throw gone('take');
            const record = {
              ...take,
              version: RECORD_VERSION,
              project,
              created: before.ok ? before.value.created : now(),
              media: kept,
              // An edit that arrives late does not bring a discarded take back.
              ...(before.ok && before.value.removed !== undefined && { removed: before.value.removed }),
            };
            await transaction.objectStore('takes').put(checkRecord('take', record));
            return media ? filesNamedIn(raw) : new Set<string>();
          });
        } catch (error) {
          if (media) await dropFiles(files, refsOf(media));
          throw error;
        }
        await dropFiles(
          files,
          Array.from(replaced, (name) => ({ name })),
        );
      }),

    removeTake: (project, take) => changeTake(project, take, (record) => ({ ...record, removed: now() })),
    restoreTake: (project, take) => changeTake(project, take, ({ removed: _, ...record }) => record),
    purgeTake: (project, take) =>
      purge(async (transaction) => {
        const raw = await transaction.objectStore('takes').get([project, take]);
        await transaction.objectStore('takes').delete([project, take]);
        return [raw];
      }),

    remove: (id) => changeProject(id, (record) => ({ ...record, removed: now() })),
    restore: (id) => changeProject(id, ({ removed: _, ...record }) => record),
    purge: (id) =>
      purge(async (transaction) => {
        const projects = transaction.objectStore('projects');
        const takes = transaction.objectStore('takes');
        const records = [await projects.get(id), ...(await takes.getAll(takesOf(id)))];
        await projects.delete(id);
        await takes.delete(takesOf(id));
        return records;
      }),
    clear: () =>
      purge(async (transaction) => {
        const projects = transaction.objectStore('projects');
        const takes = transaction.objectStore('takes');
        const records = [...(await projects.getAll()), ...(await takes.getAll())];
        await projects.clear();
        await takes.clear();
        return records;
      }),

    async list() {
      try {
        const transaction = database.transaction(['projects', 'takes']);
        const [ids, projects, takes] = await Promise.all([
          transaction.objectStore('projects').getAllKeys(),
          transaction.objectStore('projects').getAll(),
          transaction.objectStore('takes').getAll(),
        ]);
        return listing(ids, projects, takes);
      } catch (error) {
        throw storageFailure(error);
      }
    },

    async load(id) {
      try {
        const transaction = database.transaction(['projects', 'takes']);
        const [raw, ids, takes] = await Promise.all([
          transaction.objectStore('projects').get(id),
          transaction.objectStore('takes').getAllKeys(takesOf(id)),
          transaction.objectStore('takes').getAll(takesOf(id)),
        ]);
        if (raw === undefined) throw gone('project');
        const reading = readRecord('project', raw);
        if (!reading.ok) throw unreadable(reading.problem, reading.detail);
        const found: StoredTake[] = [];
        const lost: Unreadable[] = [];
        for (const [index, value] of takes.entries()) {
          const take = await readTake(deps, ids[index]?.[1] ?? '', value);
          if (take === 'removed') continue;
          if ('problem' in take) lost.push(take);
          else found.push(take);
        }
        return {
          project: reading.value,
          source: await findFile(files, reading.value.source),
          takes: found.sort((a, b) => a.created - b.created),
          unreadable: lost,
        };
      } catch (error) {
        throw storageFailure(error);
      }
    },

    async thumbnail(id) {
      try {
        const reading = readRecord('project', await database.get('projects', id));
        return reading.ok && reading.value.thumbnail ? await readBlob(files, reading.value.thumbnail) : undefined;
      } catch (error) {
        throw storageFailure(error);
      }
    },
  };
}

async function storeMedia(deps: StorageDeps, blobs: TakeBlobs): Promise<TakeMedia> {
  const made = blobs.task === 'v2a' ? blobs.sound : blobs.clip;
  const [main, latents] = await storeBlobs(deps, blobs.latents ? [made, blobs.latents] : [made]);
  if (!main) throw new RangeError('A take has a file.');
  const rest = latents && { latents };
  return blobs.task === 'v2a'
    ? { task: 'v2a', sampleRate: blobs.sampleRate, sound: main, ...rest }
    : { task: 'a2v', clip: main, ...rest };
}

async function readTake(
  { files }: StorageDeps,
  id: string,
  raw: unknown,
): Promise<StoredTake | Unreadable | 'removed'> {
  const reading = readRecord('take', raw);
  if (!reading.ok) return { id, problem: reading.problem, detail: reading.detail };
  const { version: _, project: __, created, removed, media, ...take } = reading.value;
  if (removed !== undefined) return 'removed';
  const main = await readBlob(files, media.task === 'v2a' ? media.sound : media.clip);
  if (!main) return { id, problem: 'file-missing', detail: media.task === 'v2a' ? 'sound' : 'clip' };
  // Without its latents a take can still be heard, mixed and exported.
  const latents = media.latents && (await readBlob(files, media.latents));
  const rest = latents && { latents };
  return {
    created,
    take,
    blobs:
      media.task === 'v2a'
        ? { task: 'v2a', sampleRate: media.sampleRate, sound: main, ...rest }
        : { task: 'a2v', clip: main, ...rest },
  };
}
