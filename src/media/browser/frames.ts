/** What the pictures of a file are wanted for: the model's frames, the film strip, single stills. */

import { createCollector } from '../../dsp/frames.ts';
import { frameCount } from '../../model/counts.ts';
import type { TimeSpan } from '../../dsp/span.ts';
import { spanOf } from '../cut.ts';
import { mediaError } from '../failures.ts';
import { encodeJpeg } from '../jpeg.ts';
import { checkStrip, STILL_QUALITY, STRIP_QUALITY, widthFor } from '../stills.ts';
import type { Filmstrip, FilmstripOptions, FrameOptions, Look, LookOptions, SeenFrames } from '../types.ts';
import type { OpenFile, OpenVideo } from './file.ts';
import { showPictures, type Wanted } from './pictures.ts';

/** Hears how much of the work is done, 0..1, as it goes on. */
export type Advance = (fraction: number) => void;

export function videoOf({ video }: OpenFile): OpenVideo {
  if (video === undefined) throw mediaError('no-video-track');
  return video;
}

async function show(open: OpenFile, span: TimeSpan, wishes: readonly Wanted[], advance: Advance): Promise<void> {
  const seconds = span.end - span.start;
  advance(0);
  await showPictures(open, videoOf(open), span, wishes, (time) => advance(Math.min(1, Math.max(0, time / seconds))));
  advance(1);
}

/** See `Media.decodeFrames`. */
export async function decodeFrames(open: OpenFile, options: FrameOptions, advance: Advance): Promise<SeenFrames> {
  videoOf(open);
  const span = spanOf(open.info, options.range);
  const frames = wantFrames(span, options);
  await show(open, span, [frames.wanted], advance);
  return frames.finish();
}

/** See `Media.filmstrip`. */
export async function filmstrip(open: OpenFile, options: FilmstripOptions, advance: Advance): Promise<Filmstrip> {
  videoOf(open);
  const span = spanOf(open.info, options.range);
  const strip = wantStrip(open, span, options);
  await show(open, span, [strip.wanted], advance);
  return strip.finish();
}

/** See `Media.look`. */
export async function look(open: OpenFile, { strip, frames }: LookOptions, advance: Advance): Promise<Look> {
  videoOf(open);
  const span = spanOf(open.info, undefined);
  const wanted = { strip: wantStrip(open, span, strip), frames: wantFrames(span, frames) };
  await show(open, span, [wanted.strip.wanted, wanted.frames.wanted], advance);
  return { filmstrip: await wanted.strip.finish(), frames: wanted.frames.finish() };
}

/** See `Media.still`. */
export async function still(open: OpenFile, time: number, height: number | undefined, advance: Advance): Promise<Blob> {
  videoOf(open);
  const info = open.info.video ?? { width: 0, height: 0 };
  const at = Math.min(Math.max(0, time), Math.max(0, open.info.duration - 1e-3));
  const side = height ?? info.height;
  const width = widthFor(info, side);
  let pixels = new Uint8ClampedArray();
  const take = (_: number, picture: Uint8ClampedArray) => (pixels = new Uint8ClampedArray(picture));
  // Half a thousandth later, as ffmpeg's filter for it looks.
  const wanted: Wanted = { count: 1, moment: () => 500, take, width, height: side, step: 4 };
  await show(open, { start: at, end: Math.min(open.info.duration, at + 0.01) }, [wanted], advance);
  return encodeJpeg(new Uint8Array(pixels.buffer), width, side, STILL_QUALITY);
}

function wantFrames(span: TimeSpan, { fps, size }: FrameOptions): { wanted: Wanted; finish: () => SeenFrames } {
  const count = frameCount(span.end - span.start, fps);
  const collector = createCollector(count, size * size * 3);
  const wanted: Wanted = {
    count,
    moment: (k) => ((k + 0.5) / fps) * 1e6,
    take: (_, pixels) => collector.add(pixels),
    width: size,
    height: size,
    step: 3,
  };
  return { wanted, finish: () => ({ rgb: collector.all(), count, size, fps }) };
}

function wantStrip(open: OpenFile, span: TimeSpan, { count, height }: FilmstripOptions) {
  const width = widthFor(open.info.video ?? { width: 0, height: 0 }, height);
  checkStrip(count, width);
  const seconds = span.end - span.start;
  const rgba = new Uint8Array(count * width * height * 4);
  const row = width * 4;
  const wanted: Wanted = {
    count,
    moment: (k) => ((k + 0.5) / count) * seconds * 1e6,
    take(k, pixels) {
      for (let y = 0; y < height; y++) {
        rgba.set(pixels.subarray(y * row, (y + 1) * row), (y * count + k) * row);
      }
    },
    width,
    height,
    step: 4,
  };
  const finish = async (): Promise<Filmstrip> => ({
    image: await encodeJpeg(rgba, count * width, height, STRIP_QUALITY),
    count,
    width,
    height,
  });
  return { wanted, finish };
}

/** A strip of the whole file whose places are filled in any order; until then they show the picture before them. */
export function stripOf(open: OpenFile, { count, height }: LookOptions['strip']) {
  const { wanted, finish } = wantStrip(open, spanOf(open.info, undefined), { count, height });
  const own = new Set<number>();
  const put = (place: number, pixels: Uint8ClampedArray) => {
    own.add(place);
    for (let k = place; k === place || (k < count && !own.has(k)); k++) wanted.take(k, pixels);
    // Nothing is before the first places: they show what comes first.
    if (Math.min(...own) === place) for (let k = 0; k < place; k++) wanted.take(k, pixels);
  };
  const { width, step } = wanted;
  return { size: { width, height, step }, put, finish };
}
