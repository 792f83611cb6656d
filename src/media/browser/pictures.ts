/** Pictures of a file on the presentation clock, decoded once for all that is asked of them. */

import { VideoSampleSink, type VideoSample } from 'mediabunny';
import type { TimeSpan } from '../../dsp/span.ts';
import { conversionOf, toRgb, turned } from './colour.ts';
import { Declined } from './declined.ts';
import type { OpenFile, OpenVideo } from './file.ts';
import { PlaneReader, type Planes } from './planes.ts';
import { scalePlane } from './scale.ts';

/** A row of moments, and what becomes of the picture on show at each. */
export interface Wanted {
  /** How many, and moment k in microseconds after the start of the range; growing. */
  readonly count: number;
  moment(k: number): number;
  /** Called for k = 0, 1 ... with the pixels of the picture then on show, upright; equal pictures are equal arrays. */
  take(k: number, pixels: Uint8ClampedArray): void;
  /** Size of the upright pixels, and bytes of each: RGB or RGBA (opaque). */
  readonly width: number;
  readonly height: number;
  readonly step: 3 | 4;
}

/** Decoders are sent a little more than the range, in seconds: the picture before it, and those that are stored late. */
const LEAD = 0.5;
const TAIL = 1;
/** A moment that a picture appears at to the microsecond shows that picture. */
const INSTANT = 1;

/**
 * Decodes `span` and hands every wanted moment its picture: the last one that has appeared, or the first before any has.
 * `onPicture` hears of every decoded one, with its time in seconds after the start of the range.
 */
export async function showPictures(
  open: OpenFile,
  video: OpenVideo,
  span: TimeSpan,
  wishes: readonly Wanted[],
  onPicture: (seconds: number) => void,
): Promise<void> {
  const pending = wishes.map((wanted) => ({ wanted, next: 0 }));
  const origin = Math.round((open.start + span.start) * 1e6);
  const reader = new PlaneReader();
  let shown: { sample: VideoSample; time: number } | undefined;

  /** Gives the picture on show to all moments before `until`, in microseconds. */
  const give = async (until: number) => {
    if (shown === undefined) return;
    const due = pending.filter(({ wanted, next }) => next < wanted.count && wanted.moment(next) + INSTANT <= until);
    if (due.length === 0) return;
    const planes = await reader.read(frameOf(shown.sample));
    const colours = coloursOf(video, frameOf(shown.sample), planes);
    for (const row of due) {
      const pixels = render(planes, colours, video.rotation, row.wanted);
      for (; row.next < row.wanted.count && row.wanted.moment(row.next) + INSTANT <= until; row.next++) {
        row.wanted.take(row.next, pixels);
      }
    }
  };

  try {
    const zero = open.start + video.shift;
    const from = span.start <= 0 ? -Infinity : zero + span.start - LEAD;
    const samples = new VideoSampleSink(video.track).samples(from, zero + span.end + TAIL);
    for await (const sample of samples) {
      const stated = frameOf(sample).timestamp / 1e6;
      // What lies outside the edit is decoded, not shown.
      if (stated < video.first - 2e-6 || stated >= video.until - 1e-6) {
        sample.close();
        continue;
      }
      const time = onClock(stated, video) - origin;
      if (shown !== undefined && time < shown.time) {
        sample.close();
        throw new Declined('pictures out of order');
      }
      await give(time).catch((error: unknown) => {
        sample.close();
        throw error;
      });
      shown?.sample.close();
      shown = { sample, time };
      onPicture(time / 1e6);
      if (pending.every(({ wanted, next }) => next >= wanted.count)) break;
    }
    if (shown === undefined) throw new Declined('no picture could be decoded');
    await give(Infinity);
  } finally {
    shown?.sample.close();
  }
}

/** Pictures one by one, whatever their times. */
export class PictureReader {
  readonly #reader = new PlaneReader();

  /** Upright pixels. Throws Declined for pixels that are not luma and two colour differences. */
  async read(
    video: OpenVideo,
    sample: VideoSample,
    size: Pick<Wanted, 'width' | 'height' | 'step'>,
  ): Promise<Uint8ClampedArray> {
    const frame = frameOf(sample);
    const planes = await this.#reader.read(frame);
    return render(planes, coloursOf(video, frame, planes), video.rotation, size);
  }
}

/** The decoder's own picture: its time is what the file states. mediabunny counts, and would miss one that is left out. */
function frameOf(sample: VideoSample): VideoFrame {
  const { _data: frame } = sample as unknown as { _data: unknown };
  if (!(frame instanceof VideoFrame)) throw new Declined('pictures that no decoder of the browser made');
  return frame;
}

/** A time that the file states on its clock, in microseconds, rounded as ffmpeg does. */
function onClock(stated: number, { resolution, shift }: OpenVideo): number {
  // Decoders count in whole microseconds, coarser than which most containers are.
  if (resolution > 4e5) return Math.round((stated - shift) * 1e6);
  return Math.round(((Math.round(stated * resolution) - Math.round(shift * resolution)) * 1e6) / resolution);
}

function coloursOf(video: OpenVideo, frame: VideoFrame, { depth }: Planes) {
  // BT.709 is also what a decoder says that was told nothing.
  const decoded = frame.colorSpace.matrix === 'bt709' ? undefined : frame.colorSpace.matrix;
  return conversionOf({ matrix: video.matrix ?? decoded, full: video.fullRange, depth });
}

function render(
  { y, u, v }: Planes,
  colours: ReturnType<typeof conversionOf>,
  rotation: number,
  { width, height, step }: Pick<Wanted, 'width' | 'height' | 'step'>,
): Uint8ClampedArray {
  const [w, h] = rotation === 90 || rotation === 270 ? [height, width] : [width, height];
  const pixels = new Uint8ClampedArray(w * h * step);
  if (step === 4) pixels.fill(255);
  toRgb([scalePlane(y, w, h), scalePlane(u, w, h), scalePlane(v, w, h)], colours, pixels, step);
  return turned(pixels, w, h, step, rotation);
}
