/** Exports: a video with a new sound, and a clip made of frames. Both MP4, playable from the first byte (faststart). */

import { fitFrames, fitSamples, fpsFraction, frameCount, sampleCount } from './clock.ts';
import { soundFilter } from './decode.ts';
import { mediaError, workError } from './failures.ts';
import type { Inspection } from './inspect.ts';
import { INPUT, type Session } from './session.ts';
import type { DecodedFrames, MediaNoticeListener, MediaProgress, Pcm } from './types.ts';

const SOUND_RATE = 48_000;
const AAC = ['-c:a', 'aac', '-b:a', '160k', '-ar', String(SOUND_RATE)];
/** Picture coding where copying is impossible; WASM is slow, so speed goes before size. */
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18', '-pix_fmt', 'yuv420p'];
/** Titles, dates and places of the original stay out of a file that is made to be shared. */
const MP4 = ['-map_metadata', '-1', '-map_chapters', '-1', '-movflags', '+faststart', '-f', 'mp4'];

/** Codecs that MP4 may carry and ffmpeg's muxer writes. */
const COPYABLE_VIDEO = new Set(['h264', 'hevc', 'vp9', 'av1', 'mpeg4', 'mpeg2video', 'mpeg1video', 'mjpeg']);
const COPYABLE_AUDIO = new Set(['aac', 'mp3']);

/** The export is held in memory, for a moment twice. Bytes. */
const MAX_COPY = 2 ** 30;

interface MuxOptions {
  readonly onProgress?: MediaProgress | undefined;
  readonly onNotice?: MediaNoticeListener | undefined;
}

/** See `Media.muxSound`. */
export async function muxSound(
  session: Session,
  file: File,
  { info, container, videoIndex }: Inspection,
  sound: Pcm,
  { onProgress, onNotice }: MuxOptions,
): Promise<Blob> {
  if (videoIndex === undefined || info.video === undefined) throw mediaError('no-video-track');
  if (file.size > MAX_COPY) throw mediaError('too-large');
  const copied = COPYABLE_VIDEO.has(info.video.codec);
  const pcm = await writePcm(session, sound, info.duration, onNotice);
  const out = session.path('out.mp4');
  const run = (picture: readonly string[]) =>
    session.exec(
      [
        ...['-v', 'error', '-i', INPUT, ...pcm, '-map', `0:${videoIndex}`, '-map', '1:a:0'],
        ...picture,
        ...AAC,
        ...MP4,
        out,
      ],
      (seconds) => onProgress?.('encoding', Math.min(1, seconds / info.duration)),
    );
  onProgress?.('encoding', 0);
  const copy = copied ? await run(copyArgs(info.video.codec, container)) : undefined;
  if (copy?.ok !== true) {
    onNotice?.({
      code: 'video-reencoded',
      message: `MP4 cannot carry the original picture coding (${info.video.codec}); it was coded again as H.264.`,
      values: { codec: info.video.codec },
    });
    const coded = await run([...X264, '-vf', EVEN, ...OWN_TIMES]);
    if (!coded.ok) throw workError(coded.log);
  }
  onProgress?.('writing');
  return mp4(await session.take(out));
}

/** 4:2:0 needs even sides; an odd last row or column is repeated rather than cut. */
const EVEN = 'pad=ceil(iw/2)*2:ceil(ih/2)*2';

/** Keeps every picture's time; the encoder would otherwise move it to the grid of the average rate. */
const OWN_TIMES = ['-fps_mode', 'vfr', '-enc_time_base:v', '1/90000', '-video_track_timescale', '90000'];

function copyArgs(codec: string, container: string): string[] {
  const args = ['-c:v', 'copy'];
  // Apple's players want hvc1; ffmpeg's own choice is hev1.
  if (codec === 'hevc') args.push('-tag:v', 'hvc1');
  // AVI packs two MPEG-4 pictures into one packet, which MP4 must not.
  if (codec === 'mpeg4' && container === 'avi') args.push('-bsf:v', 'mpeg4_unpack_bframes');
  return args;
}

