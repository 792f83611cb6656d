/** Projects read from the database, with the files that are still there. */
import { takesOf } from './database.ts';
import type { ProjectDeps } from './changes.ts';
import { gone, storageFailure, unreadable } from './failures.ts';
import { listing } from './listing.ts';
import { findFile, readBlob, type StorageDeps } from './own-files.ts';
import type { Projects, StoredTake, Unreadable } from './project-types.ts';
import { readRecord } from './versions.ts';

export function createProjectReader(deps: ProjectDeps): Pick<Projects, 'list' | 'load' | 'thumbnail'> {
  const { database, files } = deps;

  return {
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
