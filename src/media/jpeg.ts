/**
 * Pictures to JPEG, by the browser. ffmpeg.wasm's own JPEG encoder runs out of its memory or never returns on pictures
 * with grain or much detail.
 */

import { mediaError } from './failures.ts';

/**
 * `rgba` holds bytes [height, width, 4], sRGB; `quality` is 0..1. Throws out-of-memory where the browser has no canvas of
 * that size.
 */
export async function encodeJpeg(
  rgba: Uint8Array<ArrayBuffer>,
  width: number,
  height: number,
  quality: number,
): Promise<Blob> {
  const context = new OffscreenCanvas(width, height).getContext('2d', { alpha: false });
  if (context === null) throw mediaError('out-of-memory');
  const pixels = new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, width * height * 4);
  context.putImageData(new ImageData(pixels, width, height), 0, 0);
  return context.canvas.convertToBlob({ type: 'image/jpeg', quality });
}
