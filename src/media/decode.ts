/** Frames and sound of a file on the presentation clock. */

import { fitFrames, fitSamples, fpsFraction, frameCount, sampleCount } from './clock.ts';
import { mediaError, workError } from './failures.ts';
import type { Inspection } from './inspect.ts';
import { INPUT, type Session } from './session.ts';
import type { DecodedFrames, MediaProgress, Pcm } from './types.ts';

/** See `Media.decodeFrames`. */
export async function decodeFrames(
  session: Session,
  { info, videoIndex }: Inspection,
  { fps, size, onProgress }: { fps: number; size: number; onProgress?: MediaProgress | undefined },
): Promise<DecodedFrames> {
  if (videoIndex === undefined) throw mediaError('no-video-track');
  const count = frameCount(info.duration, fps);
  const out = session.path('frames.rgb');
  onProgress?.('decoding', 0);
  const { ok, log } = await session.exec(
    [
      ...['-v', 'error', '-i', INPUT, '-map', `0:${videoIndex}`],
      ...['-vf', frameFilter(fps, size, info.video?.fps ?? 0), '-fps_mode', 'passthrough', '-frames:v', String(count)],
      ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', out],
    ],
    (seconds) => onProgress?.('decoding', Math.min(1, seconds / info.duration)),
  );
  const bytes = await session.take(out);
  const frameBytes = size * size * 3;
  if (bytes.length < frameBytes) throw ok ? mediaError('truncated', undefined, log) : workError(log);
  onProgress?.('decoding', 1);
  return { rgb: fitFrames(bytes, frameBytes, count), count, size, fps };
}

/**
 * The `fps` filter with its default rounding gives output k the last picture whose time p fulfils round(p * fps) <= k,
 * that is p < (k + 0.5) / fps. The microsecond moves a picture that appears exactly then (31.25 fps against 15.625) to
 * the right side. At the end the filter would leave out a last picture shorter than half an output frame, so the last one
 * is repeated a little first. Dropping frames before scaling keeps 4K affordable. ffmpeg inserts the upright rotation in
 * front.
 */
export function frameFilter(fps: number, size: number, sourceFps: number): string {
  // Repeats follow each other at the source's rate, if it is known; they must reach two output frames further.
  const repeats = Math.min(500, Math.ceil((2 * sourceFps) / fps) + 1);
  return [
    ...(sourceFps > 0 ? [`tpad=stop=${repeats}:stop_mode=clone`] : []),
    'settb=1/1000000',
    'setpts=PTS-1',
    `fps=fps=${fpsFraction(fps)}:start_time=0:round=near:eof_action=pass`,
    `scale=${size}:${size}:flags=area+accurate_rnd+full_chroma_int`,
    'format=rgb24',
  ].join(',');
}

/** See `Media.decodeAudio`. */
export async function decodeAudio(
  session: Session,
  { info, audioIndex }: Inspection,
  { sampleRate, onProgress }: { sampleRate: number; onProgress?: MediaProgress | undefined },
): Promise<Pcm> {
  if (audioIndex === undefined) throw mediaError('no-audio-track');
  const out = session.path('sound.f32');
  onProgress?.('decoding', 0);
  const { ok, log } = await session.exec(
    [
      ...['-v', 'error', '-i', INPUT, '-map', `0:${audioIndex}`],
      ...['-af', soundFilter(sampleRate), '-ac', '1', '-ar', String(sampleRate), '-f', 'f32le', out],
    ],
    (seconds) => onProgress?.('decoding', Math.min(1, seconds / info.duration)),
  );
  const bytes = await session.take(out);
  if (bytes.length < 4) throw ok ? mediaError('truncated', undefined, log) : workError(log);
  onProgress?.('decoding', 1);
  const samples = new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
  return { samples: fitSamples(samples, sampleCount(info.duration, sampleRate)), sampleRate };
}

/** Leading silence for a sound that starts late, silence in gaps, nothing stretched: sample n is at n / sampleRate. */
export function soundFilter(sampleRate: number): string {
  return `aresample=${sampleRate}:async=1:first_pts=0`;
}
