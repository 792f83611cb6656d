/**
 * A whole result, encrypted so that a store sees only its size: AES-GCM with a fresh 256-bit key that travels in the link.
 * Because a key is used once, the nonce may be all zeros.
 *
 *   version (1 byte) | ciphertext of: length of the description (4 bytes, lowest first) | description (JSON) | clip (MP4)
 */
import { z } from 'zod';
import { damaged, newerVersion } from '../failures.ts';
import { MAX_TITLE, recipeSchema } from '../types.ts';

/** Largest sealed result, in bytes. */
export const MAX_SEALED = 96 * 1024 * 1024;
/** Longest hosted result, in seconds. */
export const MAX_HOSTED_SECONDS = 600;
export const KEY_BYTES = 32;

const VERSION = 1;
const LENGTH_BYTES = 4;
const MAX_DESCRIPTION = 16 * 1024;

const descriptionSchema = z.object({
  title: z.string().max(MAX_TITLE),
  recipe: recipeSchema.extend({ seconds: z.number().positive().max(MAX_HOSTED_SECONDS) }),
});

export interface HostedResult extends z.infer<typeof descriptionSchema> {
  readonly mp4: Uint8Array;
}

export interface Sealed {
  readonly key: Uint8Array;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export async function seal({ mp4, ...description }: HostedResult): Promise<Sealed> {
  const head = new TextEncoder().encode(JSON.stringify(descriptionSchema.parse(description)));
  const plain = new Uint8Array(LENGTH_BYTES + head.length + mp4.length);
  new DataView(plain.buffer).setUint32(0, head.length, true);
  plain.set(head, LENGTH_BYTES);
  plain.set(mp4, LENGTH_BYTES + head.length);
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  const cipher = new Uint8Array(await crypto.subtle.encrypt(ALGORITHM, await imported(key, 'encrypt'), plain));
  const bytes = new Uint8Array(1 + cipher.length);
  bytes[0] = VERSION;
  bytes.set(cipher, 1);
  return { key, bytes };
}

/** Throws link-damaged for anything that `seal` did not make with this key, link-version for later forms. */
export async function unseal({ key, bytes }: { key: Uint8Array; bytes: Uint8Array }): Promise<HostedResult> {
  const version = bytes[0] ?? 0;
  if (version > VERSION) throw newerVersion(version);
  if (version !== VERSION) throw damaged('the stored file is not of this app');
  const plain = await decrypted(key, bytes.slice(1));
  const length = plain.length < LENGTH_BYTES ? Infinity : new DataView(plain.buffer).getUint32(0, true);
  if (length > MAX_DESCRIPTION || LENGTH_BYTES + length > plain.length) throw damaged('the stored file has no text');
  const parsed = descriptionSchema.safeParse(jsonOf(plain.subarray(LENGTH_BYTES, LENGTH_BYTES + length)));
  if (!parsed.success) throw damaged('the stored file describes a result that cannot be', parsed.error);
  return { ...parsed.data, mp4: plain.slice(LENGTH_BYTES + length) };
}

const ALGORITHM = { name: 'AES-GCM', iv: new Uint8Array(12) } as const;

function imported(key: Uint8Array, use: KeyUsage): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', Uint8Array.from(key), 'AES-GCM', false, [use]);
}

async function decrypted(key: Uint8Array, cipher: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(ALGORITHM, await imported(key, 'decrypt'), cipher));
  } catch (error) {
    // The cipher checks itself: a wrong key and a changed byte look the same.
    throw damaged('its key does not fit the stored file', error);
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged('the stored file has no readable text', error);
  }
}
