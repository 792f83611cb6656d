/**
 * A look at an MP4 from a link before a browser is asked to play it: it must say that it is short and small. Reads the
 * headers only, a bounded number of them.
 */
import { damaged, tooLarge } from './failures.ts';
import { MAX_CLIP_SIDE, MAX_SHARE_SECONDS } from './types.ts';

const MAX_BOXES = 64;

interface Box {
  readonly type: string;
  readonly body: DataView;
}

/** Throws link-damaged for what is no MP4 with a movie header, link-too-large for one beyond the bounds. */
export function checkClip(mp4: Uint8Array): void {
  const top = boxes(new DataView(mp4.buffer, mp4.byteOffset, mp4.byteLength));
  if (top[0]?.type !== 'ftyp') throw damaged('its clip is not an MP4');
  const movies = top.filter(({ type }) => type === 'moov');
  const [movie] = movies;
  if (!movie || movies.length !== 1) throw damaged('its clip has no table of contents');
  // Fragments could lengthen what the header states.
  if (top.some(({ type }) => type === 'moof')) throw damaged('its clip is in pieces');
  const inside = boxes(movie.body);
  const header = inside.find(({ type }) => type === 'mvhd')?.body;
  const tracks = inside.filter(({ type }) => type === 'trak');
  if (!header || header.byteLength < 36 || tracks.length === 0) throw damaged('its clip has no header');
  const seconds = durationOf(header);
  if (!(seconds <= MAX_SHARE_SECONDS + 1)) throw oversized(`${Math.round(seconds)} s long`);
  for (const track of tracks) {
    const parts = boxes(track.body);
    const head = parts.find(({ type }) => type === 'tkhd')?.body;
    if (!head || head.byteLength < 84) throw damaged('its clip has a track without header');
    const [width, height] = [head.getUint32(head.byteLength - 8) >>> 16, head.getUint32(head.byteLength - 4) >>> 16];
    if (width > MAX_CLIP_SIDE || height > MAX_CLIP_SIDE) throw oversized(`${width} × ${height} pixels large`);
  }
}

function durationOf(header: DataView): number {
  const wide = header.getUint8(0) === 1;
  const scale = header.getUint32(wide ? 20 : 12);
  const length = wide ? Number(header.getBigUint64(24)) : header.getUint32(16);
  return length / scale;
}

function oversized(what: string) {
  return tooLarge(`The clip in the link is ${what}, more than a link may hold.`, 'Do not trust it; ask for another.');
}

function boxes(view: DataView): Box[] {
  const found: Box[] = [];
  let at = 0;
  while (at + 8 <= view.byteLength) {
    if (found.length >= MAX_BOXES) throw damaged('its clip has too many parts');
    const size = view.getUint32(at);
    const type = String.fromCharCode(...[4, 5, 6, 7].map((offset) => view.getUint8(at + offset)));
    if (size < 8 || at + size > view.byteLength) throw damaged('its clip is broken off');
    found.push({ type, body: new DataView(view.buffer, view.byteOffset + at + 8, size - 8) });
    at += size;
  }
  return found;
}
