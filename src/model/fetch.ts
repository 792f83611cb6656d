/** Fetching one file of a pack: byte counts as they come, one retry on a network failure, and no web page taken for a file. */
import { AppError, cancelled, throwIfAborted } from '../errors.ts';
import { readBytes } from '../streams.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Bytes that are looked at to recognise a web page. */
const SNIFFED = 64;

export interface FetchFileOptions {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  /** Bytes of this attempt so far; a retry starts again from 0. */
  readonly onBytes?: (loaded: number) => void;
  readonly cache?: RequestCache;
}

/**
 * The bytes at `url`.
 * @throws AppError `pack-missing`, `pack-html`, `pack-network` or `cancelled`
 */
export async function fetchFile(url: string, options: FetchFileOptions): Promise<Uint8Array> {
  try {
    return await attempt(url, options);
  } catch (error) {
    const failure = AppError.from(error);
    if (failure.code !== 'pack-network') throw failure;
  }
  return attempt(url, options);
}

async function attempt(url: string, { fetch, signal, onBytes, cache }: FetchFileOptions): Promise<Uint8Array> {
  throwIfAborted(signal);
  onBytes?.(0);
  const response = await orNetworkError(url, signal, () => fetch(url, { signal, cache: cache ?? 'default' }));
  if (response.status === 404 || response.status === 410) {
    throw new AppError(
      'pack-missing',
      `The model file ${fileOf(url)} is not on the server.`,
      'Whoever hosts the app must put the model pack beside it.',
      { values: { file: fileOf(url) } },
    );
  }
  if (!response.ok) throw networkError(url, `the server answered ${response.status}`);
  if (response.headers.get('content-type')?.includes('text/html')) throw webPage(url);
  return orNetworkError(url, signal, () => readAll(response, onBytes)).then((bytes) => {
    if (looksLikeHtml(bytes)) throw webPage(url);
    return bytes;
  });
}

async function readAll(response: Response, onBytes: ((loaded: number) => void) | undefined): Promise<Uint8Array> {
  return response.body ? readBytes(response.body, onBytes) : new Uint8Array(await response.arrayBuffer());
}

async function orNetworkError<T>(url: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw networkError(url, 'the connection broke', error);
  }
}

/** A host without the file often answers with its start page and status 200. */
function looksLikeHtml(bytes: Uint8Array): boolean {
  const head = String.fromCharCode(...bytes.subarray(0, SNIFFED));
  return /^\uFEFF?(?:\u00EF\u00BB\u00BF)?\s*<(?:!doctype\s+html|html|head|body)/i.test(head);
}

function webPage(url: string): AppError {
  return new AppError(
    'pack-html',
    `A web page came back instead of the model file ${fileOf(url)}.`,
    'The model pack is missing on the server, or a sign-in page stands in between: check the connection and reload.',
    { values: { file: fileOf(url) } },
  );
}

function networkError(url: string, what: string, cause?: unknown): AppError {
  return new AppError(
    'pack-network',
    `The model file ${fileOf(url)} could not be downloaded: ${what}.`,
    'Check the connection and try again; what has arrived so far is kept.',
    { cause, values: { file: fileOf(url) } },
  );
}

function fileOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
