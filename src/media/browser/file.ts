/**
 * Opens a file with mediabunny and decides whether the browser reads it exactly as ffmpeg would; what is doubtful is left
 * to ffmpeg, which also finds the words for what is wrong with it.
 */

import {
  AudioSampleSink,
  BlobSource,
  EncodedPacketSink,
  FLAC,
  Input,
  MATROSKA,
  MP3,
  MP4,
  OGG,
  QTFF,
  VideoSampleSink,
  WAVE,
  WEBM,
  type InputAudioTrack,
  type InputTrack,
  type InputVideoTrack,
} from 'mediabunny';
import { MAX_SECONDS } from '../failures.ts';
import { recipeOf } from '../tags.ts';
import type { AudioTrackInfo, MediaInfo, VideoTrackInfo } from '../types.ts';
import { Declined } from './declined.ts';
import { editsOf, type Edits } from './edits.ts';
import { packetsOf, type TrackPackets } from './packets.ts';
import { checkOgg, checkWav, mp3Lead, utf8Of } from './sound-files.ts';
import { isSurround } from './surround.ts';

const FORMATS = [MP4, QTFF, MATROSKA, WEBM, MP3, WAVE, OGG, FLAC];

/** ffmpeg's names. Only codecs that ffmpeg.wasm reads, too: exports need it. */
const VIDEO_CODECS: Readonly<Record<string, string>> = { avc: 'h264', hevc: 'hevc', vp8: 'vp8', vp9: 'vp9' };
const AUDIO_CODECS: Readonly<Record<string, string>> = {
  aac: 'aac',
  opus: 'opus',
  vorbis: 'vorbis',
  mp3: 'mp3',
  flac: 'flac',
  'pcm-s16': 'pcm_s16le',
  'pcm-s24': 'pcm_s24le',
  'pcm-s32': 'pcm_s32le',
  'pcm-f32': 'pcm_f32le',
  'pcm-u8': 'pcm_u8',
};

export interface OpenVideo extends TrackPackets {
  readonly track: InputVideoTrack;
  /** Ticks of the container's clock in a second. */
  readonly resolution: number;
  /** Where the edit ends, on the file's own clock; pictures from then on are not shown. */
  readonly until: number;
  /** How much earlier everything is shown than the file states, in seconds. */
  readonly shift: number;
  readonly rotation: number;
  /** As the file states it; undefined where it does not. */
  readonly matrix: string | undefined;
  readonly fullRange: boolean;
  /** Of the pictures as they are stored, in pixels. */
  readonly codedWidth: number;
  readonly codedHeight: number;
}

export interface OpenFile {
  readonly input: Input;
  readonly info: MediaInfo;
  /** The file's own time of presentation zero, in seconds. */
  readonly start: number;
  readonly video: OpenVideo | undefined;
  readonly audio: { readonly track: InputAudioTrack; readonly sampleRate: number } | undefined;
}

/** Throws Declined, or whatever mediabunny throws: both mean that the file is ffmpeg's. */
export async function openFile(file: File): Promise<OpenFile> {
  const input = new Input({ formats: FORMATS, source: new BlobSource(file) });
  const { name } = await input.getFormat();
  if (name === 'WAVE') await checkWav(file);
  if (name === 'Ogg') await checkOgg(file);
  const [videoTracks, audioTracks] = [await input.getVideoTracks(), await input.getAudioTracks()];
  if (videoTracks.length > 1) throw new Declined('more than one picture track');
  const videoTrack = videoTracks[0];
  const audioTrack = await pick(audioTracks);
  if (videoTrack === undefined && audioTrack === undefined) throw new Declined('no tracks');
  const isMp4 = name === 'MP4' || name === 'QuickTime File Format';
  const edits = isMp4 ? await editsOf(file) : new Map<number, Edits>();
  const edit = (track: InputTrack) => soundEdits(edits.get(track.id));
  const isMp3 = name === 'MP3';
  const lead = isMp3 ? await mp3Lead(file) : 0;
  const video = videoTrack && (await openVideo(videoTrack, isMp4, edit(videoTrack), file.size));
  const audio = audioTrack && (await openAudio(audioTrack, edit(audioTrack)?.end ?? Infinity, lead));
  const tracks = [video, audio].filter((track) => track !== undefined);
  const start = Math.min(...tracks.map((track) => track.start));
  const measured = Math.max(...tracks.map((track) => track.end)) - start;
  // An MP3 states what its first frame was told, not what it holds.
  const stated = isMp4 || isMp3 ? null : await input.getDurationFromMetadata(tracks.map(({ track }) => track));
  // A length that the file states and does not hold is a matter for ffmpeg.
  if (stated !== null && Math.abs(stated - measured) > Math.max(0.5, 0.05 * stated))
    throw new Declined('a false length');
  const duration = stated ?? measured;
  if (!(duration > 0) || duration > MAX_SECONDS) throw new Declined(`a length of ${duration} s`);
  const tags = await input.getMetadataTags();
  const comment = name === 'WAVE' ? utf8Of(tags.comment) : tags.comment;
  const recipe = recipeOf(comment === undefined ? undefined : { comment });
  return {
    input,
    start,
    info: {
      duration,
      ...(video && { video: video.info }),
      ...(audio && { audio: audio.info }),
      ...(recipe === undefined ? {} : { recipe }),
      decoder: 'browser',
    },
    video,
    audio,
  };
}

