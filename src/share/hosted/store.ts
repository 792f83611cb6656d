/** Putting a sealed result into the store and getting it out. The store is untrusted: it sees ciphertext, and is checked. */
import { z } from 'zod';
import { AppError, cancelled } from '../../errors.ts';
import { readBytes } from '../../streams.ts';
import { doesNotFit, gone, storeFailed, tooLarge } from '../failures.ts';
import type { Hosting } from './hosting.ts';
import type { HostedLink } from './link.ts';
import { MAX_SEALED, seal, unseal, type HostedResult } from './sealed.ts';

/** What the signer answers: where to put how many bytes, and the name they can be read under. */
const ticketSchema = z.object({
  name: z.string().regex(/^[0-9a-f]{32}$/),
  url: z.url(),
  headers: z.record(z.string(), z.string()).optional(),
});

type OnFraction = (fraction: number) => void;

/** Encrypts and uploads. Throws link-too-large, store-failed, cancelled. */
export async function upload(
  signal: AbortSignal,
  hosting: Hosting,
  result: HostedResult,
  onFraction: OnFraction,
): Promise<HostedLink> {
  const { key, bytes } = await seal(result);
  if (bytes.length > MAX_SEALED) throw doesNotFit();
  const ticket = await sign(signal, hosting, bytes.length);
  await put(signal, ticket, bytes, onFraction);
  const expires = Math.floor(Date.now() / 1000) + hosting.days * 24 * 60 * 60;
  return { name: ticket.name, key, expires };
}

/** Downloads and decrypts. Throws link-gone, link-damaged, link-too-large, link-version, store-failed, cancelled. */
export async function download(
  signal: AbortSignal,
  { store }: Hosting,
  { name, key }: HostedLink,
  onFraction: OnFraction,
): Promise<HostedResult> {
  const answer = await reach(signal, () =>
    fetch(`${store}/${name}`, { signal, credentials: 'omit', cache: 'no-store' }),
  );
  // Stores that do not let strangers list them say "forbidden" for what is not there.
  if (answer.status === 404 || answer.status === 403) throw gone();
  if (!answer.ok || !answer.body) throw storeFailed(`answer ${answer.status}`);
  const { body } = answer;
  const announced = Number(answer.headers.get('Content-Length'));
  const bytes = await reach(signal, () =>
    readBytes(body, (length) => {
      if (length > MAX_SEALED) {
        throw tooLarge('The stored file is larger than any this app makes.', 'Ask for another link.');
      }
      if (announced > 0) onFraction(Math.min(1, length / announced));
    }),
  );
  return unseal({ key, bytes });
}

async function sign(signal: AbortSignal, { signer }: Hosting, bytes: number) {
  const answer = await reach(signal, () =>
    fetch(signer, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ bytes }),
      signal,
      credentials: 'omit',
    }),
  );
  if (answer.status === 413) throw doesNotFit();
  if (!answer.ok) throw storeFailed(`answer ${answer.status}`);
  const ticket = ticketSchema.safeParse(await answer.json().catch(() => undefined));
  if (!ticket.success) throw storeFailed('an answer that is no ticket', ticket.error);
  return ticket.data;
}

/** By XMLHttpRequest, which alone tells how far an upload is. */
function put(
  signal: AbortSignal,
  { url, headers = {} }: z.infer<typeof ticketSchema>,
  bytes: Uint8Array<ArrayBuffer>,
  onFraction: OnFraction,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onFraction(loaded / Math.max(1, total));
    request.onload = () =>
      request.status < 300 ? resolve() : reject(storeFailed(`answer ${request.status}`, request.responseText));
    request.onerror = () => reject(storeFailed('no answer'));
    request.onabort = () => reject(cancelled());
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(new Blob([bytes]));
  });
}

/** What goes wrong on the way has no words of its own: an abort is a stop, anything else a store that cannot be reached. */
async function reach<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw cancelled();
    if (error instanceof AppError) throw error;
    throw storeFailed('no answer', error);
  }
}
