/** What every change of projects and takes goes through: records in one transaction, files beside it, other tabs told. */
import { change, type Changing, type Database } from './database.ts';
import { gone, storageFailure, unreadable } from './failures.ts';
import { filesNamedIn } from './files.ts';
import { dropFiles, type StorageDeps } from './own-files.ts';
import type { ProjectRecord } from './schema.ts';
import { checkRecord, readRecord } from './versions.ts';

export interface ProjectDeps extends StorageDeps {
  readonly database: Database;
  /** Something changed: lists are to be read again. */
  readonly announce: () => void;
}

export interface Changes {
  /** Rejects with errors for people, and tells the other tabs of success. */
  readonly changing: <T>(work: () => Promise<T>) => Promise<T>;
  /** Deletes the records that `take` deletes and gives, and their files. */
  readonly purge: (take: (transaction: Changing) => Promise<readonly unknown[]>) => Promise<void>;
}

export function createChanges({ database, files, announce }: ProjectDeps): Changes {
  async function changing<T>(work: () => Promise<T>): Promise<T> {
    try {
      const value = await work();
      announce();
      return value;
    } catch (error) {
      throw storageFailure(error);
    }
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

  return { changing, purge };
}

export async function readProject(transaction: Changing, id: string): Promise<ProjectRecord> {
  const raw = await transaction.objectStore('projects').get(id);
  if (raw === undefined) throw gone('project');
  const reading = readRecord('project', raw);
  if (!reading.ok) throw unreadable(reading.problem, reading.detail);
  return reading.value;
}

export function putProject(transaction: Changing, record: ProjectRecord): Promise<unknown> {
  return transaction.objectStore('projects').put(checkRecord('project', record));
}
