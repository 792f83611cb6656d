/**
 * What files of nothing but sound say in their first bytes that mediabunny passes over: how late an MP3 begins, whether a
 * WAV is whole, whether an Ogg holds more than one sound.
 */

import { Declined } from './declined.ts';
import { isUniformMp3 } from './mp3-frames.ts';

/** Samples that an MP3 decoder is late by itself. */
const MP3_DECODER_DELAY = 529;
/** Enough for the first frame, behind its tags. */
const HEAD = 8192;
/** Only these say truly how late their encoder was; ffmpeg believes no others either. */
const TRUSTED = /^(?:LAME|Lavf|Lavc)/;

/** Larger MP3s are not read through beforehand. Bytes. */
const MOST_MP3 = 64 * 2 ** 20;

/**
 * Samples at the start of an MP3 that are not part of its sound. Throws Declined for one that is not of one kind from its
 * first frame to its last.
 */
export async function mp3Lead(file: Blob): Promise<number> {
  if (file.size > MOST_MP3) throw new Declined('a long MP3');
  const bytes = new Uint8Array(await file.arrayBuffer());
  const tagged = latin(bytes, 0, 3) === 'ID3';
  // Sizes of ID3 have seven bits in a byte.
  const start = tagged ? 10 + bytes.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 127), 0) : 0;
  const sound = bytes.subarray(start);
  if (!isUniformMp3(sound)) throw new Declined('an MP3 that changes or breaks off');
  return leadIn(sound.subarray(0, HEAD));
}

/** The same, from the first bytes behind the tags. */
export function leadIn(head: Uint8Array): number {
  const at = Math.max(latin(head, 0, HEAD).search(/\xff[\xe2-\xff]/), 0);
  const [version, mode] = [((head[at + 1] ?? 0) >> 3) & 3, ((head[at + 3] ?? 0) >> 6) & 3];
  const [mpeg1, mono] = [version === 3, mode === 3];
  let next = at + 4 + (mpeg1 ? (mono ? 17 : 32) : mono ? 9 : 17);
  if (!/^(?:Xing|Info)$/.test(latin(head, next, 4))) return 0;
  const flags = head[next + 7] ?? 0;
  next += 8;
  for (const [flag, bytes] of [
    [1, 4],
    [2, 4],
    [4, 100],
    [8, 4],
  ] as const) {
    if (flags & flag) next += bytes;
  }
  if (!TRUSTED.test(latin(head, next, 4))) return 0;
  const delay = ((head[next + 21] ?? 0) << 4) | ((head[next + 22] ?? 0) >> 4);
  return delay + MP3_DECODER_DELAY;
}

/** Throws Declined for a WAV that is not as long as it says, or does not say. */
export async function checkWav(file: Blob): Promise<void> {
  const bytes = await file.slice(0, 12).arrayBuffer();
  if (latin(new Uint8Array(bytes), 0, 4) !== 'RIFF') throw new Declined('an unusual WAV');
  const stated = new DataView(bytes).getUint32(4, true);
  if (stated < 36 || stated + 8 > file.size + 1) throw new Declined('a false length');
}

/** What an Ogg may begin with. Opus is ffmpeg's: decoders differ about what they throw away at its start. */
const OGG_SOUNDS = /vorbis/;
const OGG_OTHERS = /OpusHead|theora|fishead|Speex|FLAC|OVP80|BBCD/;
/** A page has at most this many bytes. */
const PAGE = 65_307;

/** Throws Declined for an Ogg with pictures, with other sounds, or with one sound after the other. */
export async function checkOgg(file: Blob): Promise<void> {
  const head = new Uint8Array(await file.slice(0, 4096).arrayBuffer());
  const tail = new Uint8Array(await file.slice(Math.max(0, file.size - PAGE)).arrayBuffer());
  const text = latin(head, 0, head.length);
  if (!OGG_SOUNDS.test(text) || OGG_OTHERS.test(text)) throw new Declined('an Ogg with more than a sound');
  const last = latin(tail, 0, tail.length).lastIndexOf('OggS');
  const serial = (bytes: Uint8Array, at: number) => latin(bytes, at + 14, 4);
  if (last < 0 || serial(tail, last) !== serial(head, 0)) throw new Declined('one Ogg after the other');
}

/** The text of a WAV, which mediabunny reads a byte a character, as the UTF-8 that programs write. */
export function utf8Of(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return new TextDecoder().decode(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

/** Bytes as characters of the same numbers. */
function latin(bytes: Uint8Array, from: number, length: number): string {
  return Array.from(bytes.subarray(from, from + length), (byte) => String.fromCharCode(byte)).join('');
}
