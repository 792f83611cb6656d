/**
 * What an export will be, said before it starts. Pure: the same tables the exports work by (coding.ts), so that it tells
 * the truth.
 */

import type { TimeSpan } from '../dsp/span.ts';
import type { Notice, NoticeCode } from '../notices.ts';
import {
  AAC_BITS,
  CONTAINERS,
  MAX_COPY,
  OPUS_BITS,
  recodingFor,
  recodingNotice,
  SOUND_RATE,
  VORBIS_BITS,
  type Recoding,
} from './coding.ts';
import { spanOf } from './cut.ts';
import { framedSize, type ClipFraming } from './framing.ts';
import type { SoundFacts } from './pcm.ts';
import type { Cut, MediaInfo, SoundFormat, VideoContainer, VideoTrackInfo } from './types.ts';

/** Something to know before the export starts. */
export interface PlanWarning extends Notice {
  readonly code: Extract<NoticeCode, `plan-${string}`>;
}

export interface ExportPlan {
  readonly container: 'mp4' | 'webm' | 'wav' | 'm4a';
  readonly video?: {
    /** As ffmpeg names it; `codecName` gives the name people know. */
    readonly codec: string;
    readonly copied: boolean;
    readonly recoding?: Recoding;
    /** As shown, in pixels. */
    readonly width: number;
    readonly height: number;
    /** Average; 0 when unknown. */
    readonly fps: number;
  };
  readonly audio?: {
    readonly codec: string;
    readonly copied: boolean;
    readonly sampleRate: number;
    readonly channels: number;
  };
  /** Seconds. */
  readonly duration: number;
  /** Estimated size of the file. */
  readonly bytes: number;
  /** `exact`: but for title and recipe; `close`: within 30 %; `rough`: the picture is coded again, within a factor of four. */
  readonly accuracy: 'exact' | 'close' | 'rough';
  readonly warnings: readonly PlanWarning[];
  /** False when the export would refuse. */
  readonly possible: boolean;
}

export interface VideoPlanInput {
  readonly info: MediaInfo;
  /** Size of the source file. */
  readonly bytes: number;
  readonly sound: SoundFacts;
  readonly container: VideoContainer;
  readonly range?: TimeSpan | undefined;
  /**
   * From `Media.cut`. Wanted for a range that starts after 0, which is otherwise expected to be coded again, and (of the
   * whole file) where the container states no bit rate, which otherwise leaves the size to guessing.
   */
  readonly cut?: Cut | undefined;
}

/** Bytes the containers spend on one coded picture or block of sound, and on everything else. */
const PER_PACKET = 12;
const FIXED = 2_000;
/** Slack between sound and picture that nobody is told of, in seconds; as in the export. */
const SLACK = 0.05;

const SOUND_BITS = { aac: AAC_BITS, vorbis: VORBIS_BITS, opus: OPUS_BITS } as const;

/** The plan of `Media.exportVideo`. Throws AppError zero-length like it; RangeError for a file without a picture. */
export function planVideo({ info, bytes, sound, container, range, cut }: VideoPlanInput): ExportPlan {
  const { video } = info;
  if (video === undefined) throw new RangeError('There is no picture to plan an export of.');
  const span = spanOf(info, range);
  const duration = span.end - span.start;
  const recoding = recodingFor(video, container, span.start <= 0 || cut?.clean === true);
  const copied = recoding === undefined;
  const pictures = copied
    ? (cut?.bytes ?? (videoBytes(info, bytes) * duration) / info.duration)
    : recodedBytes(evenSize(video), duration);
  const warnings: PlanWarning[] = [...soundWarnings(sound, duration)];
  if (recoding !== undefined) {
    warnings.push({ code: 'plan-video-reencoded', ...recodingNotice(recoding, video, container) });
  }
  const possible = bytes <= MAX_COPY;
  if (!possible) {
    warnings.push({
      code: 'plan-too-large',
      message: 'The video is larger than 1 GB, more than the browser can rewrite.',
    });
  }
  const { audio, copyAudio } = CONTAINERS[container];
  const heardAs = copied && info.decoder === 'browser' ? copyAudio : audio;
  const bits = SOUND_BITS[heardAs][sound.channels];
  const heard = Math.min(duration, sound.seconds) * sound.busy;
  const packets = duration * ((video.fps || 30) + SOUND_RATE / 1024);
  return {
    container,
    video: {
      codec: copied ? video.codec : CONTAINERS[container].video,
      copied,
      ...(recoding === undefined ? {} : { recoding }),
      ...(copied ? { width: video.width, height: video.height } : evenSize(video)),
      fps: video.fps,
    },
    audio: {
      codec: heardAs,
      copied: false,
      sampleRate: SOUND_RATE,
      channels: sound.channels,
    },
    duration,
    bytes: Math.round(pictures + (heard * bits) / 8 + packets * PER_PACKET + FIXED),
    accuracy: copied && (cut !== undefined || (range === undefined && video.bitRate !== undefined)) ? 'close' : 'rough',
    warnings,
    possible,
  };
}

