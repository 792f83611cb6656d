/** A video, or a range of it, with a new sound and its picture copied packet for packet, without a byte of ffmpeg. */

import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  WebMOutputFormat,
  type EncodedPacket,
} from 'mediabunny';
import type { TimeSpan } from '../../dsp/span.ts';
import { CONTAINERS, MAX_COPY, recodingFor } from '../coding.ts';
import { REORDER, spanOf } from '../cut.ts';
import { mediaError } from '../failures.ts';
import { lengthNotice } from '../pcm.ts';
import { commentOf, titleOf } from '../tags.ts';
import type { MediaNotice, Metadata, Pcm, VideoContainer } from '../types.ts';
import { findCut } from './cut.ts';
import { Declined } from './declined.ts';
import type { OpenFile, OpenVideo } from './file.ts';
import { videoOf, type Advance } from './frames.ts';
import { brandAsMusic, nameTagsPlainly } from './marks.ts';
import { stretchOf } from './pixel-shape.ts';
import { encodeSound, type CodedSound } from './sound-coding.ts';

export interface CopyOptions {
  readonly sound: Pcm;
  readonly container: VideoContainer;
  readonly range?: TimeSpan | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface Copied {
  readonly file: Blob;
  readonly notices: readonly MediaNotice[];
}

/** Share of the work that the sound is; the picture is only moved. */
const SOUND_SHARE = 0.8;
/** Brightness curves beyond white: what containers say of them besides is not passed on here. */
const HDR = new Set(['pq', 'hlg']);

/** See `Media.exportVideo`. Throws Declined where the picture has to be coded again. */
export async function copyVideo(
  open: OpenFile,
  fileSize: number,
  { sound, container, range, metadata }: CopyOptions,
  advance: Advance,
): Promise<Copied> {
  const video = videoOf(open);
  if (open.info.video === undefined) throw mediaError('no-video-track');
  if (fileSize > MAX_COPY) throw mediaError('too-large');
  const span = spanOf(open.info, range);
  const cut = span.start > 0 ? await findCut(open, span, advance) : undefined;
  const recoding = recodingFor(open.info.video, container, cut?.clean ?? true);
  if (recoding !== undefined) throw new Declined(`a picture that is coded again (${recoding})`);
  const { transfer } = await video.track.getColorSpace();
  if (HDR.has(transfer ?? '')) throw new Declined('HDR');
  const seconds = span.end - span.start;
  const { copyAudio, type } = CONTAINERS[container];
  const coded = await encodeSound(sound, seconds, copyAudio, (fraction) => advance(SOUND_SHARE * fraction));
  // A cut begins a little before the range at the most, where a key frame is shown.
  const zero = Math.min(span.start, cut?.picture ?? span.start);
  const whole = span.end >= open.info.duration;
  const pictures = picturesOf(open, video, { start: zero, end: whole ? Infinity : zero + seconds }, cut !== undefined);
  const bytes = await write(container, video, pictures, coded, metadata, (time) =>
    advance(SOUND_SHARE + (1 - SOUND_SHARE) * Math.min(1, Math.max(0, time / seconds))),
  );
  const notice = lengthNotice(sound, seconds);
  return { file: new Blob([bytes], { type }), notices: notice === undefined ? [] : [notice] };
}

/** The sound alone, as MP4 with the brand that music players look for. */
export async function writeM4a(sound: Pcm, metadata: Metadata | undefined, advance: Advance): Promise<Blob> {
  const coded = await encodeSound(sound, sound.channels[0].length / sound.sampleRate, 'aac', advance);
  const bytes = await write('mp4', undefined, [], coded, metadata, () => advance(1));
  brandAsMusic(new Uint8Array(bytes));
  return new Blob([bytes], { type: 'audio/mp4' });
}

/**
 * Packets in the order in which they are decoded, their times counted from the start of the range. Those after the last one
 * that is shown in it are left out, and with `cut` those before its key frame.
 */
async function* picturesOf(
  open: OpenFile,
  video: OpenVideo,
  { start, end }: TimeSpan,
  cut: boolean,
): AsyncGenerator<EncodedPacket> {
  const zero = open.start + video.shift + start;
  const sink = new EncodedPacketSink(video.track);
  // Microseconds early: rounding must not take the key frame for a later one.
  const from = cut ? await sink.getKeyPacket(zero + 2e-6) : undefined;
  let held: EncodedPacket[] = [];
  for await (const packet of sink.packets(from ?? undefined)) {
    const timestamp = onTicks(packet.timestamp - zero, video);
    const shown = timestamp < end - start - 1e-6 && packet.timestamp < video.until - 1e-6;
    if (!shown && timestamp > end - start + REORDER) break;
    held.push(packet.clone({ timestamp }));
    if (!shown) continue;
    yield* held;
    held = [];
  }
}

/** A time as a whole number of the source's ticks, so that no picture moves by rounding twice. */
function onTicks(seconds: number, { resolution }: OpenVideo): number {
  return Math.round(seconds * resolution) / resolution;
}

async function write(
  container: VideoContainer,
  video: OpenVideo | undefined,
  pictures: AsyncIterable<EncodedPacket> | Iterable<EncodedPacket>,
  coded: CodedSound,
  metadata: Metadata | undefined,
  onTime: (seconds: number) => void,
): Promise<ArrayBuffer> {
  const target = new BufferTarget();
  const format = container === 'mp4' ? new Mp4OutputFormat({ fastStart: 'in-memory' }) : new WebMOutputFormat();
  const output = new Output({ format, target });
  const sound = new EncodedAudioPacketSource(coded.codec);
  const picture = video && (await addPicture(output, container, video));
  output.addAudioTrack(sound);
  output.setMetadataTags({
    ...(metadata?.title === undefined ? {} : { title: titleOf(metadata.title) }),
    ...(metadata?.recipe === undefined ? {} : { comment: commentOf(metadata.recipe) }),
  });
  await output.start();
  let next = 0;
  /** Sound up to a time goes before the picture of that time, so that players need not look ahead. */
  const soundUntil = async (time: number) => {
    for (let packet = coded.packets[next]; packet && packet.timestamp <= time; packet = coded.packets[++next]) {
      await sound.add(packet, { decoderConfig: coded.decoderConfig });
    }
  };
  const meta = picture && { decoderConfig: picture.decoderConfig };
  for await (const packet of pictures) {
    if (container === 'webm' && packet.timestamp < -1e-6) throw new Declined('pictures before the start');
    await soundUntil(packet.timestamp);
    await picture?.source.add(packet, meta);
    onTime(packet.timestamp);
  }
  await soundUntil(Infinity);
  await output.finalize();
  if (target.buffer === null) throw new Declined('an export that came out empty');
  if (container === 'webm') nameTagsPlainly(new Uint8Array(target.buffer));
  return target.buffer;
}

async function addPicture(output: Output, container: VideoContainer, { track, rotation, resolution }: OpenVideo) {
  const codec = await track.getCodec();
  const described = await track.getDecoderConfig();
  if (codec === null || described === null) throw new Declined('a picture without a description');
  const { colorSpace, ...config } = described;
  const [width, height] = [described.codedWidth ?? 0, described.codedHeight ?? 0];
  const wide = stretchOf(width, await track.getSquarePixelWidth());
  const high = stretchOf(height, await track.getSquarePixelHeight());
  const decoderConfig = {
    ...config,
    ...(colorSpace !== undefined && statesColours(colorSpace) ? { colorSpace } : {}),
    displayAspectWidth: width * wide.num * high.den,
    displayAspectHeight: height * high.num * wide.den,
  };
  const source = new EncodedVideoPacketSource(codec);
  // In MP4 the frame rate stands for the clock of the track: that of the source keeps every time as it is.
  const clock = container === 'mp4' ? { frameRate: resolution } : {};
  output.addVideoTrack(source, { rotation: rotation as 0 | 90 | 180 | 270, ...clock });
  return { source, decoderConfig };
}

/** Whether anything is said besides that the range is the usual one, which holds for what says nothing. */
function statesColours({ primaries, transfer, matrix, fullRange }: VideoColorSpaceInit): boolean {
  return [primaries, transfer, matrix].some((value) => value != null) || fullRange === true;
}
