/** What the page and the worker of the browser's decoders say to each other: one call at a time. */

import type { TimeSpan } from '../../dsp/span.ts';
import type { ErrorData } from '../../errors.ts';
import type {
  AudioOptions,
  Cut,
  DecodedFrames,
  Filmstrip,
  FilmstripOptions,
  FrameOptions,
  MediaInfo,
  Pcm,
  Look,
  LookOptions,
} from '../types.ts';

/** Calls with what they are given and what comes back. Options without their listeners: functions do not cross. */
export interface Calls {
  probe: { options: undefined; value: MediaInfo };
  frames: { options: Omit<FrameOptions, 'onProgress'>; value: DecodedFrames };
  audio: { options: Omit<AudioOptions, 'onProgress'>; value: Pcm };
  filmstrip: { options: FilmstripOptions; value: Filmstrip };
  look: { options: LookOptions; value: Look };
  still: { options: { time: number; height: number | undefined }; value: Blob };
  cut: { options: { range: TimeSpan }; value: Cut };
}

export type CallName = keyof Calls;

export type Request = {
  [Name in CallName]: {
    readonly call: Name;
    readonly options: Calls[Name]['options'];
    readonly file: File;
    /** The same for the same file, which is another object on the other side each time. */
    readonly key: number;
  };
}[CallName];

export type Reply =
  /** Work goes on; `fraction` of it, 0..1, is done. */
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'done'; readonly value: unknown }
  /** The file is left to ffmpeg. */
  | { readonly kind: 'declined'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: ErrorData };