function soundEdits(edits: Edits | undefined): Edits | undefined {
  if (edits?.odd !== undefined) throw new Declined(edits.odd);
  return edits;
}

/** The default track first. */
async function pick<T extends InputTrack>(tracks: readonly T[]): Promise<T | undefined> {
  for (const track of tracks) if ((await track.getDisposition()).default) return track;
  return tracks[0];
}

async function openVideo(
  track: InputVideoTrack,
  counted: boolean,
  edits: Edits | undefined,
  fileSize: number,
): Promise<OpenVideo & { start: number; info: VideoTrackInfo }> {
  const codec = VIDEO_CODECS[(await track.getCodec()) ?? ''];
  if (codec === undefined || !(await track.canDecode())) throw new Declined(`picture codec ${codec ?? 'unknown'}`);
  if (await track.getFlip()) throw new Declined('a mirrored picture');
  const packets = await packetsOf(track, counted, fileSize);
  await decodeFirst(new VideoSampleSink(track));
  const until = edits?.end ?? Infinity;
  // Where an edit begins between two pictures, ffmpeg lets the second begin with it.
  const shift = edits === undefined ? 0 : Math.max(0, packets.first - edits.lead);
  const rotation = await track.getRotation();
  const colours = await track.getColorSpace();
  const [width, height] = [await track.getSquarePixelWidth(), await track.getSquarePixelHeight()];
  const [codedWidth, codedHeight] = [await track.getCodedWidth(), await track.getCodedHeight()];
  // ffmpeg keeps the height and widens.
  const wide = Math.round((codedHeight * width) / height);
  const sideways = rotation === 90 || rotation === 270;
  return {
    track,
    ...packets,
    start: packets.first - shift,
    end: Math.min(packets.end, until) - shift,
    until,
    shift,
    resolution: await track.getTimeResolution(),
    rotation,
    matrix: colours.matrix ?? undefined,
    fullRange: colours.fullRange ?? false,
    codedWidth,
    codedHeight,
    info: {
      codec,
      width: sideways ? codedHeight : wide,
      height: sideways ? wide : codedHeight,
      rotation,
      fps: packets.fps,
      ...(packets.bitRate === undefined ? {} : { bitRate: packets.bitRate }),
    },
  };
}

/** Damage shows, and what a decoder refuses after all, before anybody relies on it. */
async function decodeFirst(sink: VideoSampleSink | AudioSampleSink): Promise<void> {
  for await (const sample of sink.samples()) {
    sample.close();
    return;
  }
  throw new Declined('nothing could be decoded');
}

/** `lead`: samples at its start that are not part of the sound. */
async function openAudio(track: InputAudioTrack, until: number, lead: number) {
  const codec = AUDIO_CODECS[(await track.getCodec()) ?? ''];
  if (codec === undefined || !(await track.canDecode())) throw new Declined(`sound codec ${codec ?? 'unknown'}`);
  const sampleRate = await track.getSampleRate();
  const channels = await track.getNumberOfChannels();
  // ffmpeg knows the other layouts, and how to mix them.
  if (channels > 2 && !isSurround(codec, channels, await descriptionOf(track)))
    throw new Declined(`${channels} channels`);
  const sink = new EncodedPacketSink(track);
  if ((await sink.getFirstPacket()) === null) throw new Declined('a sound track with nothing in it');
  const last = await sink.getPacket(Infinity);
  if (last === null) throw new Declined('a sound that breaks off');
  await decodeFirst(new AudioSampleSink(track));
  const delay = await delayOf(track, codec);
  const start = Math.max(0, await track.getFirstTimestamp()) - delay + lead / sampleRate;
  const bitRate = (await track.getAverageBitrate()) ?? undefined;
  const info: AudioTrackInfo = { codec, sampleRate, channels, ...(bitRate === undefined ? {} : { bitRate }) };
  return { track, sampleRate, start, end: Math.min(await track.computeDuration(), until), info };
}

/** Matroska's clock counts the samples that an Opus decoder throws away at first, in whole milliseconds. Seconds. */
async function delayOf(track: InputAudioTrack, codec: string): Promise<number> {
  const description = await descriptionOf(track);
  if (codec !== 'opus' || description === undefined) return 0;
  const view = new DataView(description.buffer, description.byteOffset, description.byteLength);
  return Math.round(view.getUint16(10, true) / 48) / 1000;
}

async function descriptionOf(track: InputAudioTrack): Promise<Uint8Array | undefined> {
  const { description } = (await track.getDecoderConfig()) ?? {};
  if (description === undefined) return undefined;
  return ArrayBuffer.isView(description)
    ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength)
    : new Uint8Array(description);
}
