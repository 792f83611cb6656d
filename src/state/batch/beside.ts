/** Files of hits among those of a batch: `clip.hits.txt` directs `clip.mp4`. Pure. */
import { AppError } from '../../errors.ts';
import { HITS_ENDINGS } from '../../timing/formats/read-hits.ts';
import { asPicked } from './picked.ts';
import type { PickedFile } from './types.ts';

export interface Pair extends PickedFile {
  readonly hits?: File;
}

export interface Paired {
  readonly pairs: readonly Pair[];
  /** Hits without a file of their name. */
  readonly alone: readonly File[];
}

export function pairHits(picked: readonly (File | PickedFile)[]): Paired {
  const all = picked.map(asPicked);
  const hits = new Map(all.flatMap(({ file }) => (isHits(file.name) ? [[stemOf(file.name), file] as const] : [])));
  const used = new Set<File>();
  const pairs = all
    .filter(({ file }) => !isHits(file.name))
    .map((one) => {
      const beside = hits.get(stemOf(one.file.name));
      if (beside) used.add(beside);
      return { ...one, ...(beside ? { hits: beside } : {}) };
    });
  return { pairs, alone: all.map(({ file }) => file).filter((file) => isHits(file.name) && !used.has(file)) };
}

export function hitsAlone(files: readonly File[]): AppError {
  const [name = ''] = files.map(({ name }) => name);
  return new AppError(
    'hits-alone',
    files.length === 1
      ? `There is no video for the hits in ${name}.`
      : `There are no videos for ${files.length} files of hits, the first of them ${name}.`,
    'Add them together with their videos: clip.hits.txt belongs to clip.mp4.',
    { values: { name, count: files.length } },
  );
}

/** `clip` of `clip.hits.txt`, and of `clip.mp4`. */
function stemOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.[^.]*$/, '')
    .replace(/\.hits$/, '');
}

function isHits(name: string): boolean {
  const lower = name.toLowerCase();
  return HITS_ENDINGS.some((ending) => lower.endsWith(`.hits${ending}`));
}
