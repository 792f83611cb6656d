/** A link to a result that lies in a store: the name of the file, its key, and when it goes. */
import { fromBase64Url, toBase64Url } from '../base64url.ts';
import { damaged, newerVersion, truncated } from '../failures.ts';
import { KEY_BYTES } from './sealed.ts';

/** What the fragment of such a link begins with. */
export const HOSTED_FRAGMENT = 'h-';

export interface HostedLink {
  /** 32 hexadecimal digits. */
  readonly name: string;
  readonly key: Uint8Array;
  /** Seconds since 1970, whole. */
  readonly expires: number;
}

const VERSION = 1;
const NAME_BYTES = 16;
const TIME_BYTES = 5;
const BYTES = 1 + TIME_BYTES + NAME_BYTES + KEY_BYTES;

/** @param page address of the app, without fragment */
export function hostedUrl(page: string, { name, key, expires }: HostedLink): string {
  const bytes = new Uint8Array(BYTES);
  bytes[0] = VERSION;
  for (let k = 0; k < TIME_BYTES; k++) bytes[1 + k] = Math.floor(expires / 256 ** k) % 256;
  for (let k = 0; k < NAME_BYTES; k++) bytes[1 + TIME_BYTES + k] = Number.parseInt(name.slice(2 * k, 2 * k + 2), 16);
  bytes.set(key, 1 + TIME_BYTES + NAME_BYTES);
  return `${page.replace(/#.*$/, '')}#${HOSTED_FRAGMENT}${toBase64Url(bytes)}`;
}

/** Undefined when `hash` (of a page's location) is no hosted link. Throws link-damaged, link-truncated, link-version. */
export function readHostedLink(hash: string): HostedLink | undefined {
  if (!hash.startsWith(`#${HOSTED_FRAGMENT}`)) return undefined;
  const text = /^[A-Za-z0-9_-]*/.exec(hash.slice(HOSTED_FRAGMENT.length + 1))?.[0] ?? '';
  const bytes = fromBase64Url(text) ?? new Uint8Array();
  const version = bytes[0] ?? 0;
  if (version > VERSION && version < 64) throw newerVersion(version);
  if (bytes.length < BYTES) throw truncated(bytes.length, BYTES);
  if (version !== VERSION || bytes.length > BYTES) throw damaged('it does not begin as links of this app do');
  const part = (from: number, count: number) => bytes.slice(from, from + count);
  const expires = part(1, TIME_BYTES).reduce((sum, byte, k) => sum + byte * 256 ** k, 0);
  const name = [...part(1 + TIME_BYTES, NAME_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return { name, expires, key: part(1 + TIME_BYTES + NAME_BYTES, KEY_BYTES) };
}
