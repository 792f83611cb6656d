/** Which task a file can serve, and the message when it cannot serve the chosen one. Pure. */
import { AppError } from '../../errors.ts';
import type { MediaInfo } from '../../media/types.ts';
import type { Task } from '../../model/manifest.ts';
import type { StudioState } from '../types.ts';

/** The task a file is for when nobody said: anything with a picture gets its sound. */
export function taskFor(info: MediaInfo): Task {
  return info.video ? 'v2a' : 'a2v';
}

/** Why `info` cannot serve `task`; undefined when it can. */
export function misfit(task: Task, info: MediaInfo): AppError | undefined {
  if (task === 'v2a' && !info.video) {
    return new AppError(
      'no-video-track',
      'This file has no picture, and sound is made from the picture.',
      'Switch to “Sound to clip”, or choose a video.',
      { values: { variant: 'task' } },
    );
  }
  if (task === 'a2v' && !info.audio) {
    return new AppError(
      'no-audio-track',
      'This video has no sound, and the clip is made from the sound.',
      'Switch to “Video to sound”, or choose a file with sound.',
      { values: { variant: 'task' } },
    );
  }
  return undefined;
}

/** Whether there is a file and it can serve the task. */
export function canGenerate({ input, task }: Pick<StudioState, 'input' | 'task'>): boolean {
  return input.phase === 'ready' && misfit(task, input.source.info) === undefined;
}
