/**
 * Hits and level in a link: milliseconds since the one before as numbers of seven bits a byte, then strengths and levels of
 * six bits each. A hit takes two to three bytes.
 *
 *   hits (number) | a step for each | strengths, packed | points of the level (number) | a step for each | levels, packed
 */
import type { Timing } from '../timing/types.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { damaged } from './failures.ts';

/** Most hits, and most points of the level: far more than are heard apart in what a link shares. */
export const MAX_LINK_HITS = 600;
const BITS = 6;
const STEPS = 2 ** BITS;

/** A timing as a link keeps it: whole milliseconds, 64 strengths and levels. Throws for more than a link may hold. */
export function writeTiming({ hits, level }: Timing): Uint8Array {
  const writer = new ByteWriter();
  writeRow(
    writer,
    hits.map(({ time, strength }) => [time, Math.round(strength * STEPS) - 1]),
  );
  writeRow(
    writer,
    level.map((point) => [point.time, Math.round(point.level * (STEPS - 1))]),
  );
  return writer.done();
}

/** Throws link-damaged. */
export function readTiming(bytes: Uint8Array): Timing {
  const reader = new ByteReader(bytes);
  return {
    hits: readRow(reader).map(([time, value]) => ({ time, strength: (value + 1) / STEPS })),
    level: readRow(reader).map(([time, value]) => ({ time, level: value / (STEPS - 1) })),
  };
}

type Row = readonly (readonly [seconds: number, value: number])[];

function writeRow(writer: ByteWriter, row: Row): void {
  // Of those in one millisecond the first stays.
  const kept = row
    .map(([seconds, value]) => [Math.round(seconds * 1000), Math.min(STEPS - 1, Math.max(0, value))] as const)
    .filter(([at], i, all) => at !== all[i - 1]?.[0]);
  if (kept.length > MAX_LINK_HITS) throw new RangeError(`A link holds ${MAX_LINK_HITS} hits, not ${kept.length}.`);
  writer.number(kept.length);
  kept.forEach(([at], i) => writer.number(at - (kept[i - 1]?.[0] ?? 0)));
  writer.bytes(pack(kept.map(([, value]) => value)));
}

function readRow(reader: ByteReader): [seconds: number, value: number][] {
  const count = reader.number();
  if (count > MAX_LINK_HITS) throw damaged('it has too many hits');
  let at = 0;
  const times = Array.from({ length: count }, () => (at += reader.number()));
  const values = unpack(reader.bytes(Math.ceil((count * BITS) / 8)), count);
  return times.map((time, i) => [time / 1000, values[i] ?? 0]);
}

/** Values of six bits, the first in the lowest bits of the first byte. */
function pack(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((values.length * BITS) / 8));
  values.forEach((value, i) => {
    const place = i * BITS;
    const spread = value << (place % 8);
    bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (spread & 255);
    if (spread > 255) bytes[(place >> 3) + 1] = spread >> 8;
  });
  return bytes;
}

function unpack(bytes: Uint8Array, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const place = i * BITS;
    const both = (bytes[place >> 3] ?? 0) | ((bytes[(place >> 3) + 1] ?? 0) << 8);
    return (both >> (place % 8)) & (STEPS - 1);
  });
}
