/** A generated clip coded again for sharing: framed, scaled up, with the frame rate and the cover people chose. */

import { BT709, MP4, X264 } from './coding.ts';
import { mediaError, workError } from './failures.ts';
import { framedSize, frameRateFilter, framingFilter, type ClipFraming } from './framing.ts';
import type { Inspection } from './inspect.ts';
import { encodeJpeg } from './jpeg.ts';
import { INPUT, type Session } from './session.ts';
import { momentFilter, pixelFilter, PIXELS } from './stills.ts';
import { tagArgs } from './tags.ts';
import type { FrameClipOptions, MediaInfo } from './types.ts';

/** Of the cover's JPEG, 0..1. */
const COVER_QUALITY = 0.95;

/** See `Media.frameClip`. */
export async function frameClip(
  session: Session,
  { info, videoIndex, audioIndex }: Inspection,
  { metadata, onProgress, ...framing }: FrameClipOptions,
): Promise<Blob> {
  if (videoIndex === undefined || info.video === undefined) throw mediaError('no-video-track');
  const tags = tagArgs(metadata);
  const graph = framingFilter(info.video, framing).replace('[0:v]', `[0:${videoIndex}]`);
  onProgress?.('encoding', 0);
  const cover = framing.cover === undefined ? undefined : await makeCover(session, graph, framing, info);
  const out = session.path('framed.mp4');
  const rate = framing.fps === undefined ? 'null' : frameRateFilter(framing.fps, info.duration);
  const first = cover !== undefined && framing.cover?.first === true;
  const filters = [
    graph,
    `[framed]${rate}[timed]`,
    ...(first ? [`[1:v]format=yuv420p[cover]`, `[timed][cover]overlay=enable=eq(n\\,0):format=yuv420[shown]`] : []),
  ].join(';');
  const { ok, log } = await session.exec(
    [
      ...['-v', 'error', '-i', INPUT, ...(cover === undefined ? [] : ['-i', cover])],
      ...['-filter_complex', filters, '-map', first ? '[shown]' : '[timed]'],
      ...(audioIndex === undefined ? [] : ['-map', `0:${audioIndex}`, '-c:a', 'copy']),
      ...(cover === undefined ? [] : ['-map', '1:v']),
      ...[...X264, ...BT709, ...(framing.fps === undefined ? ['-fps_mode', 'vfr'] : [])],
      ...(cover === undefined ? [] : ['-c:v:1', 'copy', '-disposition:v:1', 'attached_pic']),
      ...[...tags, ...MP4, out],
    ],
    (position) => onProgress?.('encoding', Math.min(1, position / info.duration)),
  );
  if (!ok) throw workError(log);
  onProgress?.('writing');
  const bytes = await session.take(out);
  if (bytes.length === 0)
    throw mediaError('media-crashed', 'The clip came out empty.', [], { variant: 'empty-export' });
  return new Blob([bytes], { type: 'video/mp4' });
}

/** Writes the framed picture shown at the cover's time as JPEG, in the colours of the clip, and returns its path. */
async function makeCover(session: Session, graph: string, framing: ClipFraming, info: MediaInfo): Promise<string> {
  const time = Math.min(Math.max(0, framing.cover?.time ?? 0), Math.max(0, info.duration - 1e-3));
  const moment = momentFilter(time, info.video?.fps ?? 0);
  const { width, height } = framedSize(framing.aspect, framing.resolution);
  const out = session.path('cover.rgba');
  const { ok, log } = await session.exec([
    ...['-v', 'error', '-i', INPUT, '-filter_complex'],
    `${graph.replace(/^\[(0:\d+)\]/, `[$1]${moment},`)};[framed]${pixelFilter(width, height)}[pixels]`,
    ...['-map', '[pixels]', ...PIXELS, out],
  ]);
  const pixels = await session.take(out);
  if (!ok || pixels.length === 0) throw workError(log);
  const jpeg = await encodeJpeg(pixels, width, height, COVER_QUALITY);
  return session.write('cover.jpg', new Uint8Array(await jpeg.arrayBuffer()));
}
