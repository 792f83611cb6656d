/** Names of exported files. Pure. */
import type { Task } from '../../model/manifest.ts';

const LONGEST_STEM = 60;

/** What an export of a task ends in, before its seed. */
const ENDINGS = { v2a: 'foley', a2v: 'clip' } as const satisfies Record<Task, string>;

/**
 * `drums.mov` with seed 7 becomes `drums-foley-7.mp4`: the seed tells takes of one video apart. An export that is opened
 * and exported again gets the new seed in place of the old one; ` (1)` is what browsers add to a name that is taken.
 */
export function exportName(sourceName: string, task: Task, seed: number, extension = 'mp4'): string {
  const ending = ENDINGS[task];
  const stem = sourceName
    .replace(/\.[^.]*$/, '')
    .replace(new RegExp(`(-${ending}-\\d+( ?\\(\\d+\\))?)+$`), '')
    // What file systems refuse, and control characters.
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, ' ')
    .trim()
    .replace(/\s+/g, '-')
    .slice(0, LONGEST_STEM)
    .replace(/^[.-]+|[.-]+$/g, '');
  return `${stem || 'untitled'}-${ending}-${seed}.${extension}`;
}
