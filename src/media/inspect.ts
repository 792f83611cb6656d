/**
 * What ffprobe says about a file, validated and turned into the terms of this layer: which stream is the picture, which
 * the sound, when they start and end. Pure; probe.ts runs the commands.
 */

import { z } from 'zod';
import { recipeOf } from './tags.ts';
import type { MediaInfo } from './types.ts';

const numeric = z.coerce.number().refine(Number.isFinite).optional().catch(undefined);

const tags = z.record(z.string(), z.string()).optional().catch(undefined);

const streamSchema = z.object({
  index: z.number(),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  sample_aspect_ratio: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  sample_rate: numeric,
  channels: z.number().optional(),
  channel_layout: z.string().optional(),
  has_b_frames: z.number().optional(),
  start_time: numeric,
  duration: numeric,
  bit_rate: numeric,
  tags,
  disposition: z.record(z.string(), z.number()).optional(),
  side_data_list: z.array(z.looseObject({ rotation: numeric })).optional(),
});
const probeSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z
    .object({
      format_name: z.string(),
      start_time: numeric,
      duration: numeric,
      probe_score: z.number().optional(),
      tags,
    })
    .optional(),
});

type Stream = z.infer<typeof streamSchema>;

/** Stands for a codec that ffmpeg has no name for. */
const UNKNOWN = 'unknown';
/** Less than an ear notices. Seconds. */
const AT_START = 0.001;

/** MediaInfo and what the commands need besides. */
export interface Inspection {
  readonly info: MediaInfo;
  /** ffmpeg's name of the container, e.g. "mov,mp4,m4a,3gp,3g2,mj2". */
  readonly container: string;
  /** The container's own time of presentation zero, in seconds; ffmpeg subtracts it on reading. */
  readonly start: number;
  /** Stream indices for `-map 0:<index>`. */
  readonly videoIndex: number | undefined;
  readonly audioIndex: number | undefined;
  /** Whether the sound begins with the file, so that nothing has to be put before it. */
  readonly audioAtStart: boolean;
  /** Whether the sound says what its channels are; of more than two nobody knows how to mix them otherwise. */
  readonly audioLayoutKnown: boolean;
}

/** The file without its sound, which cannot be read; `codec` is empty where the track holds nothing. */
export function withoutSound(inspection: Inspection, codec: string): Inspection {
  const { audio: _, ...info } = inspection.info;
  const named = codec === '' || codec === UNKNOWN ? '' : ` (${codec})`;
  const message =
    codec === ''
      ? 'The sound track of this file is empty; only its picture is used.'
      : `The sound of this file is in a format${named} that cannot be read here; only its picture is used.`;
  const notice = { code: 'sound-unreadable', message, values: { codec } } as const;
  return { ...inspection, info: { ...info, notices: [notice] }, audioIndex: undefined };
}

/** The parsed ffprobe JSON; undefined when ffprobe could not open the file (it writes `{}` then, or nothing). */
export function parseProbe(json: string): Inspection | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    return undefined;
  }
  const parsed = probeSchema.safeParse(raw);
  if (!parsed.success || parsed.data.format === undefined) return undefined;
  const { streams, format } = parsed.data;
  const video = pickVideo(streams);
  const audio = pick(streams.filter((stream) => stream.codec_type === 'audio'));
  const start = format.start_time ?? 0;
  const recipe = recipeOf(format.tags);
  return {
    info: {
      duration: declaredDuration([video, audio], start) ?? format.duration ?? 0,
      ...(video === undefined ? {} : { video: videoInfo(video, format.format_name) }),
      ...(audio === undefined ? {} : { audio: audioInfo(audio) }),
      ...(recipe === undefined ? {} : { recipe }),
      decoder: 'ffmpeg',
    },
    container: format.format_name,
    start,
    videoIndex: video?.index,
    audioIndex: audio?.index,
    audioAtStart: Math.abs((audio?.start_time ?? start) - start) < AT_START,
    audioLayoutKnown: audio?.channel_layout !== undefined && audio.channel_layout !== 'unknown',
  };
}

/** A still picture opened as a one-frame "video" (PNG, JPEG, WebP ...). */
export function isStillPicture(inspection: Inspection): boolean {
  return /(^|,)(image2|\w+_pipe)(,|$)/.test(inspection.container);
}

