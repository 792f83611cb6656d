/** The browser's own deflate, with a bound on what comes out. */
import { AppError } from '../errors.ts';
import { readBytes } from '../streams.ts';
import { damaged, tooLarge } from './failures.ts';

export async function deflate(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([Uint8Array.from(bytes)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Throws `link-damaged`; `link-too-large` as soon as more than `limit` bytes have come out. */
export async function inflate(bytes: Uint8Array, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new DecompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  // The reader below reports what goes wrong; an abandoned writer must not report it a second time.
  const ignore = () => undefined;
  writer.write(Uint8Array.from(bytes)).catch(ignore);
  writer.close().catch(ignore);
  try {
    return await readBytes(stream.readable, (length) => {
      if (length > limit) {
        throw tooLarge('The link unpacks to more than a link may hold.', 'Do not trust it; ask for another.');
      }
    });
  } catch (error) {
    throw error instanceof AppError ? error : damaged('a packed part cannot be unpacked', error);
  }
}
