/** The media layer's front door; see types.ts for what each call promises. */

import { copyOf } from '../dsp/frames.ts';
import { AppError, throwIfAborted } from '../errors.ts';
import { BrowserDecoder } from './browser/client.ts';
import { Declined } from './browser/declined.ts';
import type { CallName, Calls } from './browser/protocol.ts';
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
import type { Media, MediaInfo, MediaProgress, SeenFrames } from './types.ts';
import { wavFile } from './wav.ts';

/**
 * Starts nothing yet: the browser's decoders get a worker by the first call, and the 32 MB core of ffmpeg is loaded by the
 * first one that they cannot do. Without `browser` everything is ffmpeg's.
 */
export function createMedia({ browser = canDecode() }: { browser?: boolean } = {}): Media & LinkMedia {
  const runner = new Runner();
  const decoder = new BrowserDecoder();
  const known = new WeakMap<File, Inspection>();
  /** Frames of a whole file that were decoded for a look at it. */
  const kept = new WeakMap<File, SeenFrames>();
  /** What the browser told of a file: its length is the one that everything is made for. */
  const told = new WeakMap<File, MediaInfo>();
  /** Files that the browser does not decode, or not as ffmpeg would, and why. */
  const declined = new WeakMap<File, string>();

  type Task<T> = (session: Session, inspection: Inspection) => Promise<T>;

  /** Reads by the browser's decoders if they can, by ffmpeg if not. */
  async function readEither<Name extends CallName>(
    signal: AbortSignal,
    file: File,
    onProgress: MediaProgress | undefined,
    [name, options]: readonly [Name, Calls[Name]['options']],
    task: Task<Calls[Name]['value']>,
  ): Promise<Calls[Name]['value']> {
    if (browser && !declined.has(file)) {
      try {
        const value = await decoder.call(signal, name, file, options, (fraction) => onProgress?.('decoding', fraction));
        if (name === 'probe') told.set(file, value as MediaInfo);
        return value;
      } catch (error) {
        if (!(error instanceof Declined)) throw error;
        declined.set(file, error.message);
        told.delete(file);
        console.info(`ffmpeg reads ${file.name}: ${error.message}.`);
      }
    }
    return read(signal, file, onProgress, task);
  }

  /** What the browser makes of it; undefined where this one call is ffmpeg's. */
  async function unlessDeclined<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Declined)) throw error;
      console.info(`ffmpeg ${what}: ${error.message}.`);
      return undefined;
    }
  }

  /** What only reads may begin again: a core that trapped was replaced, and most files that it met were not to blame. */
  async function read<T>(
    signal: AbortSignal,
    file: File,
    onProgress: MediaProgress | undefined,
    task: Task<T>,
  ): Promise<T> {
    try {
      return await run(signal, file, onProgress, task);
    } catch (error) {
      if (!isTrap(error)) throw error;
      return run(signal, file, onProgress, task);
    }
  }

  function run<T>(signal: AbortSignal, file: File, onProgress: MediaProgress | undefined, task: Task<T>): Promise<T> {
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
        const { duration } = told.get(file) ?? inspection.info;
        return task(session, { ...inspection, info: { ...inspection.info, duration } });
      },
    );
  }

  return {
    probe: (signal, file, { onProgress } = {}) =>
      readEither(signal, file, onProgress, ['probe', undefined], (_, inspection) => Promise.resolve(inspection.info)),
    async decodeFrames(signal, file, { onProgress, ...options }) {
      const same = kept.get(file);
      if (same?.fps === options.fps && same.size === options.size && options.range === undefined) {
        throwIfAborted(signal);
        onProgress?.('decoding', 1);
        return { ...same, rgb: copyOf(same.rgb) };
      }
      return readEither(signal, file, onProgress, ['frames', options], (session, inspection) =>
        decodeFrames(session, inspection, { ...options, onProgress }),
      );
    },
    decodeAudio: (signal, file, { onProgress, ...options }) =>
      readEither(signal, file, onProgress, ['audio', options], (session, inspection) =>
        decodeAudio(session, inspection, { ...options, onProgress }),
      ),
    cut: (signal, file, range) =>
      readEither(signal, file, undefined, ['cut', { range }], (session, inspection) =>
        findCut(session, inspection, range),
      ),
    async exportVideo(signal, file, sound, options) {
      const { onProgress, onNotice, ...rest } = options;
      if (browser && !declined.has(file)) {
        const copied = await unlessDeclined(`exports ${file.name}`, () =>
          decoder.call(signal, 'copy', file, { ...rest, sound }, (fraction) => onProgress?.('encoding', fraction)),
        );
        copied?.notices.forEach((notice) => onNotice?.(notice));
        if (copied !== undefined) return copied.file;
      }
      return run(signal, file, onProgress, (session, inspection) =>
        exportVideo(session, file, inspection, sound, options),
      );
    },
    async exportSound(signal, sound, options) {
      const { format, metadata, onProgress } = options;
      if (format === 'wav') return wavFile(signal, sound, metadata, (fraction) => onProgress?.('writing', fraction));
      if (browser && sound.channels[0].length > 0) {
        const written = await unlessDeclined('exports the sound', () =>
          decoder.m4a(signal, { sound, metadata }, (fraction) => onProgress?.('encoding', fraction)),
        );
        if (written !== undefined) return written;
      }
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
      readEither(signal, file, undefined, ['filmstrip', options], (session, inspection) =>
        filmstrip(session, inspection, options),
      ),
    async glance(signal, file, strip, onStrip) {
      if (!browser || declined.has(file)) return undefined;
      return unlessDeclined(`looks at ${file.name}`, () =>
        decoder.call(signal, 'glance', file, strip, undefined, onStrip),
      );
    },
    async look(signal, file, options) {
      const looked = await readEither(signal, file, undefined, ['look', options], async (session, inspection) => ({
        filmstrip: await filmstrip(session, inspection, options.strip),
        frames: await decodeFrames(session, inspection, options.frames),
      }));
      kept.set(file, { ...looked.frames, rgb: copyOf(looked.frames.rgb) });
      return looked;
    },
    still: (signal, file, time, height) =>
      readEither(signal, file, undefined, ['still', { time, height }], (session, inspection) =>
        still(session, inspection, time, height),
      ),
    async linkClip(signal, file, sound, options) {
      const { onProgress } = options;
      const heard = await run(signal, file, onProgress, (session, inspection) =>
        linkSound(session, inspection, sound, options),
      );
      return run(signal, file, onProgress, (session, inspection) => linkClip(session, inspection, heard, options));
    },
    smallFrames: (signal, file, options) =>
      read(signal, file, undefined, (session, inspection) => smallFrames(session, inspection, options)),
    dispose() {
      decoder.dispose();
      runner.dispose();
    },
  };
}

function canDecode(): boolean {
  return typeof VideoDecoder === 'function' && typeof AudioDecoder === 'function';
}

/** Whether the core itself fell, without a word about why. */
function isTrap(error: unknown): boolean {
  return error instanceof AppError && error.code === 'media-crashed' && error.values === undefined;
}
