/** Pictures out of a video for thumbnails, covers and the timeline, as JPEG. */

import { approachPicture, findCut, spanOf } from './cut.ts';
import { steadyFrames } from './decode.ts';
import { mediaError, workError } from './failures.ts';
import type { Inspection } from './inspect.ts';
import { encodeJpeg } from './jpeg.ts';
import { INPUT, type Session } from './session.ts';
import type { Filmstrip, FilmstripOptions, VideoTrackInfo } from './types.ts';

/** JPEG counts its sides in 16 bits, and canvases end a little before that. */
const MAX_SIDE = 65_000;
/** Of JPEG, 0..1. */
export const STRIP_QUALITY = 0.8;
export const STILL_QUALITY = 0.9;
/** Pictures times pixels that are decoded for the sake of a filmstrip; some seconds of work. */
const MAX_PIXELS = 2e9;
/** Fine enough that half an output frame is no time. */
const MOMENT_FPS = 1000;

/** Filters whose first output is the picture shown at `offset` seconds on ffmpeg's clock. */
export function momentFilter(offset: number, sourceFps: number): string {
  return steadyFrames(MOMENT_FPS, sourceFps, offset).join(',');
}

/** The last filters before the pixels leave for the JPEG encoder; see jpeg.ts. */
export function pixelFilter(width: number, height: number): string {
  return `scale=${width}:${height}:flags=area+accurate_rnd+full_chroma_int,format=rgba`;
}

/** Output options for pixels as `encodeJpeg` takes them. */
export const PIXELS = ['-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgba'];

/** See `Media.filmstrip`. */
export async function filmstrip(
  session: Session,
  inspection: Inspection,
  { count, height, range }: FilmstripOptions,
): Promise<Filmstrip> {
  const { info, videoIndex } = inspection;
  if (videoIndex === undefined || info.video === undefined) throw mediaError('no-video-track');
  const { video } = info;
  const span = spanOf(info, range);
  const seconds = span.end - span.start;
  const width = widthFor(video, height);
  checkStrip(count, width);
  const { args, offset } = approachPicture(inspection, span.start);
  const out = session.path('strip.rgba');
  const filter = [
    ...steadyFrames(count / seconds, video.fps, offset),
    pixelFilter(width, height),
    `tile=${count}x1`,
  ].join(',');
  // Pictures that nothing depends on, and smoothing at block borders, make no difference at this size.
  const skip = (await keyFramesSuffice()) ? 'nokey' : 'noref';
  const { ok, log } = await session.exec([
    ...[
      '-v',
      'error',
      '-skip_loop_filter',
      'all',
      '-skip_frame',
      skip,
      ...args,
      '-i',
      INPUT,
      '-map',
      `0:${videoIndex}`,
    ],
    ...['-vf', filter, '-fps_mode', 'passthrough', ...PIXELS, out],
  ]);
  const bytes = await session.take(out);
  if (bytes.length === 0) throw ok ? mediaError('truncated', undefined, log) : workError(log);
  return { image: await encodeJpeg(bytes, count * width, height, STRIP_QUALITY), count, width, height };

  /** Is there a key frame for every picture of the strip, or is decoding the rest beyond reason? */
  async function keyFramesSuffice(): Promise<boolean> {
    if (seconds * (video.fps || 30) * video.width * video.height > MAX_PIXELS) return true;
    const spacing = seconds / count;
    // Cameras and encoders set a key frame every half second at the most.
    if (spacing < 0.5) return false;
    const { keyFrames } = await findCut(session, inspection, span);
    const gaps = [...keyFrames, span.end].map((time, n) => time - (keyFrames[n - 1] ?? span.start));
    return Math.max(...gaps) <= 1.5 * spacing;
  }
}

/** See `Media.still`. */
export async function still(session: Session, inspection: Inspection, time: number, height?: number): Promise<Blob> {
  const { info, videoIndex } = inspection;
  if (videoIndex === undefined || info.video === undefined) throw mediaError('no-video-track');
  const at = Math.min(Math.max(0, time), Math.max(0, info.duration - 1e-3));
  const { args, offset } = approachPicture(inspection, at);
  const side = height ?? info.video.height;
  const width = widthFor(info.video, side);
  const filter = `${momentFilter(offset, info.video.fps)},${pixelFilter(width, side)}`;
  const out = session.path('still.rgba');
  const { ok, log } = await session.exec([
    ...['-v', 'error', ...args, '-i', INPUT, '-map', `0:${videoIndex}`, '-vf', filter, '-fps_mode', 'passthrough'],
    ...[...PIXELS, out],
  ]);
  const bytes = await session.take(out);
  if (bytes.length === 0) throw ok ? mediaError('truncated', undefined, log) : workError(log);
  return encodeJpeg(bytes, width, side, STILL_QUALITY);
}

/** Throws RangeError for a strip of `count` pictures, `width` pixels wide each, that no JPEG can hold. */
export function checkStrip(count: number, width: number): void {
  if (Number.isInteger(count) && count >= 1 && count * width <= MAX_SIDE) return;
  throw new RangeError(`A filmstrip of ${count} pictures, ${width} pixels wide each, cannot be made.`);
}

/** How wide a picture of `side` pixels' height is. */
export function widthFor({ width, height }: Pick<VideoTrackInfo, 'width' | 'height'>, side: number): number {
  return Math.max(2, Math.round((side * width) / Math.max(1, height)));
}
