/** What the page and the worker of the browser's decoders say to each other: one call at a time. */

import type { TimeSpan } from '../../dsp/span.ts';
import type { ErrorData } from '../../errors.ts';
import type { Copied, CopyOptions } from './copy.ts';
import type {
  AudioOptions,
  Cut,
  Filmstrip,
  FilmstripOptions,
  FrameOptions,
  MediaInfo,
  Pcm,
  Look,
  LookOptions,
  Metadata,
  SeenFrames,
} from '../types.ts';

/** Calls with what they are given and what comes back. Options without their listeners: functions do not cross. */
export interface Calls {
  probe: { options: undefined; value: MediaInfo };
  frames: { options: Omit<FrameOptions, 'onProgress'>; value: SeenFrames };
  audio: { options: Omit<AudioOptions, 'onProgress'>; value: Pcm };
  filmstrip: { options: FilmstripOptions; value: Filmstrip };
  look: { options: LookOptions; value: Look };
  glance: { options: LookOptions['strip']; value: Filmstrip };
  still: { options: { time: number; height: number | undefined }; value: Blob };
  cut: { options: { range: TimeSpan }; value: Cut };
  copy: { options: CopyOptions; value: Copied };
}

export type CallName = keyof Calls;

/** The one call that is about no file. */
export interface SoundRequest {
  readonly call: 'm4a';
  readonly options: { readonly sound: Pcm; readonly metadata: Metadata | undefined };
}

export type FileRequest = {
  [Name in CallName]: {
    readonly call: Name;
    readonly options: Calls[Name]['options'];
    readonly file: File;
    /** The same for the same file, which is another object on the other side each time. */
    readonly key: number;
  };
}[CallName];

export type Request = FileRequest | SoundRequest;

export type Reply =
  /** Work goes on; `fraction` of it, 0..1, is done. */
  | { readonly kind: 'progress'; readonly fraction: number }
  /** What there is of the value so far, good to show. */
  | { readonly kind: 'partial'; readonly value: unknown }
  | { readonly kind: 'done'; readonly value: unknown }
  /** The file is left to ffmpeg. */
  | { readonly kind: 'declined'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: ErrorData };
