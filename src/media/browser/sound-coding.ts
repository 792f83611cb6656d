/**
 * The sound of an export as packets, coded without ffmpeg. AAC comes from mediabunny's own encoder, ffmpeg's compiled alone:
 * browsers on Linux have none, and others do not say how late theirs is. Opus is the browser's.
 */

import {
  AudioSample,
  AudioSampleSource,
  Mp4OutputFormat,
  NullTarget,
  Output,
  type AudioEncodingConfig,
  type EncodedPacket,
} from 'mediabunny';
import { AAC_BITS, OPUS_BITS, SOUND_RATE } from '../coding.ts';
import { channelCount } from '../pcm.ts';
import type { Pcm } from '../types.ts';
import { Declined } from './declined.ts';
import { resampled } from './resampled.ts';

export interface CodedSound {
  readonly codec: 'aac' | 'opus';
  /** In order; sample 0 of the sound is at time 0, what the decoder has to throw away lies before. */
  readonly packets: readonly EncodedPacket[];
  readonly decoderConfig: AudioDecoderConfig;
}

/** Samples by which ffmpeg's AAC encoder is late: one block. */
const AAC_DELAY = 1024;

/**
 * `seconds` of `sound` at 48 kHz, silence where it is shorter. `onFraction` hears how much is coded, 0..1. Throws Declined
 * where the browser does not encode.
 */
export async function encodeSound(
  sound: Pcm,
  seconds: number,
  codec: 'aac' | 'opus',
  onFraction: (fraction: number) => void,
): Promise<CodedSound> {
  const channels = channelCount(sound);
  if (codec === 'aac') {
    const { registerAacEncoder } = await import('@mediabunny/aac-encoder');
    registerAacEncoder();
  }
  const raw: EncodedPacket[] = [];
  let decoderConfig: AudioDecoderConfig | undefined;
  const config: AudioEncodingConfig = {
    codec,
    bitrate: (codec === 'aac' ? AAC_BITS : OPUS_BITS)[channels],
    onEncodedPacket(packet, meta) {
      raw.push(packet);
      decoderConfig ??= meta?.decoderConfig;
    },
  };
  // Nothing is kept of this file but its packets, which must be known before they are put beside a picture.
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: false }), target: new NullTarget() });
  const source = new AudioSampleSource(config);
  output.addAudioTrack(source);
  await output.start();
  const count = Math.round(seconds * SOUND_RATE);
  let made = 0;
  for (const data of blocksOf(sound, count)) {
    const format = 'f32-planar';
    const sample = new AudioSample({
      data,
      format,
      numberOfChannels: channels,
      sampleRate: SOUND_RATE,
      timestamp: made / SOUND_RATE,
    });
    made += sample.numberOfFrames;
    await source.add(sample);
    sample.close();
    onFraction(made / count);
  }
  await output.finalize();
  if (decoderConfig === undefined || raw.length === 0) throw new Declined(`no ${codec} came out of the encoder`);
  const delay = codec === 'aac' ? AAC_DELAY : preSkipOf(decoderConfig);
  return { codec, packets: placed(raw, delay / SOUND_RATE, count / SOUND_RATE), decoderConfig };
}

/** A tenth of a second at a time: planes of all channels, one after the other. */
function* blocksOf({ channels, sampleRate }: Pcm, count: number): Generator<Float32Array<ArrayBuffer>> {
  const sides = channels.map((samples) => resampled(samples, sampleRate, SOUND_RATE, count));
  for (;;) {
    const blocks = sides.flatMap((side) => side.next().value ?? []);
    const length = blocks[0]?.length ?? 0;
    if (length === 0) return;
    const step = SOUND_RATE / 10;
    for (let from = 0; from < length; from += step) {
      const planes = blocks.map((block) => block.subarray(from, from + step));
      const joined = new Float32Array(planes.reduce((sum, plane) => sum + plane.length, 0));
      planes.forEach((plane, n) => joined.set(plane, n * plane.length));
      yield joined;
    }
  }
}

/** Packets `delay` seconds earlier than the encoder has them, the last one ending with the sound. */
function placed(raw: readonly EncodedPacket[], delay: number, end: number): EncodedPacket[] {
  const first = raw[0]?.timestamp ?? 0;
  return raw.flatMap((packet) => {
    const timestamp = packet.timestamp - first - delay;
    const duration = Math.min(packet.duration, end - timestamp);
    return duration > 0 ? [packet.clone({ timestamp, duration })] : [];
  });
}

/** What an Opus decoder throws away at first, in samples at 48 kHz. */
function preSkipOf({ description }: AudioDecoderConfig): number {
  if (description === undefined) throw new Declined('an Opus encoder that does not say how late it is');
  const view = ArrayBuffer.isView(description)
    ? new DataView(description.buffer, description.byteOffset, description.byteLength)
    : new DataView(description);
  return view.getUint16(10, true);
}
