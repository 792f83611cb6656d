/** Opens a file and decides whether the app can work with it; every refusal is a typed error with a remedy. */

import type { AppError } from '../errors.ts';
import { MAX_SECONDS, mediaError, openError, saysUnsupported } from './failures.ts';
import { isStillPicture, lastPacketEnd, parseProbe, withoutSound, type Inspection } from './inspect.ts';
import { INPUT, type Session } from './session.ts';

/** Listed by the core but without software behind them. */
const CODECS_WITHOUT_DECODER = new Set(['av1', 'unknown']);
/** Containers round durations up, and a "10 minute" recording often runs a few frames over. Seconds. */
const LENGTH_SLACK = 0.5;
/** Just enough to tell "too long" from the true length. */
const WHOLE = `%+${MAX_SECONDS + 5}`;
/** Containers that state no length; the one that ffmpeg names is a guess. */
const GUESSED = /^(mp3|aac)$/;
const PACKET_ENTRIES = ['-show_entries', 'packet=stream_index,pts_time,dts_time,duration_time', '-of', 'csv=p=0:nk=1'];

export async function inspectFile(session: Session, file: File): Promise<Inspection> {
  const opened = withReadableCodecs(await open(session, file));
  const timed = await withReadableLength(session, opened);
  return withReadableTracks(session, timed);
}

async function open(session: Session, file: File): Promise<Inspection> {
  if (file.size === 0) throw mediaError('empty-file');
  const { output, log } = await session.ffprobe([
    ...['-v', 'error', '-show_format', '-show_streams', '-of', 'json', INPUT],
  ]);
  const inspection = parseProbe(output);
  if (inspection === undefined) throw openError(await headOf(file), log);
  if (isStillPicture(inspection)) {
    throw mediaError('not-media', 'The file is a still picture, not a video or a sound.', log, { variant: 'picture' });
  }
  if (inspection.videoIndex === undefined && inspection.audioIndex === undefined) {
    throw openError(await headOf(file), log);
  }
  return inspection;
}

async function headOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, 32).arrayBuffer());
}

/** Sound that nobody decodes never stops a picture. */
function withReadableCodecs(inspection: Inspection): Inspection {
  const { video, audio } = inspection.info;
  if (video !== undefined && CODECS_WITHOUT_DECODER.has(video.codec)) throw unsupported(video.codec);
  if (audio === undefined || !CODECS_WITHOUT_DECODER.has(audio.codec)) return inspection;
  if (video === undefined) throw unsupported(audio.codec);
  return withoutSound(inspection, audio.codec);
}

function unsupported(codec: string, log: readonly string[] = []): AppError {
  const name = codec === 'av1' ? 'AV1' : codec;
  return mediaError('unsupported-codec', `The file is coded as ${name}, which this app cannot read.`, log, {
    codec: name,
  });
}

/** Compares what the container promises with what its end really holds; measures when it promises nothing. */
async function withReadableLength(session: Session, inspection: Inspection): Promise<Inspection> {
  const declared = inspection.info.duration;
  refuseLength(declared);
  if (declared > 0 && !GUESSED.test(inspection.container)) {
    const from = Math.max(0, declared - 1) + inspection.start;
    const tail = await packetEnd(session, inspection, `${from.toFixed(3)}%`);
    if (!clearlyLess(tail.end, declared)) return inspection;
    // A seek into missing data ends without a word; reading from the start tells where the file really ends, and why.
    const { end, log } = await packetEnd(session, inspection, WHOLE);
    if (end === 0 && log.length === 0) throw mediaError('zero-length');
    if (brokenOff(inspection, end, log)) throw mediaError('truncated', undefined, log);
    return inspection;
  }
  // Live recordings (MediaRecorder's WebM) state no length, and ffmpeg guesses that of bare MP3 and AAC from their first rate.
  const { end, log } = await packetEnd(session, inspection, WHOLE);
  refuseLength(end);
  if (end <= 0) throw log.length > 0 ? mediaError('truncated', undefined, log) : mediaError('zero-length');
  return { ...inspection, info: { ...inspection.info, duration: end } };
}

function refuseLength(seconds: number): void {
  if (seconds > MAX_SECONDS + LENGTH_SLACK) throw mediaError('too-long');
}

async function packetEnd(session: Session, inspection: Inspection, interval: string) {
  const args = ['-v', 'error', '-read_intervals', interval, ...PACKET_ENTRIES, INPUT];
  const { output, log } = await session.ffprobe(args);
  return { end: lastPacketEnd(output, inspection), log };
}

/** More than half a second and 5 % are missing. */
function clearlyLess(end: number, declared: number): boolean {
  return declared - end > Math.max(0.5, 0.05 * declared);
}

/**
 * A silent picture may end early on purpose (the last slide of a screen recording lasts long), so there the demuxer must
 * have complained too, or half must be gone.
 */
function brokenOff({ info }: Inspection, end: number, log: readonly string[]): boolean {
  if (!clearlyLess(end, info.duration)) return false;
  return log.length > 0 || info.video === undefined || end < 0.5 * info.duration;
}

/**
 * Decodes the first picture and the first sound: finds missing decoders and damaged data before the real work starts. A
 * file whose picture can be read loses a sound that cannot.
 */
async function withReadableTracks(session: Session, inspection: Inspection): Promise<Inspection> {
  const { info, videoIndex, audioIndex } = inspection;
  if (videoIndex !== undefined && info.video !== undefined) {
    const failure = await firstFailure(session, videoIndex, 'v', info.video.codec);
    if (failure !== undefined) throw failure.error;
  }
  if (audioIndex === undefined || info.audio === undefined) return inspection;
  const failure = await firstFailure(session, audioIndex, 'a', info.audio.codec);
  if (failure === undefined) return inspection;
  if (info.video === undefined) throw failure.error;
  return withoutSound(inspection, failure.empty ? '' : info.audio.codec);
}

/** Why the first picture or sound of a track cannot be decoded; undefined where it can. */
async function firstFailure(
  session: Session,
  index: number,
  kind: 'v' | 'a',
  codec: string,
): Promise<{ error: AppError; empty: boolean } | undefined> {
  const list = session.path('first.crc');
  const { log } = await session.exec([
    ...['-v', 'error', '-i', INPUT, '-map', `0:${index}`, `-frames:${kind}`, '1', '-f', 'framecrc', list],
  ]);
  const lines = new TextDecoder().decode(await session.take(list)).split('\n');
  if (lines.some((line) => /^0,/.test(line))) return undefined;
  const error = saysUnsupported(log) ? unsupported(codec, log) : mediaError('truncated', undefined, log);
  return { error, empty: log.length === 0 };
}
