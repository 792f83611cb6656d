/** The media layer's front door; see types.ts for what each call promises. */

import { encodeClip } from './clip.ts';
import { findCut } from './cut.ts';
import { decodeAudio, decodeFrames } from './decode.ts';
import { exportM4a } from './export-sound.ts';
import { exportVideo } from './export-video.ts';
import { frameClip } from './frame-clip.ts';
import type { Inspection } from './inspect.ts';
import { inspectFile } from './probe.ts';
import { Runner } from './runner.ts';
import type { Session } from './session.ts';
import { filmstrip, still } from './stills.ts';
import { smallFrames, linkClip, linkSound, type LinkMedia } from './link-clip.ts';
import type { Media, MediaProgress } from './types.ts';
import { wavFile } from './wav.ts';

/** Starts nothing yet: the 32 MB core is loaded by the first call. */
export function createMedia(): Media & LinkMedia {
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
    cut: (signal, file, range) =>
      run(signal, file, undefined, (session, inspection) => findCut(session, inspection, range)),
    exportVideo: (signal, file, sound, options) =>
      run(signal, file, options.onProgress, (session, inspection) =>
        exportVideo(session, file, inspection, sound, options),
      ),
    async exportSound(signal, sound, options) {
      const { format, metadata, onProgress } = options;
      if (format === 'wav') return wavFile(signal, sound, metadata, (fraction) => onProgress?.('writing', fraction));
      const loading = () => onProgress?.('loading');
      return runner.run(signal, undefined, loading, (session) => exportM4a(session, sound, options));
    },
    encodeClip: (signal, frames, source, options) =>
      run(signal, source, options.onProgress, (session, inspection) =>
        encodeClip(session, frames, inspection, options),
      ),
    frameClip: (signal, clip, options) =>
      run(signal, clip, options.onProgress, (session, inspection) => frameClip(session, inspection, options)),
    filmstrip: (signal, file, options) =>
      run(signal, file, undefined, (session, inspection) => filmstrip(session, inspection, options)),
    still: (signal, file, time, height) =>
      run(signal, file, undefined, (session, inspection) => still(session, inspection, time, height)),
    async linkClip(signal, file, sound, options) {
      const { onProgress } = options;
      const heard = await run(signal, file, onProgress, (session, inspection) =>
        linkSound(session, inspection, sound, options),
      );
      return run(signal, file, onProgress, (session, inspection) => linkClip(session, inspection, heard, options));
    },
    smallFrames: (signal, file, options) =>
      run(signal, file, undefined, (session, inspection) => smallFrames(session, inspection, options)),
    dispose: () => runner.dispose(),
  };
}
