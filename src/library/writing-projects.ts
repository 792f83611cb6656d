/** Projects written to the database with their own files: the source and the thumbnail. */
import { change } from './database.ts';
import { putProject, readProject, type Changes, type ProjectDeps } from './changes.ts';
import { filesNamedIn } from './files.ts';
import { summary } from './listing.ts';
import { dropFiles, keepFile, storeBlobs } from './own-files.ts';
import type { Projects } from './project-types.ts';
import type { FileRef, ProjectRecord } from './schema.ts';
import { checkRecord, RECORD_VERSION } from './versions.ts';

type ProjectWriter = Pick<Projects, 'createProject' | 'saveProject' | 'remove' | 'restore'>;

export function createProjectWriter(deps: ProjectDeps, { changing }: Changes): ProjectWriter {
  const { database, files, now } = deps;

  async function changeProject(id: string, update: (record: ProjectRecord) => ProjectRecord): Promise<void> {
    await changing(() =>
      change(database, ['projects'], async (transaction) => {
        await putProject(transaction, update(await readProject(transaction, id)));
      }),
    );
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

    remove: (id) => changeProject(id, (record) => ({ ...record, removed: now() })),
    restore: (id) => changeProject(id, ({ removed: _, ...record }) => record),
  };
}
