/** The first clip: generated frames with the sound they were generated for. framing.ts makes it fit for sharing. */

import { fitFrames, frameCount } from '../model/counts.ts';
import { fpsFraction } from './fps-fraction.ts';
import { aac, BT709, MP4, SOUND_RATE, X264 } from './coding.ts';
import { approachSound, spanOf } from './cut.ts';
import { mixFilter, soundFilter } from './decode.ts';
import { mediaError, workError } from './failures.ts';
import type { Inspection } from './inspect.ts';
import { INPUT, type Session } from './session.ts';
import { tagArgs } from './tags.ts';
import type { ClipOptions, DecodedFrames } from './types.ts';

/** Sounds that MP4 may carry as they are. */
const COPYABLE = new Set(['aac', 'mp3']);

/** See `Media.encodeClip`. */
export async function encodeClip(
  session: Session,
  frames: DecodedFrames,
  inspection: Inspection,
  { duration, range, outputSize, metadata, onProgress }: ClipOptions,
): Promise<Blob> {
  const { info, audioIndex } = inspection;
  if (info.audio === undefined || audioIndex === undefined) throw mediaError('no-audio-track');
  const count = frameCount(duration, frames.fps);
  const bytes = fitFrames(frames.rgb, frames.size * frames.size * 3, count);
  const picture = await session.write('frames.rgb', bytes as Uint8Array<ArrayBuffer>);
  const span = spanOf(info, range);
  const { args, offset } = approachSound(inspection, span.start);
  const tags = tagArgs(metadata);
  const out = session.path('clip.mp4');
  const run = (sound: readonly string[]) =>
    session.exec(
      [
        ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-video_size', `${frames.size}x${frames.size}`],
        ...['-framerate', fpsFraction(frames.fps), '-i', picture, ...args, '-i', INPUT],
        ...['-map', '0:v:0', '-map', `1:${audioIndex}`],
        ...['-vf', clipFilter(outputSize ?? frames.size), ...X264, ...BT709],
        ...[...sound, ...tags, ...MP4, out],
      ],
      (seconds) => onProgress?.('encoding', Math.min(1, seconds / duration)),
    );
  onProgress?.('encoding', 0);
  // Copied packets cannot be cut inside; a sound that runs on past the clip is coded again with its end left out.
  const fits = span.start <= 0 && span.end >= info.duration && info.duration <= duration + 0.05;
  const copy = fits && COPYABLE.has(info.audio.codec) ? await run(['-c:a', 'copy']) : undefined;
  if (copy?.ok !== true) {
    const channels = info.audio.channels > 1 ? 2 : 1;
    const end = offset + Math.min(duration, span.end - span.start);
    const filter = `${soundFilter(SOUND_RATE)},atrim=start=${offset.toFixed(6)}:end=${end.toFixed(6)},asetpts=PTS-STARTPTS,${mixFilter(info.audio.channels, channels)}`;
    const coded = await run(['-af', filter, ...aac(channels)]);
    if (!coded.ok) throw workError(coded.log);
  }
  onProgress?.('writing');
  const made = await session.take(out);
  if (made.length === 0) throw mediaError('media-crashed', 'The clip came out empty.', [], { variant: 'empty-export' });
  return new Blob([made], { type: 'video/mp4' });
}

function clipFilter(size: number): string {
  const even = Math.ceil(size / 2) * 2;
  return `scale=${even}:${even}:flags=bicubic+accurate_rnd:out_color_matrix=bt709:out_range=tv`;
}
