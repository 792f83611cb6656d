/** What the media layer offers the rest of the app; the implementation lives in a worker behind `createMedia()` (client.ts). */
import type { Notice } from '../notices.ts';

import type { FrameBytes } from '../dsp/frames.ts';
import type { TimeSpan } from '../dsp/span.ts';
import type { ClipFraming } from './framing.ts';

export interface VideoTrackInfo {
  readonly codec: string;
  /** Picture size as shown, after rotation, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Clockwise degrees the stored picture must be turned to stand upright: 0, 90, 180 or 270. */
  readonly rotation: number;
  /** Average frames per second; 0 when the container does not say. */
  readonly fps: number;
  /** Bits per second, where the container says so. */
  readonly bitRate?: number;
  /** The container does not say in which order the pictures are shown, and it is not the stored one. */
  readonly unordered?: boolean;
}

export interface AudioTrackInfo {
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits per second, where the container says so. */
  readonly bitRate?: number;
}

export interface MediaInfo {
  /** Seconds on the presentation clock: the longer of the tracks. */
  readonly duration: number;
  readonly video?: VideoTrackInfo;
  readonly audio?: AudioTrackInfo;
  /** What of the file could not be used. */
  readonly notices?: readonly MediaNotice[];
  /** The recipe that an export of this app carries: any text a stranger may have put there, at most 64 kB. */
  readonly recipe?: string;
  /** What reads the file: the browser itself, or ffmpeg where the browser cannot. */
  readonly decoder?: MediaDecoder;
}

export type MediaDecoder = 'browser' | 'ffmpeg';

export type MediaStage = 'loading' | 'reading' | 'decoding' | 'encoding' | 'writing';
/** `fraction` in 0..1 within the stage, or undefined when it cannot be known. */
export type MediaProgress = (stage: MediaStage, fraction?: number) => void;

/** Something about a file or an export that the user should know of; `message` is a sentence to show. */
export interface MediaNotice extends Notice {
  readonly code:
    | 'sound-unreadable' // the file has sound that nobody here decodes, or a track with nothing in it
    | 'video-reencoded' // the original picture could not be copied and was coded again
    | 'sound-padded' // the sound was shorter than the picture; silence was added at its end
    | 'sound-cut'; // the sound was longer than the picture; its end is left out
}
export type MediaNoticeListener = (notice: MediaNotice) => void;

/** As a file's pictures are handed out: a Blob where they are many, so that memory does not grow with the length. */
export interface SeenFrames extends Omit<DecodedFrames, 'rgb'> {
  readonly rgb: FrameBytes;
}

export interface DecodedFrames {
  /** RGB bytes, [count, size, size, 3]; the picture is squashed to square and upright. */
  readonly rgb: Uint8Array;
  readonly count: number;
  readonly size: number;
  readonly fps: number;
}

export interface Pcm {
  /** One array (mono) or two of equal length (left, right), nominal range -1..1; sample 0 is at presentation time 0. */
  readonly channels: readonly [Float32Array] | readonly [Float32Array, Float32Array];
  readonly sampleRate: number;
}

/** What a file says about itself. Titles, dates and places of the original are left out of every export. */
export interface Metadata {
  readonly title?: string;
  /** JSON that makes the take again, at most 16 kB as UTF-8 and without U+0000; `probe` reads it back byte for byte. */
  readonly recipe?: string;
}

export type VideoContainer = 'mp4' | 'webm';
export type SoundFormat = 'wav' | 'm4a';

/** Where a cut out of the picture would begin; what the preflight and the export decide by. */
export interface Cut {
  /** The range it is about, within the file. */
  readonly range: TimeSpan;
  /** Nothing depends on what is cut off: the cut begins with a key frame, or where the file does. */
  readonly clean: boolean;
  /** Presentation time of the picture on show at the start of the range; undefined when the file states no times. */
  readonly picture?: number;
  /** Times of the key frames from the last one at or before the start: cuts there are clean, unless pictures reach across. */
  readonly keyFrames: readonly number[];
  /** Coded size of the pictures in the range. */
  readonly bytes: number;
}

export interface Filmstrip {
  /** JPEG: `count` upright pictures of `width` x `height` pixels side by side. */
  readonly image: Blob;
  readonly count: number;
  readonly width: number;
  readonly height: number;
}

interface WithProgress {
  readonly onProgress?: MediaProgress | undefined;
}
interface WithRange {
  /** Part of the file, in seconds on its presentation clock, clamped to it; the whole file without. */
  readonly range?: TimeSpan | undefined;
}

export interface FrameOptions extends WithProgress, WithRange {
  readonly fps: number;
  readonly size: number;
}

export interface AudioOptions extends WithProgress, WithRange {
  readonly sampleRate: number;
  /** 1 (default) mixes down; 2 gives left and right, the same twice for a mono sound. */
  readonly channels?: 1 | 2 | undefined;
}

export interface VideoExportOptions extends WithProgress, WithRange {
  readonly container: VideoContainer;
  readonly metadata?: Metadata | undefined;
  readonly onNotice?: MediaNoticeListener | undefined;
}

