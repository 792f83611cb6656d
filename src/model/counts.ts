/**
 * Counting frames and samples on the presentation clock. Time 0 is the earliest start of any picture or sound in the file;
 * everything the media layer hands out is laid on that clock, and the engine counts what it is given in the same way.
 */

import { byteLength, type FrameBytes } from '../dsp/frames.ts';

/** Slack for durations that containers round (Matroska: 1 ms), so that 64 frames never become 65. In frames. */
const FRAME_SLACK = 1e-3;

/** Frames that cover `duration` seconds at `fps`: ceil(duration * fps), free of floating-point surprises. At least 1. */
export function frameCount(duration: number, fps: number): number {
  return Math.max(1, Math.ceil(duration * fps - FRAME_SLACK));
}

/** Samples in `duration` seconds at `sampleRate`, rounded to the nearest. */
export function sampleCount(duration: number, sampleRate: number): number {
  return Math.max(0, Math.round(duration * sampleRate));
}

/** `bytes` cut or extended to `count` frames of `frameBytes` each; missing frames repeat the last one. */
export function fitFrames(bytes: Uint8Array, frameBytes: number, count: number): Uint8Array;
export function fitFrames(bytes: FrameBytes, frameBytes: number, count: number): FrameBytes;
export function fitFrames(bytes: FrameBytes, frameBytes: number, count: number): FrameBytes {
  const have = Math.floor(byteLength(bytes) / frameBytes);
  if (have === 0) throw new RangeError('There is no frame to hold.');
  if (bytes instanceof Blob) {
    const last = bytes.slice((have - 1) * frameBytes, have * frameBytes);
    const held = Array.from({ length: Math.max(0, count - have) }, () => last);
    return new Blob([bytes.slice(0, Math.min(have, count) * frameBytes), ...held]);
  }
  if (have >= count) return bytes.length === count * frameBytes ? bytes : bytes.slice(0, count * frameBytes);
  const out = new Uint8Array(count * frameBytes);
  out.set(bytes.subarray(0, have * frameBytes));
  const last = bytes.subarray((have - 1) * frameBytes, have * frameBytes);
  for (let k = have; k < count; k++) out.set(last, k * frameBytes);
  return out;
}

/** `samples` cut or extended with silence to `count` samples. */
export function fitSamples(samples: Float32Array, count: number): Float32Array {
  if (samples.length === count) return samples;
  const out = new Float32Array(count);
  out.set(samples.subarray(0, Math.min(count, samples.length)));
  return out;
}