/** Writes the sound, cut or padded to the length of the picture, and returns the input options that read it. */
async function writePcm(
  session: Session,
  sound: Pcm,
  duration: number,
  onNotice: MediaNoticeListener | undefined,
): Promise<string[]> {
  const count = sampleCount(duration, sound.sampleRate);
  const difference = (sound.samples.length - count) / sound.sampleRate;
  // A few hundredths come from rounding to frames and are nobody's news.
  if (difference > 0.05) {
    onNotice?.({
      code: 'sound-cut',
      message: `The sound was ${difference.toFixed(1)} s longer than the picture; its end is left out.`,
      values: { seconds: difference },
    });
  } else if (difference < -0.05) {
    onNotice?.({
      code: 'sound-padded',
      message: `The sound was ${(-difference).toFixed(1)} s shorter than the picture; silence follows it.`,
      values: { seconds: -difference },
    });
  }
  // A copy: writing hands the buffer over, and the sound belongs to the caller.
  const samples = fitSamples(sound.samples, count).slice();
  const path = await session.write('sound.f32', new Uint8Array(samples.buffer));
  return ['-f', 'f32le', '-ar', String(sound.sampleRate), '-ac', '1', '-i', path];
}

interface ClipOptions {
  readonly duration: number;
  readonly outputSize?: number | undefined;
  readonly onProgress?: MediaProgress | undefined;
}

/** See `Media.encodeClip`. */
export async function encodeClip(
  session: Session,
  frames: DecodedFrames,
  { info, audioIndex }: Inspection,
  { duration, outputSize, onProgress }: ClipOptions,
): Promise<Blob> {
  if (info.audio === undefined || audioIndex === undefined) throw mediaError('no-audio-track');
  const count = frameCount(duration, frames.fps);
  const fitted = fitFrames(frames.rgb, frames.size * frames.size * 3, count);
  const bytes = fitted === frames.rgb ? fitted.slice() : fitted;
  const picture = await session.write('frames.rgb', bytes as Uint8Array<ArrayBuffer>);
  const out = session.path('clip.mp4');
  const run = (sound: readonly string[]) =>
    session.exec(
      [
        ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-video_size', `${frames.size}x${frames.size}`],
        ...[
          '-framerate',
          fpsFraction(frames.fps),
          '-i',
          picture,
          '-i',
          INPUT,
          '-map',
          '0:v:0',
          '-map',
          `1:${audioIndex}`,
        ],
        ...['-vf', clipFilter(outputSize ?? frames.size), ...X264, ...BT709],
        ...sound,
        ...MP4,
        out,
      ],
      (seconds) => onProgress?.('encoding', Math.min(1, seconds / duration)),
    );
  onProgress?.('encoding', 0);
  // Copied packets cannot be cut inside; a sound that runs on past the clip is coded again with its end left out.
  const fits = info.duration <= duration + 0.05;
  const copy = fits && COPYABLE_AUDIO.has(info.audio.codec) ? await run(['-c:a', 'copy']) : undefined;
  if (copy?.ok !== true) {
    const stereo = info.audio.channels > 2 ? ['-ac', '2'] : [];
    const filter = `${soundFilter(SOUND_RATE)},atrim=end=${duration.toFixed(6)}`;
    const coded = await run(['-af', filter, ...stereo, ...AAC]);
    if (!coded.ok) throw workError(coded.log);
  }
  onProgress?.('writing');
  return mp4(await session.take(out));
}

/** Players assume different colours for untagged small pictures, so the matrix is both applied and stated. */
const BT709 = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];

function clipFilter(size: number): string {
  const even = Math.ceil(size / 2) * 2;
  return `scale=${even}:${even}:flags=bicubic+accurate_rnd:out_color_matrix=bt709:out_range=tv`;
}

function mp4(bytes: Uint8Array<ArrayBuffer>): Blob {
  if (bytes.length === 0)
    throw mediaError('media-crashed', 'The export came out empty.', [], { variant: 'empty-export' });
  return new Blob([bytes], { type: 'video/mp4' });
}
