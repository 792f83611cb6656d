/**
 * Where movement in a picture starts or changes abruptly, and which of these moments are heard.
 *
 * Motion energy at the boundary between two frames is how much of the picture differs from everything that was near
 * there before: the mean, over all pixels, of a pixel's distance from the range of brightness that the previous frame
 * has in the 3 x 3 pixels around the same place, after the previous frame was moved by the whole pixels (up to two) that
 * fit best and made as bright as the new one. A camera that shakes, lamps that flicker and the grain of a codec therefore
 * count little, and a change of the whole picture at once (a cut, a flash) counts as none. An onset is a peak of the rise
 * of that energy. training/avlink/evaluate/metrics.py `motion_onsets` is the plain form of the same on clean renderings.
 */

import { piecesOf, type FrameBytes } from './frames.ts';

/** Pixels, RGB bytes [count, size, size, 3]; frame k is shown at (k + 0.5) / fps seconds. */
export interface MotionFrames {
  readonly rgb: FrameBytes;
  readonly count: number;
  readonly size: number;
  readonly fps: number;
}

export interface Motion {
  /** Energy at the boundary before each frame, that is at k / fps seconds; 0..1 of the clip's liveliest moment. */
  readonly curve: Float32Array;
  /** Seconds, rising. */
  readonly onsets: readonly number[];
}

/** Pixels that the camera may jump between two frames without being seen as movement in the picture. */
const SHAKE = 2;
/** Differences up to this are the codec's, of 255. */
const GRAIN = 6;
/** Where more than this share of the pixels have changed by more than this, of 255, all has: that is a cut or a flash. */
const WHOLE = 0.6;
const CHANGED = 16;
/** Largest change of brightness of the whole picture that is taken for flicker, of 255. */
const FLICKER = 24;
/** An onset rises by at least this share of the clip's largest rise, and by at least this energy, of 255. */
const SHARE = 0.25;
const LEAST_RISE = 0.06;
/** Of onsets closer than this, in seconds, the largest stays. */
const CLOSEST = 0.15;

export async function findMotion(frames: MotionFrames): Promise<Motion> {
  const energy = await motionEnergy(frames);
  const most = energy.reduce((a, b) => Math.max(a, b), 0);
  const curve = most > 0 ? energy.map((value) => value / most) : energy;
  return { curve, onsets: onsetsOf(energy, frames.fps) };
}

/** See above; of 255, [count], the first is 0. */
async function motionEnergy({ rgb, count, size }: MotionFrames): Promise<Float32Array> {
  const energy = new Float32Array(count);
  let before = new Float32Array(size * size);
  let now = new Float32Array(size * size);
  const frameBytes = size * size * 3;
  let k = 0;
  for await (const piece of piecesOf(rgb, frameBytes)) {
    for (let from = 0; from < piece.length && k < count; from += frameBytes, k++) {
      toBrightness(piece.subarray(from, from + frameBytes), now);
      if (k > 0) energy[k] = energyBetween(before, now, size);
      [before, now] = [now, before];
    }
  }
  return energy;
}

function toBrightness(rgb: Uint8Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) {
    out[i] = 0.299 * (rgb[3 * i] ?? 0) + 0.587 * (rgb[3 * i + 1] ?? 0) + 0.114 * (rgb[3 * i + 2] ?? 0);
  }
}

function energyBetween(before: Float32Array, now: Float32Array, size: number): number {
  const { dx, dy } = bestShift(before, now, size);
  const brighter = medianDifference(before, now, size, dx, dy);
  let sum = 0;
  let changed = 0;
  // The border has no neighbours to compare with.
  const margin = SHAKE + 1;
  for (let y = margin; y < size - margin; y++) {
    for (let x = margin; x < size - margin; x++) {
      let lowest = Infinity;
      let highest = -Infinity;
      for (let v = y - dy - 1; v <= y - dy + 1; v++) {
        for (let u = x - dx - 1; u <= x - dx + 1; u++) {
          const value = before[v * size + u] ?? 0;
          if (value < lowest) lowest = value;
          if (value > highest) highest = value;
        }
      }
      const value = (now[y * size + x] ?? 0) - brighter;
      if (Math.abs(value - (before[(y - dy) * size + x - dx] ?? 0)) > CHANGED) changed++;
      sum += Math.max(0, lowest - value - GRAIN, value - highest - GRAIN);
    }
  }
  const pixels = Math.max(1, size - 2 * margin) ** 2;
  return changed > WHOLE * pixels ? 0 : sum / pixels;
}

/** By how many whole pixels the picture has moved; on a tie, and in a picture without structure, by none. */
function bestShift(before: Float32Array, now: Float32Array, size: number): { dx: number; dy: number } {
  let best = { dx: 0, dy: 0 };
  let least = difference(before, now, size, 0, 0) * 0.98;
  for (let dy = -SHAKE; dy <= SHAKE; dy++) {
    for (let dx = -SHAKE; dx <= SHAKE; dx++) {
      const value = difference(before, now, size, dx, dy);
      if (value < least) {
        least = value;
        best = { dx, dy };
      }
    }
  }
  return best;
}

// Every other pixel each way is enough to tell shifts apart.
function difference(before: Float32Array, now: Float32Array, size: number, dx: number, dy: number): number {
  let sum = 0;
  for (let y = SHAKE; y < size - SHAKE; y += 2) {
    const row = y * size;
    const moved = (y - dy) * size - dx;
    for (let x = SHAKE; x < size - SHAKE; x += 2) sum += Math.abs((now[row + x] ?? 0) - (before[moved + x] ?? 0));
  }
  return sum;
}

/** By how much the picture as a whole has become brighter, of 255. */
function medianDifference(before: Float32Array, now: Float32Array, size: number, dx: number, dy: number): number {
  const histogram = new Uint32Array(511);
  let count = 0;
  for (let y = SHAKE; y < size - SHAKE; y++) {
    for (let x = SHAKE; x < size - SHAKE; x++) {
      const change = Math.round((now[y * size + x] ?? 0) - (before[(y - dy) * size + x - dx] ?? 0)) + 255;
      histogram[change] = (histogram[change] ?? 0) + 1;
      count++;
    }
  }
  let seen = 0;
  const middle = histogram.findIndex((value) => (seen += value) * 2 >= count) - 255;
  return Math.max(-FLICKER, Math.min(FLICKER, middle));
}

function onsetsOf(energy: Float32Array, fps: number): number[] {
  const rise = energy.map((value, k) => Math.max(0, value - (energy[k - 1] ?? 0)));
  const least = Math.max(LEAST_RISE, SHARE * rise.reduce((a, b) => Math.max(a, b), 0));
  const kept: number[] = [];
  const order = [...rise.keys()].sort((a, b) => (rise[b] ?? 0) - (rise[a] ?? 0));
  for (const k of order) {
    if ((rise[k] ?? 0) < least) break;
    if (kept.every((other) => Math.abs(other - k) > CLOSEST * fps)) kept.push(k);
  }
  return kept.sort((a, b) => a - b).map((k) => k / fps);
}
