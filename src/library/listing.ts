/** The history at a glance, from records alone: no file is opened for it. Pure. */
import type { Listing, ProjectSummary, Unreadable } from './project-types.ts';
import type { FileRef, ProjectRecord, TakeMedia, TakeRecord } from './schema.ts';
import { readRecord } from './versions.ts';

export function listing(ids: readonly string[], projects: readonly unknown[], takes: readonly unknown[]): Listing {
  const byProject = new Map<string, TakeRecord[]>();
  for (const raw of takes) {
    const reading = readRecord('take', raw);
    if (!reading.ok || reading.value.removed !== undefined) continue;
    const { project } = reading.value;
    byProject.set(project, [...(byProject.get(project) ?? []), reading.value]);
  }
  const found: ProjectSummary[] = [];
  const unreadable: Unreadable[] = [];
  for (const [index, raw] of projects.entries()) {
    const id = ids[index] ?? '';
    const reading = readRecord('project', raw);
    if (!reading.ok) unreadable.push({ id, problem: reading.problem, detail: reading.detail });
    else if (reading.value.removed === undefined) found.push(summary(reading.value, byProject.get(id) ?? []));
  }
  return { projects: found.sort((a, b) => b.opened - a.opened), unreadable };
}

export function summary(project: ProjectRecord, takes: readonly TakeRecord[]): ProjectSummary {
  const { id, created, opened, source, task, thumbnail } = project;
  const refs = takes.flatMap(({ media }) => refsOf(media));
  if (thumbnail) refs.push(thumbnail);
  if (source.kept.by === 'copy') refs.push(source.kept.file);
  return {
    id,
    created,
    opened,
    name: source.name,
    task,
    takes: takes.length,
    starred: takes.filter(({ starred }) => starred).length,
    bytes: refs.reduce((sum, { bytes }) => sum + bytes, 0),
    hasThumbnail: thumbnail !== undefined,
    kept: source.kept.by,
  };
}

/** The files of a take. */
export function refsOf(media: TakeMedia): FileRef[] {
  const main = media.task === 'v2a' ? media.sound : media.clip;
  return media.latents ? [main, media.latents] : [main];
}
