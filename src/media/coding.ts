/** How exports are coded, and what may be copied into which container: the one place both exports and preflight ask. Pure. */

import type { Values } from '../errors.ts';
import type { VideoContainer, VideoTrackInfo } from './types.ts';

export const SOUND_RATE = 48_000;

/** Bits per second of the sound in an export, by channels. */
export const AAC_BITS = { 1: 160_000, 2: 256_000 } as const;
export const VORBIS_BITS = { 1: 110_000, 2: 190_000 } as const;
export const OPUS_BITS = { 1: 96_000, 2: 160_000 } as const;

/** The export is held in memory, for a moment twice. Bytes. */
export const MAX_COPY = 2 ** 30;

export function aac(channels: 1 | 2): string[] {
  return ['-c:a', 'aac', '-b:a', String(AAC_BITS[channels]), '-ar', String(SOUND_RATE)];
}
/** The browser-safe sound of WebM; the Opus encoder of this core crashes. */
const VORBIS = ['-c:a', 'libvorbis', '-q:a', '6', '-ar', String(SOUND_RATE)];

/** Picture coding where copying is impossible; WASM is slow, so speed goes before size. */
export const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18', '-pix_fmt', 'yuv420p'];

/** `-b:v` is the ceiling of VP8's constant quality, generous enough to be rarely met. */
function vp8(width: number, height: number): string[] {
  const ceiling = Math.round(Math.max(1_000_000, width * height * 8));
  const quality = ['-crf', '14', '-qmin', '4', '-qmax', '50', '-b:v', String(ceiling)];
  return ['-c:v', 'libvpx', '-deadline', 'good', '-cpu-used', '5', ...quality, '-g', '120', '-pix_fmt', 'yuv420p'];
}

/** 4:2:0 needs even sides; an odd last row or column is repeated rather than cut. */
export const EVEN = 'pad=ceil(iw/2)*2:ceil(ih/2)*2';

/** Players assume different colours for untagged small pictures, so the matrix is both applied and stated. */
export const BT709 = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];

/** MP4 with the index in front: it plays before it is whole. */
export const MP4 = ['-movflags', '+faststart', '-f', 'mp4'];

export interface Container {
  readonly type: string;
  /** Codecs that it may carry and ffmpeg's muxer writes. */
  readonly copyable: ReadonlySet<string>;
  /** What the picture and the sound are coded as otherwise, in ffmpeg's names. */
  readonly video: string;
  readonly audio: 'aac' | 'vorbis';
  /** What the sound is coded as where the browser copies the picture. */
  readonly copyAudio: 'aac' | 'opus';
  readonly format: readonly string[];
  videoArgs(width: number, height: number): string[];
  soundArgs(channels: 1 | 2): string[];
  /** Keeps every picture's time; the encoder would otherwise move it to the grid of the average rate. */
  readonly ownTimes: readonly string[];
}

export const CONTAINERS: Readonly<Record<VideoContainer, Container>> = {
  mp4: {
    type: 'video/mp4',
    copyable: new Set(['h264', 'hevc', 'vp9', 'av1', 'mpeg4', 'mpeg2video', 'mpeg1video', 'mjpeg']),
    video: 'h264',
    audio: 'aac',
    copyAudio: 'aac',
    format: MP4,
    videoArgs: () => X264,
    soundArgs: aac,
    ownTimes: ['-fps_mode', 'vfr', '-enc_time_base:v', '1/90000', '-video_track_timescale', '90000'],
  },
  webm: {
    type: 'video/webm',
    copyable: new Set(['vp8', 'vp9', 'av1']),
    video: 'vp8',
    audio: 'vorbis',
    copyAudio: 'opus',
    format: ['-f', 'webm'],
    videoArgs: vp8,
    soundArgs: () => VORBIS,
    // Matroska counts in milliseconds.
    ownTimes: ['-fps_mode', 'vfr', '-enc_time_base:v', '1/1000'],
  },
};

/** Why a picture cannot be copied. */
export type Recoding =
  | 'codec' // the container does not carry it
  | 'order' // the source does not say in which order its pictures are shown
  | 'turned' // the container cannot say that the picture stands on its side
  | 'cut'; // the range begins inside a run of pictures that depend on one before it

export function recodingFor(video: VideoTrackInfo, container: VideoContainer, cleanCut: boolean): Recoding | undefined {
  if (!CONTAINERS[container].copyable.has(video.codec)) return 'codec';
  if (video.unordered === true) return 'order';
  if (container === 'webm' && video.rotation !== 0) return 'turned';
  return cleanCut ? undefined : 'cut';
}

const NAMES: Readonly<Record<string, string>> = {
  h264: 'H.264',
  hevc: 'H.265',
  vp8: 'VP8',
  vp9: 'VP9',
  av1: 'AV1',
  mpeg4: 'MPEG-4',
  mjpeg: 'Motion JPEG',
  aac: 'AAC',
  vorbis: 'Vorbis',
  opus: 'Opus',
  mp3: 'MP3',
  pcm_s24le: 'PCM 24-bit',
};

/** A codec's name as people write it. */
export function codecName(codec: string): string {
  return NAMES[codec] ?? codec;
}

export const CONTAINER_NAMES: Readonly<Record<VideoContainer, string>> = { mp4: 'MP4', webm: 'WebM' };

/** Says that, and why, a picture is coded again; a plan and an export say it alike. */
export function recodingNotice(
  reason: Recoding,
  video: VideoTrackInfo,
  container: VideoContainer,
): { message: string; values: Values } {
  const again = codecName(CONTAINERS[container].video);
  const values = { reason, codec: codecName(video.codec), container: CONTAINER_NAMES[container], again };
  return { message: `${why(values)}; the picture is coded again as ${again}.`, values };
}

function why({ reason, codec, container }: { reason: Recoding; codec: string; container: string }): string {
  switch (reason) {
    case 'codec':
      return `${container} cannot carry the original picture coding (${codec})`;
    case 'order':
      return 'The file does not say in which order its pictures are shown';
    case 'turned':
      return `${container} cannot say that the picture is turned`;
    case 'cut':
      return 'The cut does not begin at a key frame';
  }
}
