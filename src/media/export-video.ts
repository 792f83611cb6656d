/** A video, or a range of it, with a new sound: the picture copied where it can be. */

import type { TimeSpan } from '../dsp/span.ts';
import { sampleCount } from '../model/counts.ts';
import { CONTAINERS, EVEN, MAX_COPY, recodingFor, recodingNotice } from './coding.ts';
import { approachPicture, findCut, ownClock, spanOf } from './cut.ts';
import { mediaError, workError } from './failures.ts';
import type { Inspection } from './inspect.ts';
import { channelCount, interleave, lengthNotice } from './pcm.ts';
import { INPUT, type Session } from './session.ts';
import { tagArgs } from './tags.ts';
import type { Cut, MediaNoticeListener, Pcm, VideoExportOptions } from './types.ts';

/** See `Media.exportVideo`. */
export async function exportVideo(
  session: Session,
  file: File,
  inspection: Inspection,
  sound: Pcm,
  { container, range, metadata, onProgress, onNotice }: VideoExportOptions,
): Promise<Blob> {
  const { info, videoIndex } = inspection;
  if (videoIndex === undefined || info.video === undefined) throw mediaError('no-video-track');
  if (file.size > MAX_COPY) throw mediaError('too-large');
  const { video } = info;
  const span = spanOf(info, range);
  const seconds = span.end - span.start;
  const cut = span.start > 0 ? await findCut(session, inspection, span) : undefined;
  const target = CONTAINERS[container];
  const tags = tagArgs(metadata);
  const pcm = await writePcm(session, sound, seconds, onNotice);
  const out = session.path(`out.${container}`);
  const whole = span.start <= 0 && span.end >= info.duration;
  const run = (approach: readonly string[], picture: readonly string[]) =>
    session.exec(
      [
        ...['-v', 'error', ...approach, '-i', INPUT, ...pcm, '-map', `0:${videoIndex}`, '-map', '1:a:0'],
        ...[...picture, ...target.soundArgs(channelCount(sound)), ...(whole ? [] : ['-t', seconds.toFixed(6)])],
        ...[...tags, ...target.format, out],
      ],
      (position) => onProgress?.('encoding', Math.min(1, position / seconds)),
    );
  onProgress?.('encoding', 0);
  const recoding = recodingFor(video, container, cut?.clean ?? true);
  const copyFrom = cut === undefined ? ownClock(inspection) : copyApproach(span, cut);
  const copy =
    recoding === undefined ? await run(copyFrom, copyArgs(video.codec, container, inspection, cut)) : undefined;
  if (copy?.ok !== true) {
    onNotice?.({ code: 'video-reencoded', ...recodingNotice(recoding ?? 'codec', video, container) });
    const { args, offset } = approachPicture(inspection, span.start);
    const filter = [...fromCut(span, cut, offset, video.fps), EVEN].join(',');
    const coded = await run(args, [
      ...target.videoArgs(video.width, video.height),
      ...['-vf', filter, ...target.ownTimes],
    ]);
    if (!coded.ok) throw workError(coded.log);
  }
  onProgress?.('writing');
  const bytes = await session.take(out);
  if (bytes.length === 0)
    throw mediaError('media-crashed', 'The export came out empty.', [], { variant: 'empty-export' });
  return new Blob([bytes], { type: target.type });
}

/** Puts the first copied packet, the key frame of a clean cut, at time 0. */
function copyApproach(span: TimeSpan, cut: Cut): string[] {
  // Two microseconds early, so that rounding never puts the key frame before the start; what is read before it is dropped.
  const from = Math.min(span.start, Math.max(0, (cut.picture ?? span.start) - 2e-6)).toFixed(6);
  return ['-ss', from];
}

function copyArgs(codec: string, container: string, inspection: Inspection, cut: Cut | undefined): string[] {
  const args = ['-c:v', 'copy'];
  // A file's own hidden run-up is copied and stays hidden; what lies before a cut is not wanted.
  if (cut !== undefined) args.push('-copypriorss:v', '0');
  // Apple's players want hvc1; ffmpeg's own choice is hev1.
  if (codec === 'hevc' && container === 'mp4') args.push('-tag:v', 'hvc1');
  // AVI packs two MPEG-4 pictures into one packet, which MP4 must not.
  if (codec === 'mpeg4' && inspection.container === 'avi') args.push('-bsf:v', 'mpeg4_unpack_bframes');
  return args;
}

/**
 * Filters that begin with the picture on show at the start of the range, moved to time 0, and keep the time of every later
 * one. `offset` is the start on ffmpeg's clock, `fps` the source's average rate.
 */
function fromCut({ start }: TimeSpan, cut: Cut | undefined, offset: number, fps: number): string[] {
  if (cut === undefined) return [];
  // Containers without times (AVI) have a constant rate: what is on show appeared less than a picture's length ago.
  const before = cut.picture === undefined ? (fps > 0 ? 1 / fps - 0.001 : 0) : Math.max(0, start - cut.picture);
  // Half a millisecond is less than any picture lasts and more than containers round.
  const first = offset - before - 0.0005;
  // AVI counts in pictures, too coarse for a start between two of them.
  return ['settb=1/1000000', `select=gte(t\\,${first.toFixed(6)})`, `setpts=max(PTS-${Math.round(offset * 1e6)}\\,0)`];
}

/** Writes the sound, cut or padded to `seconds`, and returns the input options that read it. */
async function writePcm(
  session: Session,
  sound: Pcm,
  seconds: number,
  onNotice: MediaNoticeListener | undefined,
): Promise<string[]> {
  const count = sampleCount(seconds, sound.sampleRate);
  const notice = lengthNotice(sound, seconds);
  if (notice !== undefined) onNotice?.(notice);
  // A copy: writing hands the buffer over, and the sound belongs to the caller.
  const path = await session.write('sound.f32', new Uint8Array(interleave(sound, count).buffer));
  return ['-f', 'f32le', '-ar', String(sound.sampleRate), '-ac', String(channelCount(sound)), '-i', path];
}
