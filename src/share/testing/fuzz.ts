/**
 * Throws changed links at the reader: whatever comes, it must answer with a share that keeps to the rules or with one of
 * its own errors, soon and without hoarding memory. Half of the changed ones get a right checksum, so that they reach the
 * inner parts.
 */
import { AppError } from '../../errors.ts';
import { fromBase64Url, toBase64Url } from '../base64url.ts';
import { crc32 } from '../crc32.ts';
import { decodeShare } from '../link.ts';
import { drawPicture, soundLatents } from '../sketch.ts';
import { shareSchema } from '../types.ts';
import { randomFrom } from './random.ts';

export interface FuzzReport {
  readonly tried: number;
  /** How many were read as a share all the same. */
  readonly read: number;
  /** How many ended with each error code. */
  readonly codes: Readonly<Record<string, number>>;
  /** Most that one took by the clock of the options. */
  readonly slowest: number;
  /** Anything that should not have happened, with the payload. */
  readonly faults: readonly string[];
}

export interface FuzzOptions {
  /** How many changed links are tried. */
  readonly count: number;
  /** The same seed changes the same links in the same way. */
  readonly seed: number;
  /** Milliseconds, best of processor time: other programs make a reader no slower. */
  readonly clock: () => number;
}

/** @param seeds payloads to begin from */
export async function fuzz(seeds: readonly string[], { count, seed, clock }: FuzzOptions): Promise<FuzzReport> {
  const random = randomFrom(seed);
  const codes: Record<string, number> = {};
  const faults: string[] = [];
  let read = 0;
  let slowest = 0;
  for (let k = 0; k < count; k++) {
    const payload = mutate(seeds[Math.floor(random() * seeds.length)] ?? '', random);
    const start = clock();
    try {
      const share = await decodeShare(payload);
      read++;
      if (!shareSchema.safeParse(share).success) faults.push(`not a share: ${payload}`);
      if (share.media.kind === 'sketch') {
        const values = soundLatents(share.media.sound);
        if (!values.every(Number.isFinite)) faults.push(`latents: ${payload}`);
        if (share.media.picture) drawPicture(share.media.picture, 4, 16, 16);
      }
    } catch (error) {
      if (error instanceof AppError && error.code.startsWith('link-')) codes[error.code] = (codes[error.code] ?? 0) + 1;
      else faults.push(`${String(error)}: ${payload}`);
    }
    slowest = Math.max(slowest, clock() - start);
  }
  return { tried: count, read, codes, slowest, faults };
}

function mutate(payload: string, random: () => number): string {
  const pick = (below: number) => Math.floor(random() * below);
  // Text that never was a link, and links cut or doubled.
  if (random() < 0.05) return Array.from({ length: pick(400) }, () => String.fromCharCode(33 + pick(94))).join('');
  if (random() < 0.05) return payload.slice(0, pick(payload.length));
  let bytes = Array.from(fromBase64Url(payload) ?? []);
  const changes = 1 + pick(8);
  for (let k = 0; k < changes; k++) {
    // The beginning holds the lengths and the counts.
    const at = random() < 0.5 ? pick(Math.min(64, bytes.length)) : pick(bytes.length);
    switch (pick(6)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8));
        break;
      case 1:
        bytes[at] = [0, 1, 127, 128, 255][pick(5)] ?? 0;
        break;
      case 2:
        bytes.splice(at, 1 + pick(16));
        break;
      case 3:
        bytes.splice(at, 0, ...Array.from({ length: 1 + pick(16) }, () => pick(256)));
        break;
      case 4:
        bytes = bytes.slice(0, at + 1);
        break;
      case 5:
        bytes.splice(at, 0, ...bytes.slice(pick(bytes.length), pick(bytes.length)).slice(0, 200));
        break;
    }
  }
  return random() < 0.5 ? toBase64Url(Uint8Array.from(bytes)) : toBase64Url(repaired(Uint8Array.from(bytes)));
}

/** Version, length and checksum made right for whatever the body became. */
function repaired(bytes: Uint8Array): Uint8Array {
  let header = 1;
  while (header < Math.min(9, bytes.length) && (bytes[header] ?? 0) >= 128) header++;
  const body = bytes.slice(header + 5);
  const length: number[] = [];
  for (let rest = body.length; ; rest >>= 7) {
    length.push(rest >= 128 ? (rest & 127) | 128 : rest);
    if (rest < 128) break;
  }
  const crc = crc32(body);
  return Uint8Array.from([1, ...length, crc & 255, (crc >>> 8) & 255, (crc >>> 16) & 255, crc >>> 24, ...body]);
}
