/**
 * WAV files for other people's programs: 24-bit PCM, which every editor reads and which holds a float sample to within
 * 2^-24, so that no dither is needed. Title and recipe stand in a LIST INFO chunk in front of the samples.
 */

import { throwIfAborted } from '../errors.ts';
import { commentOf, titleOf } from './tags.ts';
import type { Metadata, Pcm } from './types.ts';

const BYTES = 3;
const FULL = 2 ** 23;
/** Samples written between two looks at the clock; some milliseconds of work. */
const BATCH = 1 << 18;
/** A RIFF file counts its bytes in 32 bits. */
const MAX_BYTES = 2 ** 32 - 2 ** 20;

const encoder = new TextEncoder();

/** `pcm` as a WAV file, a batch at a time so that the page stays alive. Throws RangeError beyond 4 GB, AppError cancelled. */
export async function wavFile(
  signal: AbortSignal,
  pcm: Pcm,
  metadata: Metadata | undefined,
  onFraction?: (fraction: number) => void,
): Promise<Blob> {
  const count = pcm.channels[0].length;
  const dataBytes = count * pcm.channels.length * BYTES;
  if (dataBytes > MAX_BYTES) throw new RangeError('A WAV file cannot hold so long a sound.');
  const parts: Uint8Array<ArrayBuffer>[] = [wavHead(pcm.channels.length, pcm.sampleRate, dataBytes, metadata)];
  for (let from = 0; from < count; from += BATCH) {
    throwIfAborted(signal);
    parts.push(samples24(pcm.channels, from, Math.min(count, from + BATCH)));
    onFraction?.(Math.min(1, (from + BATCH) / count));
    if (from + BATCH < count) await new Promise((resolve) => setTimeout(resolve));
  }
  // Chunks have even lengths.
  if (dataBytes % 2 === 1) parts.push(new Uint8Array(1));
  return new Blob(parts, { type: 'audio/wav' });
}

/** Samples `from` up to `to` of all channels in turn, each at the nearest of 2^24 steps, clipped at full scale. */
export function samples24(channels: readonly Float32Array[], from: number, to: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array((to - from) * channels.length * BYTES);
  let at = 0;
  for (let n = from; n < to; n++) {
    for (const samples of channels) {
      const step = Math.max(-FULL, Math.min(FULL - 1, Math.round((samples[n] ?? 0) * FULL)));
      out[at++] = step & 0xff;
      out[at++] = (step >> 8) & 0xff;
      out[at++] = (step >> 16) & 0xff;
    }
  }
  return out;
}

function wavHead(
  channels: number,
  sampleRate: number,
  dataBytes: number,
  metadata: Metadata | undefined,
): Uint8Array<ArrayBuffer> {
  const format = new DataView(new ArrayBuffer(16));
  format.setUint16(0, 1, true);
  format.setUint16(2, channels, true);
  format.setUint32(4, sampleRate, true);
  format.setUint32(8, sampleRate * channels * BYTES, true);
  format.setUint16(12, channels * BYTES, true);
  format.setUint16(14, 8 * BYTES, true);
  const head = joined([
    chunk('fmt ', new Uint8Array(format.buffer)),
    infoChunk(metadata),
    name('data'),
    u32(dataBytes),
  ]);
  const padded = dataBytes + (dataBytes % 2);
  return joined([name('RIFF'), u32(4 + head.length + padded), name('WAVE'), head]);
}

function infoChunk(metadata: Metadata | undefined): Uint8Array<ArrayBuffer> {
  const texts: Uint8Array<ArrayBuffer>[] = [];
  const text = (id: string, value: string) => texts.push(chunk(id, encoder.encode(`${value}\0`)));
  if (metadata?.title !== undefined) text('INAM', titleOf(metadata.title));
  if (metadata?.recipe !== undefined) text('ICMT', commentOf(metadata.recipe));
  return texts.length === 0 ? new Uint8Array() : chunk('LIST', joined([name('INFO'), ...texts]));
}

function chunk(id: string, body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return joined([name(id), u32(body.length), body, new Uint8Array(body.length % 2)]);
}

function name(id: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(id);
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
