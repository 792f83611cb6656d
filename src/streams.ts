/** Reading streams to their end. */

/**
 * All bytes of a stream. Rejects with what the stream fails with, or with what `onLength` throws; the stream is cancelled
 * then, so that nothing more of it comes.
 * @param onLength called with the number of bytes so far, after each piece
 */
export async function readBytes(
  stream: ReadableStream<Uint8Array>,
  onLength?: (length: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      pieces.push(next.value);
      length += next.value.length;
      onLength?.(length);
    }
  } catch (error) {
    // A stream that has failed refuses this; why it failed is what counts.
    reader.cancel().catch(() => undefined);
    throw error;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
