/**
 * Pictures as bytes, one after the other. A few are an array. Many are a Blob, which the browser keeps outside the page: ten
 * minutes of the model's frames are 115 MB, and several workers look at them.
 */
export type FrameBytes = Uint8Array | Blob;

/** From this size on frames become a Blob; some 80 seconds of those of the model. Bytes. */
export const MOST_IN_MEMORY = 16 * 2 ** 20;
/** What is collected, or read, at a time. Bytes. */
const PIECE = 4 * 2 ** 20;

export function byteLength(frames: FrameBytes): number {
  return frames instanceof Blob ? frames.size : frames.length;
}

/** The bytes from `from` up to `to`; of an array they are a view. */
export async function readBytes(frames: FrameBytes, from: number, to: number): Promise<Uint8Array> {
  if (!(frames instanceof Blob)) return frames.subarray(from, to);
  return new Uint8Array(await frames.slice(from, to).arrayBuffer());
}

/** All of them in pieces of whole units of `unit` bytes. */
export async function* piecesOf(frames: FrameBytes, unit: number): AsyncGenerator<Uint8Array> {
  const length = byteLength(frames);
  const step = Math.max(1, Math.floor(PIECE / unit)) * unit;
  for (let from = 0; from < length; from += step) {
    yield await readBytes(frames, from, Math.min(length, from + step));
  }
}

/** The same bytes for someone who takes theirs over: a copy of an array, and a Blob itself. */
export function copyOf(frames: FrameBytes): FrameBytes {
  return frames instanceof Blob ? frames : frames.slice();
}

/** What is handed over rather than copied when frames are sent to a worker. */
export function buffersOf(frames: FrameBytes): Transferable[] {
  return frames instanceof Blob ? [] : [frames.buffer as ArrayBuffer];
}

/** Whether two hold the same bytes. Every one counts: a digest would take longer, and be less sure. */
export async function isSame(one: FrameBytes, other: FrameBytes): Promise<boolean> {
  const length = byteLength(one);
  if (length !== byteLength(other)) return false;
  if (one === other) return true;
  for (let from = 0; from < length; from += PIECE) {
    const to = Math.min(length, from + PIECE);
    const [a, b] = await Promise.all([readBytes(one, from, to), readBytes(other, from, to)]);
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  }
  return true;
}

/** Frames that came all at once. */
export function stored(bytes: Uint8Array<ArrayBuffer>): FrameBytes {
  return bytes.length > MOST_IN_MEMORY ? new Blob([bytes]) : bytes;
}

export interface FrameCollector {
  add(frame: Uint8ClampedArray | Uint8Array): void;
  /** All `count` of them. */
  all(): FrameBytes;
}

/** Takes frames of `frameBytes` as they come, `count` in the end. */
export function createCollector(count: number, frameBytes: number): FrameCollector {
  const parts: Blob[] = [];
  const bytes = count * frameBytes;
  const streams = bytes > MOST_IN_MEMORY;
  const piece = new Uint8Array(streams ? Math.max(PIECE, frameBytes) : bytes);
  let filled = 0;
  const flush = () => {
    parts.push(new Blob([piece.subarray(0, filled)]));
    filled = 0;
  };
  return {
    add(frame) {
      if (streams && filled + frame.length > piece.length) flush();
      piece.set(frame, filled);
      filled += frame.length;
    },
    all() {
      if (!streams) return piece;
      if (filled > 0) flush();
      return new Blob(parts);
    },
  };
}
