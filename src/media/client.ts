/** The media layer's front door; see types.ts for what each call promises. */

import { decodeAudio, decodeFrames } from './decode.ts';
import { encodeClip, muxSound } from './encode.ts';
import type { Inspection } from './inspect.ts';
import { inspectFile } from './probe.ts';
import { Runner } from './runner.ts';
import type { Session } from './session.ts';
import type { Media, MediaProgress } from './types.ts';

/** Starts nothing yet: the 32 MB core is loaded by the first call. */
export function createMedia(): Media {
  const runner = new Runner();
  const known = new WeakMap<File, Inspection>();

  function run<T>(
    signal: AbortSignal,
    file: File,
    onProgress: MediaProgress | undefined,
    task: (session: Session, inspection: Inspection) => Promise<T>,
  ): Promise<T> {
    return runner.run(
      signal,
      file,
      () => onProgress?.('loading'),
      async (session) => {
        let inspection = known.get(file);
        if (inspection === undefined) {
          onProgress?.('reading');
          inspection = await inspectFile(session, file);
          known.set(file, inspection);
        }
        return task(session, inspection);
      },
    );
  }

  return {
    probe: (signal, file, options = {}) =>
      run(signal, file, options.onProgress, (_, inspection) => Promise.resolve(inspection.info)),
    decodeFrames: (signal, file, options) =>
      run(signal, file, options.onProgress, (session, inspection) => decodeFrames(session, inspection, options)),
    decodeAudio: (signal, file, options) =>
      run(signal, file, options.onProgress, (session, inspection) => decodeAudio(session, inspection, options)),
    muxSound: (signal, file, sound, options = {}) =>
      run(signal, file, options.onProgress, (session, inspection) =>
        muxSound(session, file, inspection, sound, options),
      ),
    encodeClip: (signal, frames, source, options) =>
      run(signal, source, options.onProgress, (session, inspection) =>
        encodeClip(session, frames, inspection, options),
      ),
    dispose: () => runner.dispose(),
  };
}
