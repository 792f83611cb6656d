/** Frames and sound of a file, or of a range of it, on the presentation clock. */

import { stored } from '../dsp/frames.ts';
import { fitFrames, fitSamples, frameCount, sampleCount } from '../model/counts.ts';
import { fpsFraction } from './fps-fraction.ts';
import { approachPicture, approachSound, spanOf } from './cut.ts';
import { mediaError, workError } from './failures.ts';
import type { Inspection } from './inspect.ts';
import { deinterleave, mixToMono } from './pcm.ts';
import { INPUT, type Session } from './session.ts';
import type { AudioOptions, FrameOptions, Pcm, SeenFrames } from './types.ts';

/** See `Media.decodeFrames`. */
export async function decodeFrames(
  session: Session,
  inspection: Inspection,
  { fps, size, range, onProgress }: FrameOptions,
): Promise<SeenFrames> {
  const { info, videoIndex } = inspection;
  if (videoIndex === undefined) throw mediaError('no-video-track');
  const span = spanOf(info, range);
  const seconds = span.end - span.start;
  const count = frameCount(seconds, fps);
  const { args, offset } = approachPicture(inspection, span.start);
  const scale = `scale=${size}:${size}:flags=area+accurate_rnd+full_chroma_int`;
  const filter = [...steadyFrames(fps, info.video?.fps ?? 0, offset), scale, 'format=rgb24'].join(',');
  const out = session.path('frames.rgb');
  onProgress?.('decoding', 0);
  const { ok, log } = await session.exec(
    [
      ...['-v', 'error', ...args, '-i', INPUT, '-map', `0:${videoIndex}`],
      ...['-vf', filter, '-fps_mode', 'passthrough', '-frames:v', String(count)],
      ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', out],
    ],
    (position) => onProgress?.('decoding', Math.min(1, position / seconds)),
  );
  const bytes = await session.take(out);
  const frameBytes = size * size * 3;
  if (bytes.length < frameBytes) throw ok ? mediaError('truncated', undefined, log) : workError(log);
  onProgress?.('decoding', 1);
  return { rgb: fitFrames(stored(bytes), frameBytes, count), count, size, fps };
}

/**
 * Filters that give output k the picture shown at offset + (k + 0.5) / fps seconds, however few or many there were before.
 *
 * The `fps` filter with its default rounding gives output k the last picture whose time p fulfils round(p * fps) <= k,
 * that is p < (k + 0.5) / fps. The microsecond moves a picture that appears exactly then (31.25 fps against 15.625) to
 * the right side. The last picture is repeated without end, because the filter would leave out one shorter than half an
 * output frame, and a range may begin behind it; the command must say how many frames it wants. Dropping frames before
 * scaling keeps 4K affordable. ffmpeg inserts the upright rotation in front.
 */
export function steadyFrames(fps: number, sourceFps: number, offset: number): string[] {
  return [
    // Repeats follow each other at the source's rate, if it is known.
    ...(sourceFps > 0 ? ['tpad=stop=-1:stop_mode=clone'] : []),
    'settb=1/1000000',
    `setpts=PTS-${Math.round(offset * 1e6) + 1}`,
    `fps=fps=${fpsFraction(fps)}:start_time=0:round=near:eof_action=pass`,
  ];
}

/** See `Media.decodeAudio`. */
export async function decodeAudio(
  session: Session,
  inspection: Inspection,
  { sampleRate, channels = 1, range, onProgress }: AudioOptions,
): Promise<Pcm> {
  const { info, audioIndex } = inspection;
  if (audioIndex === undefined) throw mediaError('no-audio-track');
  const span = spanOf(info, range);
  const seconds = span.end - span.start;
  const { args, offset } = approachSound(inspection, span.start);
  const trim = range === undefined ? '' : `,atrim=start=${offset.toFixed(6)}:end=${(offset + seconds).toFixed(6)}`;
  const source = info.audio?.channels ?? 2;
  // Mixed to one channel here, where it shows whether the two cancel out.
  const decoded = source === 2 ? 2 : channels;
  const out = session.path('sound.f32');
  onProgress?.('decoding', 0);
  const { ok, log } = await session.exec(
    [
      ...['-v', 'error', ...args, '-i', INPUT, '-map', `0:${audioIndex}`],
      ...['-af', `${soundFilter(sampleRate, inspection, args)}${trim},${mixFilter(inspection, decoded)}`],
      ...['-ar', String(sampleRate), '-f', 'f32le', out],
    ],
    (position) => onProgress?.('decoding', Math.min(1, position / seconds)),
  );
  const bytes = await session.take(out);
  // A sound that ended before the range is silent in it, and nothing is wrong.
  if (bytes.length < 4 && !(ok && range !== undefined))
    throw ok ? mediaError('truncated', undefined, log) : workError(log);
  onProgress?.('decoding', 1);
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
  const count = sampleCount(seconds, sampleRate);
  if (decoded === 1) return { channels: [fitSamples(all, count)], sampleRate };
  const [left, right] = deinterleave(all);
  if (channels === 1) return { channels: [fitSamples(mixToMono(left, right), count)], sampleRate };
  return { channels: [fitSamples(left, count), fitSamples(right, count)], sampleRate };
}

/**
 * Leading silence for a sound that starts late, silence in gaps, nothing stretched: sample n is at n / sampleRate. ffmpeg
 * builds its filters anew where a sound changes midway, and would put that silence there once more: a sound that begins
 * with the file and is read from its start goes without.
 */
export function soundFilter(sampleRate: number, inspection: Inspection, approach: readonly string[]): string {
  const seeks = approach.includes('-ss');
  return `aresample=${sampleRate}:async=1${inspection.audioAtStart && !seeks ? '' : ':first_pts=0'}`;
}

/**
 * Filters to one or two channels: mono is the mean of left and right, and a mono sound is as loud in both channels as it
 * was in its one. ffmpeg's own rules make the first 3 dB louder, beyond full scale, and the second 3 dB softer; and of
 * channels without a layout they make nothing, so those are averaged.
 */
export function mixFilter({ info, audioLayoutKnown }: Inspection, to: 1 | 2): string {
  const from = info.audio?.channels ?? 2;
  if (from === 1 && to === 2) return 'pan=stereo|c0=c0|c1=c0';
  if (from > 2 && !audioLayoutKnown) {
    const mean = Array.from({ length: from }, (_, channel) => `${(1 / from).toFixed(6)}*c${channel}`).join('+');
    return to === 1 ? `pan=mono|c0=${mean}` : `pan=stereo|c0=${mean}|c1=${mean}`;
  }
  // A mono sound may turn to stereo midway.
  return `aresample=ochl=${to === 1 ? 'mono' : 'stereo'}:rematrix_maxval=1`;
}
