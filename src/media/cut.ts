/** Ranges of a file: where they lie, how ffmpeg is brought there, and whether the picture can be cut there without coding. */

import type { TimeSpan } from '../dsp/span.ts';
import { AppError } from '../errors.ts';
import { mediaError } from './failures.ts';
import type { Inspection } from './inspect.ts';
import { INPUT, type Session } from './session.ts';
import type { Cut, MediaInfo } from './types.ts';

/** A cut this close behind a key frame is one at the key frame: an eighth of what an eye notices between picture and sound. */
const NEAR_KEY = 0.005;
/** A picture that appears within this after the start is the first; the one before it would be gone at once. Seconds. */
const INSTANT = 0.001;
/** Shortest range with anything in it, in seconds. */
const MIN_RANGE = 0.01;
/** How far packets may lie behind their presentation order, in seconds; more than 16 frames at 15 fps. */
export const REORDER = 1.2;

/** The part of the file that `range` means: clamped, the whole without. Throws zero-length where nothing is left. */
export function spanOf(info: MediaInfo, range: TimeSpan | undefined): TimeSpan {
  if (range === undefined) return { start: 0, end: info.duration };
  const start = Math.max(0, range.start);
  const end = Math.min(info.duration, range.end);
  if (!(end - start >= MIN_RANGE)) {
    throw new AppError('zero-length', 'The marked part of the file has no length.', 'Mark a longer part.', {
      values: { variant: 'range' },
    });
  }
  return { start, end };
}

/** Containers whose index leads to a key frame at or before a time. The others are read from their start. */
export function isSeekable({ container }: Inspection): boolean {
  return /(^|,)(mov|matroska)(,|$)/.test(container);
}

/**
 * Input options that keep ffmpeg on the presentation clock. In broadcast streams it would move time 0 to the first of the
 * tracks in use, and picture and sound decoded apart would part; a start that is a microsecond off keeps it from that.
 */
export function ownClock(inspection: Inspection): readonly string[] {
  return isSeekable(inspection) ? [] : ['-itsoffset', '0.000001'];
}

export interface Approach {
  /** Input options that start reading at or before the time. */
  readonly args: readonly string[];
  /** Where the time then lies on ffmpeg's clock, in seconds. */
  readonly offset: number;
}

/** Brings the picture decoder to `start`: what is on show then is among the first pictures, at or before `offset`. */
export function approachPicture(inspection: Inspection, start: number): Approach {
  if (start <= 0 || !isSeekable(inspection)) return { args: ownClock(inspection), offset: start };
  return { args: ['-noaccurate_seek', '-ss', start.toFixed(6)], offset: 0 };
}

/** Sound decoders need some packets to settle (Opus 80 ms, AAC and MP3 a frame or two). Seconds. */
const SETTLE = 0.5;

/** Brings the sound decoder to a little before `start`. */
export function approachSound(inspection: Inspection, start: number): Approach {
  const from = start - SETTLE;
  if (from <= 0 || !isSeekable(inspection)) return { args: ownClock(inspection), offset: start };
  return { args: ['-ss', from.toFixed(6)], offset: SETTLE };
}

/** See `Media.cut`. */
export async function findCut(session: Session, inspection: Inspection, range: TimeSpan): Promise<Cut> {
  const { videoIndex, info, start } = inspection;
  if (videoIndex === undefined) throw mediaError('no-video-track');
  const span = spanOf(info, range);
  // ffmpeg seeks by when pictures are decoded: without the lead it may land behind the one on show at the start.
  const from = isSeekable(inspection) ? (Math.max(0, span.start - REORDER) + start).toFixed(6) : '';
  const { output } = await session.ffprobe([
    ...['-v', 'error', '-read_intervals', `${from}%${(span.end + start + REORDER).toFixed(6)}`],
    ...['-select_streams', String(videoIndex), '-show_entries', 'packet=pts_time,size,flags', '-of', 'csv=p=0:nk=1'],
    INPUT,
  ]);
  const cut = cutOf(output, span, start);
  // Without an index ffmpeg may land anywhere, which only decoding can mend.
  return isSeekable(inspection) || span.start <= 0 ? cut : { ...cut, clean: false };
}

export interface Packet {
  /** Presentation time; NaN where the container states none. */
  readonly time: number;
  readonly bytes: number;
  readonly key: boolean;
  readonly shown: boolean;
}

/** The cut at `range`, from ffprobe's list of packets (pts_time,size,flags) in decoding order; `start` as in Inspection. */
export function cutOf(csv: string, range: TimeSpan, start: number): Cut {
  const packets = csv.split('\n').flatMap((line) => packetOf(line, start));
  return cutOfPackets(packets, range);
}

/** The cut at `range`, from the packets around it in decoding order, those of a key frame at or before it first. */
export function cutOfPackets(packets: readonly Packet[], range: TimeSpan): Cut {
  const shown = packets.filter((packet) => packet.shown);
  const inside = shown.filter(({ time }) => time >= range.start && time < range.end);
  const bytes = inside.reduce((sum, packet) => sum + packet.bytes, 0);
  const before = shown.filter(({ time }) => time <= range.start + INSTANT);
  const lastKey = before.findLast(({ key }) => key);
  const keyFrames = shown
    .filter(
      (packet) => packet.key && packet.time < range.end && (packet === lastKey || packet.time > range.start + INSTANT),
    )
    .map(({ time }) => time);
  // The file's own beginning is copied as it is, hidden run-up included.
  if (range.start <= 0) return { range, clean: true, picture: 0, keyFrames, bytes };
  const picture = before.length > 0 ? latest(before) : earliest(shown);
  if (picture === undefined || packets.some(({ time }) => Number.isNaN(time))) {
    return { range, clean: false, keyFrames, bytes };
  }
  const at = packets.findIndex((packet) => packet.key && packet.time === picture.time);
  const clean =
    at >= 0 && range.start - picture.time <= NEAR_KEY && packets.slice(at).every(({ time }) => time >= picture.time);
  return {
    range,
    clean,
    picture: picture.time,
    keyFrames,
    // The picture on show at the start counts, though it appeared before.
    bytes: bytes + (before.length > 0 && picture.time < range.start ? picture.bytes : 0),
  };
}

/** A packet's line; ffprobe in this core also repeats what earlier commands had asked for. */
const PACKET = /^(N\/A|-?[\d.]+),(\d+),([K_][D_]\S*)$/;

function packetOf(line: string, start: number): Packet[] {
  const [, pts, size, flags] = PACKET.exec(line) ?? [];
  if (pts === undefined || flags === undefined) return [];
  const time = pts === 'N/A' ? NaN : Math.round((Number(pts) - start) * 1e6) / 1e6;
  return [{ time, bytes: Number(size), key: flags.startsWith('K'), shown: flags[1] !== 'D' }];
}

function latest(packets: readonly Packet[]): Packet | undefined {
  return packets.reduce<Packet | undefined>(
    (best, p) => (best === undefined || p.time > best.time ? p : best),
    undefined,
  );
}

function earliest(packets: readonly Packet[]): Packet | undefined {
  return packets.reduce<Packet | undefined>(
    (best, p) => (best === undefined || p.time < best.time ? p : best),
    undefined,
  );
}
