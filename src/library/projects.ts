/** Projects and their takes in the database: reading, writing and deleting them. */
import { takesOf } from './database.ts';
import { createChanges, type ProjectDeps } from './changes.ts';
import type { Projects } from './project-types.ts';
import { createProjectWriter } from './writing-projects.ts';
import { createTakeWriter } from './writing-takes.ts';
import { createProjectReader } from './reading-projects.ts';

export function createProjects(deps: ProjectDeps): Projects {
  const changes = createChanges(deps);

  return {
    ...createProjectWriter(deps, changes),
    ...createTakeWriter(deps, changes),
    ...createProjectReader(deps),
    purge: (id) =>
      changes.purge(async (transaction) => {
        const projects = transaction.objectStore('projects');
        const takes = transaction.objectStore('takes');
        const records = [await projects.get(id), ...(await takes.getAll(takesOf(id)))];
        await projects.delete(id);
        await takes.delete(takesOf(id));
        return records;
      }),
    clear: () =>
      changes.purge(async (transaction) => {
        const projects = transaction.objectStore('projects');
        const takes = transaction.objectStore('takes');
        const records = [...(await projects.getAll()), ...(await takes.getAll())];
        await projects.clear();
        await takes.clear();
        return records;
      }),
  };
}
