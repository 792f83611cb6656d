/** What mediabunny writes into a file's head in a way that other programs take otherwise, mended in place. Pure. */

const encoder = new TextEncoder();

/** Music players look for this brand of MP4. `bytes` is a whole file. */
export function brandAsMusic(bytes: Uint8Array): void {
  bytes.set(encoder.encode('M4A '), 8);
}

/** Where the tags of a WebM lie: before its pictures. Title and recipe are limited. Bytes. */
const HEAD = 64 * 1024;
/** TargetType "MOVIE", which only repeats what TargetTypeValue says. */
const TARGET_TYPE = [0x63, 0xca, 0x85, ...encoder.encode('MOVIE')];
/** As many bytes of an element without meaning. */
const VOID = [0xec, 0x86, 0, 0, 0, 0, 0, 0];

/** ffmpeg would call the title "MOVIE/TITLE", and no player would show it. `bytes` is a whole WebM file. */
export function nameTagsPlainly(bytes: Uint8Array): void {
  const last = Math.min(HEAD, bytes.length) - TARGET_TYPE.length;
  for (let at = 0; at <= last; at++) {
    if (!TARGET_TYPE.every((value, n) => bytes[at + n] === value)) continue;
    bytes.set(VOID, at);
    return;
  }
}