/**
 * End of the last packet of the given streams in ffprobe's compact list of packets (stream_index, pts_time, dts_time,
 * duration_time), on the presentation clock; 0 if none.
 */
export function lastPacketEnd(csv: string, inspection: Inspection): number {
  let end = 0;
  for (const line of csv.split('\n')) {
    const [index, pts, dts, length] = line.split(',').map((cell) => (cell === '' ? NaN : Number(cell)));
    if (index === undefined || (index !== inspection.videoIndex && index !== inspection.audioIndex)) continue;
    // AVI knows only when a packet is decoded.
    const time = [pts, dts].find(Number.isFinite);
    if (time === undefined) continue;
    end = Math.max(end, time + (length !== undefined && Number.isFinite(length) ? length : 0) - inspection.start);
  }
  return end;
}

/** The longer of the tracks, if the container states the length of every one. */
function declaredDuration(streams: readonly (Stream | undefined)[], start: number): number | undefined {
  let end = 0;
  for (const stream of streams) {
    if (stream === undefined) continue;
    if (stream.duration === undefined) return undefined;
    end = Math.max(end, (stream.start_time ?? start) - start + stream.duration);
  }
  return end;
}

/** The main picture: not a cover, not a thumbnail track; the default one first, then the largest. */
function pickVideo(streams: readonly Stream[]): Stream | undefined {
  const moving = streams.filter(
    (stream) =>
      stream.codec_type === 'video' &&
      stream.disposition?.['attached_pic'] !== 1 &&
      stream.disposition?.['timed_thumbnails'] !== 1,
  );
  const area = (stream: Stream) => (stream.width ?? 0) * (stream.height ?? 0);
  return pick(moving.sort((a, b) => area(b) - area(a)));
}

function pick(streams: readonly Stream[]): Stream | undefined {
  return streams.find((stream) => stream.disposition?.['default'] === 1) ?? streams[0];
}

/** Kinds of pictures that are stored in another order than they are shown in, where B-frames are among them. */
const REORDERED = new Set(['h264', 'hevc']);

function videoInfo(stream: Stream, container: string): NonNullable<MediaInfo['video']> {
  const turn = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  // The display matrix counts counter-clockwise.
  const rotation = (((Math.round(-turn / 90) * 90) % 360) + 360) % 360;
  const pixelAspect = ratio(stream.sample_aspect_ratio?.replace(':', '/')) || 1;
  const width = Math.round((stream.width ?? 0) * pixelAspect);
  const height = stream.height ?? 0;
  const sideways = rotation === 90 || rotation === 270;
  return {
    codec: stream.codec_name ?? UNKNOWN,
    width: sideways ? height : width,
    height: sideways ? width : height,
    rotation,
    fps: ratio(stream.avg_frame_rate) || plausible(ratio(stream.r_frame_rate)),
    ...bitRate(stream),
    ...(container === 'avi' && REORDERED.has(stream.codec_name ?? '') && (stream.has_b_frames ?? 0) > 0
      ? { unordered: true }
      : {}),
  };
}

function audioInfo(stream: Stream): NonNullable<MediaInfo['audio']> {
  return {
    codec: stream.codec_name ?? UNKNOWN,
    sampleRate: stream.sample_rate ?? 0,
    channels: stream.channels ?? 0,
    ...bitRate(stream),
  };
}

/** Matroska says it in a tag, if at all. */
function bitRate(stream: Stream): { bitRate?: number } {
  const rate = stream.bit_rate ?? Number(stream.tags?.['BPS'] ?? NaN);
  return Number.isFinite(rate) && rate > 0 ? { bitRate: rate } : {};
}

/** ffmpeg's guess is the clock's own tick (1000 per second in WebM) when it saw too little to guess from. */
function plausible(fps: number): number {
  return fps <= 240 ? fps : 0;
}

/** "30000/1001" as a number; 0 for "0/0", nonsense and nothing. */
function ratio(text: string | undefined): number {
  const [num = 0, den = 1] = (text ?? '').split('/').map(Number);
  const value = num / den;
  return Number.isFinite(value) && value > 0 ? value : 0;
}
