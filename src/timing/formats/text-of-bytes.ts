/** The text of a file of unknown encoding. */
import { notHits } from './failures.ts';

/** Bytes that are looked at to tell an encoding. */
const LOOK = 4096;

/** UTF-8 or UTF-16, with a byte order mark or without; else Windows-1252. Throws `hits-unreadable` for what is no text. */
export function textOfBytes(bytes: Uint8Array): string {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  // Nothing that is written as text holds these.
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/.test(text)) throw notHits();
  return text;
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const look = bytes.subarray(0, LOOK);
  const zeros = [0, 0];
  look.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  // Digits and tabs have a zero as their other byte.
  if ((zeros[1] ?? 0) > look.length / 4 && zeros[0] === 0) return 'utf-16le';
  if ((zeros[0] ?? 0) > look.length / 4 && zeros[1] === 0) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}
