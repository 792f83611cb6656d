/**
 * How a generated clip is fitted into the shape people share: sizes and filters. Pure.
 *
 * Scaling is bicubic: at four times the size Lanczos looks the same and rings at hard edges, and deblocking smears colours
 * across them. More frames a second are made by showing pictures again, not by blending: a blend shows every fast thing
 * twice and smears the very moment of a hit over two pictures.
 */

import { fpsFraction } from './fps-fraction.ts';

export type Aspect = '1:1' | '9:16' | '16:9';

export interface ClipFraming {
  readonly aspect: Aspect;
  /** The shorter side in pixels: 1080 gives 1080x1080, 1080x1920 and 1920x1080. Even, 256 to 1080. */
  readonly resolution: number;
  /** `blur` shows all of the picture on a blurred, darkened enlargement of itself; `crop` fills the frame with its middle. */
  readonly fit: 'blur' | 'crop';
  /** Frames per second; the clip's own without. A picture is shown up to half an output frame early or late. */
  readonly fps?: number | undefined;
  readonly cover?: ClipCover | undefined;
}

/** The picture that stands for the clip. It is stored as the file's cover, which file managers and players show. */
export interface ClipCover {
  /** Seconds on the clip's clock. */
  readonly time: number;
  /** Also shown for the first frame: messengers ignore covers and take the first picture. */
  readonly first: boolean;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const RATIOS: Readonly<Record<Aspect, number>> = { '1:1': 1, '9:16': 9 / 16, '16:9': 16 / 9 };

/** Throws RangeError for a resolution out of range. */
export function framedSize(aspect: Aspect, resolution: number): Size {
  if (!Number.isInteger(resolution) || resolution % 2 !== 0 || resolution < 256 || resolution > 1080) {
    throw new RangeError(`The shorter side must be even and 256 to 1080 pixels, not ${resolution}.`);
  }
  const ratio = RATIOS[aspect];
  const long = 2 * Math.round((resolution * Math.max(ratio, 1 / ratio)) / 2);
  return ratio > 1 ? { width: long, height: resolution } : { width: resolution, height: ratio < 1 ? long : resolution };
}

/** Size of the blur's working picture: an eighth, because blurring it is what costs. */
const BLUR_SHARE = 8;

/** A filter graph from pictures of `source` size, input `[0:v]`, to framed ones, output `[framed]`, times kept. */
export function framingFilter(source: Size, { aspect, resolution, fit }: ClipFraming): string {
  const { width, height } = framedSize(aspect, resolution);
  const cover = (w: number, h: number, flags: string) =>
    `scale=${w}:${h}:force_original_aspect_ratio=increase:flags=${flags},crop=${w}:${h}`;
  const sharp = 'bicubic+accurate_rnd';
  const same = Math.abs(source.width / source.height - width / height) < 0.01;
  if (fit === 'crop' || same) return `[0:v]${cover(width, height, sharp)},setsar=1,format=yuv420p[framed]`;
  const [w, h] = [even(width / BLUR_SHARE), even(height / BLUR_SHARE)];
  // Darker and paler than the picture, so that the eye stays on it.
  const dim = 'lutyuv=y=(val-16)*0.55+16:u=(val-128)*0.8+128:v=(val-128)*0.8+128';
  const scale = Math.min(width / source.width, height / source.height);
  return [
    '[0:v]format=yuv420p,split[back][front]',
    `[back]${cover(w, h, 'bilinear')},gblur=sigma=6:steps=2,${dim},scale=${width}:${height}:flags=bicubic[wide]`,
    `[front]scale=${even(source.width * scale)}:${even(source.height * scale)}:flags=${sharp}[sharp]`,
    '[wide][sharp]overlay=(W-w)/2:(H-h)/2:format=yuv420,setsar=1,format=yuv420p[framed]',
  ].join(';');
}

/**
 * The filter that shows pictures at `fps`, each as near to its own time as that allows, to the end of the clip: the last
 * one is repeated once before, because `fps` ends where the last picture begins. `duration` in seconds.
 */
export function frameRateFilter(fps: number, duration: number): string {
  return `tpad=stop=1:stop_mode=clone,fps=fps=${fpsFraction(fps)}:start_time=0:round=near,trim=end=${duration.toFixed(6)}`;
}

function even(value: number): number {
  return 2 * Math.round(value / 2);
}