/** The plan of `Media.exportSound`. */
export function planSound(sound: SoundFacts, format: SoundFormat): ExportPlan {
  const wav = format === 'wav';
  const samples = Math.round(sound.seconds * sound.sampleRate);
  const coded = (sound.seconds * sound.busy * AAC_BITS[sound.channels]) / 8 + (sound.seconds * SOUND_RATE * 8) / 1024;
  return {
    container: format,
    audio: {
      codec: wav ? 'pcm_s24le' : 'aac',
      copied: false,
      sampleRate: wav ? sound.sampleRate : SOUND_RATE,
      channels: sound.channels,
    },
    duration: sound.seconds,
    bytes: Math.round(wav ? 44 + samples * sound.channels * 3 : coded + FIXED),
    accuracy: wav ? 'exact' : 'close',
    warnings: soundWarnings(sound, sound.seconds),
    possible: sound.seconds > 0,
  };
}

/** The plan of `Media.frameClip` for a clip of `bytes` bytes; `sound` says whether its sound can be heard. */
export function planClip(info: MediaInfo, bytes: number, framing: ClipFraming, sound?: SoundFacts): ExportPlan {
  const { video, audio, duration } = info;
  if (video === undefined) throw new RangeError('There is no picture to plan an export of.');
  const size = framedSize(framing.aspect, framing.resolution);
  const warnings: PlanWarning[] = sound?.silent === true ? [silent()] : [];
  if (audio === undefined) warnings.push({ code: 'plan-no-sound', message: 'The clip has no sound.' });
  // A scaled-up picture has no more detail than the small one had.
  const grown = Math.sqrt((size.width * size.height) / Math.max(1, video.width * video.height));
  const again = Math.sqrt((framing.fps ?? video.fps) / (video.fps || 15));
  return {
    container: 'mp4',
    video: { codec: 'h264', copied: false, ...size, fps: framing.fps ?? video.fps },
    ...(audio === undefined
      ? {}
      : {
          audio: { codec: audio.codec, copied: true, sampleRate: audio.sampleRate, channels: audio.channels },
        }),
    duration,
    bytes: Math.round(videoBytes(info, bytes) * grown * again + audioBytes(info, bytes) + FIXED),
    accuracy: 'rough',
    warnings,
    possible: true,
  };
}

function soundWarnings(sound: SoundFacts, duration: number): PlanWarning[] {
  const warnings: PlanWarning[] = [];
  if (sound.silent) warnings.push(silent());
  const difference = sound.seconds - duration;
  if (difference > SLACK) {
    const message = `The sound is ${difference.toFixed(1)} s longer than the picture; its end is left out.`;
    warnings.push({ code: 'plan-sound-cut', message, values: { seconds: difference } });
  } else if (difference < -SLACK) {
    const message = `The sound is ${(-difference).toFixed(1)} s shorter than the picture; silence follows it.`;
    warnings.push({ code: 'plan-sound-padded', message, values: { seconds: -difference } });
  }
  return warnings;
}

function silent(): PlanWarning {
  return { code: 'plan-silent', message: 'The sound is silent: nothing in it can be heard.' };
}

/** Coded size of the picture track: what the container says, or what the sound leaves of the file. */
function videoBytes(info: MediaInfo, bytes: number): number {
  const said = info.video?.bitRate;
  const most = bytes - FIXED / 2;
  return said === undefined ? Math.max(0, most - audioBytes(info, bytes)) : Math.min(most, (said * info.duration) / 8);
}

/** Where the container does not say, 96 kbit/s, but no more than a third of the file. */
function audioBytes({ audio, duration }: MediaInfo, bytes: number): number {
  if (audio === undefined) return 0;
  return audio.bitRate === undefined ? Math.min(bytes / 3, 12_000 * duration) : (audio.bitRate * duration) / 8;
}

/** Both coders' constant quality, measured over real clips; detail and motion move it by a factor of four either way. */
function recodedBytes({ width, height }: { width: number; height: number }, seconds: number): number {
  return (BITS_PER_PIXEL_SECOND * width * height * seconds) / 8;
}
/** About 4 Mbit/s at 720p. */
const BITS_PER_PIXEL_SECOND = 4.5;

function evenSize({ width, height }: VideoTrackInfo): { width: number; height: number } {
  return { width: 2 * Math.ceil(width / 2), height: 2 * Math.ceil(height / 2) };
}
