/**
 * The edit lists of an MP4. mediabunny knows one edit at normal speed and where it begins; where it ends, and whether there
 * are more, is read here.
 */

/** What a track's edit list says. */
export interface Edits {
  /** Why ffmpeg has to read it; undefined for one edit at normal speed. */
  readonly odd: string | undefined;
  /** Seconds before the edit in which nothing is shown. */
  readonly lead: number;
  /** Where the edit ends on the presentation clock, in seconds; Infinity without a list. */
  readonly end: number;
}

/** An index beyond this is not read into memory at once. Bytes. */
const MAX_INDEX = 256 * 2 ** 20;

/** By the number of the track; tracks without a list are missing. */
export async function editsOf(file: Blob): Promise<ReadonlyMap<number, Edits>> {
  for (let at = 0; at + 8 <= file.size;) {
    const view = new DataView(await file.slice(at, at + 16).arrayBuffer());
    const box = boxAt(view, 0, file.size - at);
    if (box === undefined) break;
    if (box.type === 'moov' && box.size <= MAX_INDEX) {
      return editsIn(new DataView(await file.slice(at, at + box.size).arrayBuffer()), box);
    }
    at += box.size;
  }
  return new Map();
}

interface Box {
  readonly type: string;
  readonly body: number;
  readonly end: number;
  readonly size: number;
}

function boxAt(view: DataView, at: number, room: number): Box | undefined {
  if (at + 8 > view.byteLength) return undefined;
  const type = String.fromCharCode(...[4, 5, 6, 7].map((n) => view.getUint8(at + n)));
  const short = view.getUint32(at);
  const long = short === 1 && at + 16 <= view.byteLength;
  const size = long ? Number(view.getBigUint64(at + 8)) : short === 0 ? room : short;
  const body = at + (long ? 16 : 8);
  return size < body - at ? undefined : { type, body, end: at + size, size };
}

function* boxesIn(view: DataView, from: number, to: number): Generator<Box> {
  const end = Math.min(to, view.byteLength);
  for (let at = from; at < end;) {
    const box = boxAt(view, at, end - at);
    if (box === undefined) return;
    yield box;
    at = box.end;
  }
}

function find(view: DataView, { body, end }: Box, ...[type, ...rest]: readonly string[]): Box | undefined {
  for (const box of boxesIn(view, body, end)) {
    if (box.type === type) return rest.length === 0 ? box : find(view, box, ...rest);
  }
  return undefined;
}

function editsIn(view: DataView, moov: Box): Map<number, Edits> {
  const edits = new Map<number, Edits>();
  const header = find(view, moov, 'mvhd');
  if (header === undefined) return edits;
  const timescale = view.getUint32(header.body + (view.getUint8(header.body) === 1 ? 20 : 12));
  for (const track of boxesIn(view, moov.body, moov.end)) {
    if (track.type !== 'trak') continue;
    const about = find(view, track, 'tkhd');
    const list = find(view, track, 'edts', 'elst');
    if (about === undefined || list === undefined) continue;
    const id = view.getUint32(about.body + (view.getUint8(about.body) === 1 ? 20 : 12));
    edits.set(id, readList(view, list, timescale));
  }
  return edits;
}

function readList(view: DataView, { body, end }: Box, timescale: number): Edits {
  const wide = view.getUint8(body) === 1;
  const size = wide ? 20 : 12;
  const count = view.getUint32(body + 4);
  let [used, lead, until, odd] = [0, 0, 0, undefined as string | undefined];
  for (let n = 0, at = body + 8; n < count && at + size <= Math.min(end, view.byteLength); n++, at += size) {
    const seconds = (wide ? Number(view.getBigUint64(at)) : view.getUint32(at)) / timescale;
    const empty = (wide ? view.getBigInt64(at + 8) : BigInt(view.getInt32(at + 4))) === -1n;
    if (view.getInt32(at + size - 4) !== 0x10000 && !empty) odd = 'an edit at another speed';
    if (!empty && ++used > 1) odd = 'several edits';
    if (empty && used > 0) odd = 'a gap between edits';
    until += seconds;
    if (empty) lead += seconds;
    // An edit without a length lasts as long as the track.
    if (!empty && seconds === 0) until = Infinity;
  }
  return { odd, lead, end: used === 0 ? Infinity : until };
}
