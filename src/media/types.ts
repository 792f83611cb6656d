/** What the media layer offers the rest of the app; the implementation lives in a worker behind `createMedia()` (client.ts). */
import type { Notice } from '../notices.ts';

export interface VideoTrackInfo {
  readonly codec: string;
  /** Picture size as shown, after rotation, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Clockwise degrees the stored picture must be turned to stand upright: 0, 90, 180 or 270. */
  readonly rotation: number;
  /** Average frames per second; 0 when the container does not say. */
  readonly fps: number;
}

export interface AudioTrackInfo {
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
}

export interface MediaInfo {
  /** Seconds on the presentation clock: the longer of the tracks. */
  readonly duration: number;
  readonly video?: VideoTrackInfo;
  readonly audio?: AudioTrackInfo;
}

export type MediaStage = 'loading' | 'reading' | 'decoding' | 'encoding' | 'writing';
/** `fraction` in 0..1 within the stage, or undefined when it cannot be known. */
export type MediaProgress = (stage: MediaStage, fraction?: number) => void;

/** Something the export had to do that the user should know of; `message` is a sentence to show. */
export interface MediaNotice extends Notice {
  readonly code:
    | 'video-reencoded' // the original codec is not allowed in MP4, so the picture was coded again as H.264
    | 'sound-padded' // the sound was shorter than the picture; silence was added at its end
    | 'sound-cut'; // the sound was longer than the picture; its end is left out
}
export type MediaNoticeListener = (notice: MediaNotice) => void;

export interface DecodedFrames {
  /** RGB bytes, [count, size, size, 3]; the picture is squashed to square and upright. */
  readonly rgb: Uint8Array;
  readonly count: number;
  readonly size: number;
  readonly fps: number;
}

export interface Pcm {
  /** Mono, nominal range -1..1; sample 0 is at presentation time 0. */
  readonly samples: Float32Array;
  readonly sampleRate: number;
}

export interface Media {
  /** Throws AppError: not-media, empty-file, truncated, zero-length, too-long (> 10 minutes), unsupported-codec. */
  probe(signal: AbortSignal, file: File, options?: { onProgress?: MediaProgress }): Promise<MediaInfo>;
  /** Frame k is the picture shown at (k + 0.5) / fps seconds; covers the whole duration, ceil(duration * fps) frames. */
  decodeFrames(
    signal: AbortSignal,
    file: File,
    options: { fps: number; size: number; onProgress?: MediaProgress },
  ): Promise<DecodedFrames>;
  decodeAudio(
    signal: AbortSignal,
    file: File,
    options: { sampleRate: number; onProgress?: MediaProgress },
  ): Promise<Pcm>;
  /**
   * MP4 whose video stream is the original's, copied packet for packet (or coded as H.264 where MP4 does not allow it, with
   * a notice), with `sound` as its one audio track (AAC 48 kHz), cut or padded to the picture with a notice. Throws
   * too-large beyond 1 GB.
   */
  muxSound(
    signal: AbortSignal,
    file: File,
    sound: Pcm,
    options?: { onProgress?: MediaProgress; onNotice?: MediaNoticeListener },
  ): Promise<Blob>;
  /**
   * MP4 of RGB frames ([count, size, size, 3] bytes, H.264) with the sound of `source`, `duration` seconds long: the last
   * frame is held, or frames beyond the end are left out. `outputSize` (pixels, even) scales the picture up smoothly.
   */
  encodeClip(
    signal: AbortSignal,
    frames: DecodedFrames,
    source: File,
    options: { duration: number; outputSize?: number; onProgress?: MediaProgress },
  ): Promise<Blob>;
  /** Ends the worker; the next call starts a new one. */
  dispose(): void;
}