export interface SoundExportOptions extends WithProgress {
  readonly format: SoundFormat;
  readonly metadata?: Metadata | undefined;
}

/** `range` is the part of the source whose sound is heard. */
export interface ClipOptions extends WithProgress, WithRange {
  /** Of the clip, in seconds. */
  readonly duration: number;
  readonly outputSize?: number | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface FrameClipOptions extends WithProgress, ClipFraming {
  readonly metadata?: Metadata | undefined;
}

export interface FilmstripOptions extends WithRange {
  readonly count: number;
  /** Of each picture, in pixels. */
  readonly height: number;
}

/** The film strip and the model's frames of a whole file. */
export interface LookOptions {
  readonly strip: Pick<FilmstripOptions, 'count' | 'height'>;
  readonly frames: Pick<FrameOptions, 'fps' | 'size'>;
}

export interface Look {
  readonly filmstrip: Filmstrip;
  readonly frames: SeenFrames;
}

/** Every call throws AppError: cancelled, out-of-memory, media-crashed, and what `probe` throws. */
export interface Media {
  /** Throws AppError: not-media, empty-file, truncated, zero-length, too-long (> 10 minutes), unsupported-codec. */
  probe(signal: AbortSignal, file: File, options?: WithProgress): Promise<MediaInfo>;
  /**
   * Frame k is the picture shown (k + 0.5) / fps seconds after the start of the range; covers the whole range,
   * ceil(length * fps) frames. Throws no-video-track.
   */
  decodeFrames(signal: AbortSignal, file: File, options: FrameOptions): Promise<SeenFrames>;
  /** Sample n is heard n / sampleRate seconds after the start of the range. Throws no-audio-track. */
  decodeAudio(signal: AbortSignal, file: File, options: AudioOptions): Promise<Pcm>;
  /** Where a cut to `range` would begin; reads the picture's packets within it. Throws no-video-track. */
  cut(signal: AbortSignal, file: File, range: TimeSpan): Promise<Cut>;
  /**
   * The picture of `file`, or of a range of it, with `sound` as the one audio track (AAC, Opus or Vorbis, 48 kHz); sample 0 of
   * the sound is at the start of the range, and it is cut or padded to the picture with a notice. The picture is copied
   * packet for packet where the container allows its codec and the range begins cleanly (see `Cut`); otherwise it is
   * coded again, exactly cut, with a notice. A copied cut may run on for the few pictures whose packets lie before the
   * last one wanted. Throws no-video-track, too-large (beyond 1 GB).
   */
  exportVideo(signal: AbortSignal, file: File, sound: Pcm, options: VideoExportOptions): Promise<Blob>;
  /** The sound alone: WAV (24-bit PCM at its own rate, every sample rounded to the nearest step) or M4A (AAC, 48 kHz). */
  exportSound(signal: AbortSignal, sound: Pcm, options: SoundExportOptions): Promise<Blob>;
  /**
   * MP4 of RGB frames ([count, size, size, 3] bytes, H.264) with the sound of `source`, `duration` seconds long: the last
   * frame is held, or frames beyond the end are left out. `outputSize` (pixels, even) scales the picture up smoothly. The
   * frames are handed over (their buffer is detached): a minute of them is 180 MB, and copying it would hold up the page.
   */
  encodeClip(signal: AbortSignal, frames: DecodedFrames, source: File, options: ClipOptions): Promise<Blob>;
  /** A generated clip (MP4) framed, scaled up and coded again for sharing; its sound is copied. See framing.ts. */
  frameClip(signal: AbortSignal, clip: File, options: FrameClipOptions): Promise<Blob>;
  /**
   * Picture k is one shown about (k + 0.5) / count through the range: at most a few frames early, and in a long video
   * the last key frame before. Throws no-video-track.
   */
  filmstrip(signal: AbortSignal, file: File, options: FilmstripOptions): Promise<Filmstrip>;
  /**
   * A film strip of the key frames, at once and however long the video is: picture k is the last key frame before the middle
   * of its place. `onStrip` hears of it as it grows. Undefined where the browser does not decode the file. Throws
   * no-video-track.
   */
  glance(
    signal: AbortSignal,
    file: File,
    strip: LookOptions['strip'],
    onStrip?: (strip: Filmstrip) => void,
  ): Promise<Filmstrip | undefined>;
  /**
   * `filmstrip` and `decodeFrames` of the whole file, from one pass over its pictures where the browser decodes them. The
   * frames are kept: `decodeFrames` then gives the same without decoding. Throws no-video-track.
   */
  look(signal: AbortSignal, file: File, options: LookOptions): Promise<Look>;
  /** JPEG of the picture shown at `time`, upright, `height` pixels high (its own height without). Throws no-video-track. */
  still(signal: AbortSignal, file: File, time: number, height?: number): Promise<Blob>;
  /** Ends the worker; the next call starts a new one. */
  dispose(): void;
}
