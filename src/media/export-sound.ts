/** The sound alone: WAV without any coding (wav.ts), or M4A. */

import { AppError } from '../errors.ts';
import { aac, SOUND_RATE } from './coding.ts';
import { mediaError, workError } from './failures.ts';
import { channelCount, interleave } from './pcm.ts';
import type { Session } from './session.ts';
import { tagArgs } from './tags.ts';
import type { Pcm, SoundExportOptions } from './types.ts';

/** M4A: AAC in MP4 with the brand that music players look for. */
export async function exportM4a(
  session: Session,
  sound: Pcm,
  { metadata, onProgress }: SoundExportOptions,
): Promise<Blob> {
  const count = sound.channels[0].length;
  if (count === 0)
    throw new AppError('zero-length', 'The sound has no length.', 'Make the sound again.', {
      values: { variant: 'sound' },
    });
  const channels = channelCount(sound);
  const tags = tagArgs(metadata);
  const path = await session.write('sound.f32', new Uint8Array(interleave(sound, count).buffer));
  const out = session.path('out.m4a');
  const seconds = count / sound.sampleRate;
  onProgress?.('encoding', 0);
  const { ok, log } = await session.exec(
    [
      ...['-v', 'error', '-f', 'f32le', '-ar', String(sound.sampleRate), '-ac', String(channels), '-i', path],
      ...['-af', `aresample=${SOUND_RATE}`, ...aac(channels), ...tags, '-movflags', '+faststart', '-f', 'ipod', out],
    ],
    (position) => onProgress?.('encoding', Math.min(1, position / seconds)),
  );
  if (!ok) throw workError(log);
  onProgress?.('writing');
  const bytes = await session.take(out);
  if (bytes.length === 0)
    throw mediaError('media-crashed', 'The export came out empty.', log, { variant: 'empty-export' });
  return new Blob([bytes], { type: 'audio/mp4' });
}
