/** Sound of a file, or of a range of it, at the rate that is asked for. */

import { AudioSampleSink, type AudioSample } from 'mediabunny';
import { sampleCount } from '../../model/counts.ts';
import { spanOf } from '../cut.ts';
import { mediaError } from '../failures.ts';
import { mixToMono } from '../pcm.ts';
import type { AudioOptions, Pcm } from '../types.ts';
import { BlockResampler } from './block-resampler.ts';
import { Declined } from './declined.ts';
import type { OpenFile } from './file.ts';
import type { Advance } from './frames.ts';
import { mixSurround, SURROUND } from './surround.ts';

/** Decoders need some packets to settle (Opus 80 ms, AAC and MP3 a frame or two). Seconds. */
const SETTLE = 0.5;
/** A jump between packets that is a gap or an overlap, not rounding. Seconds; as ffmpeg's resampler has it. */
const JUMP = 0.1;

/** See `Media.decodeAudio`. */
export async function decodeAudio(
  open: OpenFile,
  { sampleRate, channels = 1, range }: AudioOptions,
  advance: Advance,
): Promise<Pcm> {
  const { audio, info } = open;
  if (audio === undefined) throw mediaError('no-audio-track');
  const span = spanOf(info, range);
  const seconds = span.end - span.start;
  const count = sampleCount(seconds, sampleRate);
  const origin = open.start + span.start;
  const stored = info.audio?.channels ?? 1;
  // A surround sound is mixed as it passes; of two channels it shows at the end whether they cancel out.
  const sides = Array.from(
    { length: stored === SURROUND ? channels : stored },
    () => new BlockResampler(audio.sampleRate, sampleRate, count),
  );
  /** Samples from the start of the range that are made, and where the last piece ended, which may be before the start. */
  let made = 0;
  let ended: number | undefined;
  advance(0);
  const from = span.start <= 0 ? -Infinity : origin - SETTLE;
  for await (const sample of new AudioSampleSink(audio.track).samples(from, open.start + span.end)) {
    const placed = place(sample);
    sample.close();
    advance(Math.min(1, Math.max(0, placed / seconds)));
  }
  // A sound that ended before the range is silent in it, and nothing is wrong.
  if (ended === undefined && range === undefined) throw new Declined('no sound could be decoded');
  advance(1);
  const [left, right] = sides.map((side) => side.finish());
  if (left === undefined) throw new Declined('no channels');
  if (right === undefined) return { channels: channels === 1 ? [left] : [left, left.slice()], sampleRate };
  return { channels: channels === 1 ? [mixToMono(left, right)] : [left, right], sampleRate };

  /** Puts a decoded piece where its time says, and returns that in seconds. */
  function place(sample: AudioSample): number {
    if (sample.sampleRate !== audio?.sampleRate || sample.numberOfChannels !== stored) {
      throw new Declined('a sound that changes midway');
    }
    const time = sample.timestamp - origin;
    let at = Math.round(time * sample.sampleRate);
    if (ended !== undefined && Math.abs(at - ended) < JUMP * sample.sampleRate) at = ended;
    ended = at + sample.numberOfFrames;
    if (at > made) for (const side of sides) side.push(new Float32Array(at - made));
    made = Math.max(made, at);
    const skipped = made - at;
    if (skipped >= sample.numberOfFrames) return time;
    const planes = Array.from({ length: stored }, (_, planeIndex) => {
      const samples = new Float32Array(sample.numberOfFrames - skipped);
      sample.copyTo(samples, { planeIndex, format: 'f32-planar', frameOffset: skipped });
      return samples;
    });
    const mixed = stored === SURROUND ? mixSurround(planes, channels) : planes;
    sides.forEach((side, n) => side.push(mixed[n] ?? new Float32Array()));
    made = ended;
    return time;
  }
}
