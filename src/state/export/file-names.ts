/** Names of exported files. Pure. */
import type { Task } from '../../model/manifest.ts';

const LONGEST_STEM = 60;

/** `drums.mov` with seed 7 becomes `drums-foley-7.mp4`: the seed tells takes of one video apart. */
export function exportName(sourceName: string, task: Task, seed: number, extension = 'mp4'): string {
  const stem = sourceName
    .replace(/\.[^.]*$/, '')
    // What file systems refuse, and control characters.
    .replace(/[\p{Cc}<>:"/\\|?*]+/gu, ' ')
    .trim()
    .replace(/\s+/g, '-')
    .slice(0, LONGEST_STEM)
    .replace(/^[.-]+|[.-]+$/g, '');
  return `${stem || 'untitled'}-${task === 'v2a' ? 'foley' : 'clip'}-${seed}.${extension}`;
}
