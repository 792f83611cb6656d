/** Takes written to the database. A take is one record and its files: it is there whole, or not at all. */
import { change } from './database.ts';
import { putProject, readProject, type Changes, type ProjectDeps } from './changes.ts';
import { gone, unreadable } from './failures.ts';
import { filesNamedIn } from './files.ts';
import { refsOf } from './listing.ts';
import { dropFiles, storeBlobs, type StorageDeps } from './own-files.ts';
import type { Projects, TakeBlobs } from './project-types.ts';
import type { TakeMedia, TakeRecord } from './schema.ts';
import { checkRecord, readRecord, RECORD_VERSION } from './versions.ts';

type TakeWriter = Pick<Projects, 'saveTake' | 'removeTake' | 'restoreTake' | 'purgeTake'>;

export function createTakeWriter(deps: ProjectDeps, { changing, purge }: Changes): TakeWriter {
  const { database, files, now } = deps;

  async function changeTake(project: string, take: string, update: (record: TakeRecord) => TakeRecord): Promise<void> {
    await changing(() =>
      change(database, ['takes'], async (transaction) => {
        const reading = readRecord('take', await transaction.objectStore('takes').get([project, take]));
        if (!reading.ok) throw gone('take');
        await transaction.objectStore('takes').put(checkRecord('take', update(reading.value)));
      }),
    );
  }

  return {
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
