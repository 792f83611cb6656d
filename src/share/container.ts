/**
 * The outer form of every version: a version byte, the length and the checksum of the rest, then sections. A reader tells
 * a link that was cut from one that was changed, and passes over sections of a kind it does not know if it may.
 *
 *   version (1 byte) | length of the body (number) | CRC-32 of the body (4 bytes, lowest first) | body
 *   body: sections of: kind (1 byte, 128 added when deflated) | length (number) | bytes
 */
import { ByteReader, ByteWriter } from './bytes.ts';
import { crc32 } from './crc32.ts';
import { deflate, inflate } from './deflate.ts';
import { damaged, newerVersion, truncated } from './failures.ts';

export const VERSION = 1;
const DEFLATED = 128;
/** Sections from here on may be passed over by readers that do not know them. */
export const OPTIONAL_KINDS = 64;
const MAX_SECTIONS = 16;

export interface Section {
  /** 1 to 127. */
  readonly kind: number;
  readonly bytes: Uint8Array;
}

/** Deflates each section where that makes it smaller. */
export async function packSections(sections: readonly Section[]): Promise<Uint8Array<ArrayBuffer>> {
  const body = new ByteWriter();
  for (const { kind, bytes } of sections) {
    const small = await deflate(bytes);
    const deflated = small.length < bytes.length;
    body.byte(deflated ? kind | DEFLATED : kind).block(deflated ? small : bytes);
  }
  const packed = body.done();
  const crc = crc32(packed);
  const writer = new ByteWriter().byte(VERSION).number(packed.length);
  for (const shift of [0, 8, 16, 24]) writer.byte(crc >>> shift);
  return writer.bytes(packed).done();
}

/**
 * @param limit bytes each section may have, deflated or not
 * Throws link-damaged, link-truncated, link-version, link-too-large.
 */
export async function unpackSections(packed: Uint8Array, limit: number): Promise<Section[]> {
  const [version] = packed;
  if (version === undefined) throw truncated(0, 1);
  if (version === 0 || version > 63) throw damaged('it does not begin as links of this app do');
  if (version > VERSION) throw newerVersion(version);
  // A cut inside the first few bytes is still a cut.
  if (packed.length < 10) throw truncated(packed.length, 10);
  const header = new ByteReader(packed.subarray(1));
  const length = header.number();
  const crc = [0, 8, 16, 24].reduce((sum, shift) => sum | (header.byte() << shift), 0) >>> 0;
  if (header.left < length) throw truncated(header.left, length);
  // What a chat program glued to the end does no harm.
  const body = header.bytes(length);
  if (crc32(body) !== crc) throw damaged('some of its characters were changed');

  const reader = new ByteReader(body);
  const sections: Section[] = [];
  while (reader.left > 0) {
    if (sections.length >= MAX_SECTIONS) throw damaged('it has too many parts');
    const tag = reader.byte();
    const stored = reader.block();
    const bytes = tag >= DEFLATED ? await inflate(stored, limit) : stored;
    if (bytes.length > limit) throw damaged('a part is too long');
    sections.push({ kind: tag & 127, bytes });
  }
  return sections;
}
