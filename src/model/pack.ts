/**
 * Loading a model pack: the files that its manifest names, each from storage or from the network, each verified against its
 * SHA-256 before anything is done with it. Storage is written only after the hash matched, so that a broken download
 * can never be found there later.
 */
import { createSHA256 } from 'hash-wasm';
import { AppError, throwIfAborted } from '../errors.ts';
import { distinct, type Notice } from '../notices.ts';
import { fetchFile, type Fetch, type FetchFileOptions } from './fetch.ts';
import { packFiles } from './files.ts';
import type { Manifest, PackFile } from './manifest.ts';
import type { KnownManifest } from './pack-index.ts';
import { openPackStorage, type PackStorage } from './storage.ts';

export { packFiles };

export interface Pack extends KnownManifest {
  /** Bytes of the wanted files by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What the person should know, for instance that nothing could be stored. */
  readonly notices: readonly Notice[];
}

export interface LoadPackOptions {
  readonly signal: AbortSignal;
  /** Which of its files are wanted, the first first; left out: all. */
  readonly wanted?: readonly PackFile[] | undefined;
  /** Called with each wanted file as soon as it is there and verified. */
  readonly onFile?: (file: string, bytes: Uint8Array) => void;
  /**
   * Asked when all is there: manifests of the variants beside this one, whose files stay stored; undefined where not all of
   * them are known. Left out: nothing is thrown away.
   */
  readonly beside?: (() => Promise<readonly Manifest[] | undefined>) | undefined;
  /** Rises from 0 to `total`, which never changes; stored files count as soon as they are verified. */
  readonly onBytes?: (loaded: number, total: number) => void;
  /** Verified files by their SHA-256: neither looked up nor fetched again. */
  readonly inHand?: ReadonlyMap<string, Uint8Array> | undefined;
  readonly fetch?: Fetch;
  /** Left out: the browser's Cache Storage. `null`: keep nothing. */
  readonly storage?: PackStorage | null;
}

const PARALLEL_DOWNLOADS = 4;
/** Bytes hashed between two looks at the abort signal. */
const HASH_CHUNK = 4 * 1024 * 1024;

/**
 * @param packUrl folder of the pack, ending in a slash
 * @throws AppError `pack-missing`, `pack-html`, `pack-hash`, `pack-network` or `cancelled`
 */
export async function loadPack(packUrl: string, known: KnownManifest, options: LoadPackOptions): Promise<Pack> {
  const { signal, onBytes, onFile, inHand } = options;
  const { manifest } = known;
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const notices: Notice[] = [];
  const storage = options.storage === undefined ? await openPackStorage() : (options.storage ?? undefined);
  if (!storage) {
    const message = 'This browser offers no storage here, so the model is downloaded again on every visit.';
    notices.push({ code: 'no-storage', message });
  }

  const wanted = options.wanted ?? packFiles(manifest);
  const meter = createMeter(wanted, onBytes);
  const files = new Map<string, Uint8Array>();
  // The first failure ends the other downloads too.
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const queue = [...wanted];
  const keeping: Promise<Notice | undefined>[] = [];
  const worker = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const bytes = await loadFile(file, { packUrl, fetch, storage, inHand, keeping, meter, signal: both });
      files.set(file.file, bytes);
      onFile?.(file.file, bytes);
    }
  };
  const workers = Array.from({ length: PARALLEL_DOWNLOADS }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(workers);
    throwIfAborted(signal);
    throw error;
  }
  for (const notice of await Promise.all(keeping)) if (notice) notices.push(notice);
  // The other parts of this pack, and its variants, may be stored, and are still good.
  const beside = storage && (await options.beside?.());
  throwIfAborted(signal);
  const good = beside && [manifest, ...beside].flatMap((one) => packFiles(one).map((file) => file.sha256));
  await (good && storage?.keepOnly(new Set(good)))?.catch(() => {
    // An old pack that cannot be removed costs disk space, nothing else.
  });
  return { ...known, files, notices: distinct(notices) };
}

interface FileContext {
  readonly packUrl: string;
  readonly fetch: Fetch;
  readonly storage: PackStorage | undefined;
  readonly inHand: LoadPackOptions['inHand'];
  /** Of files that are being stored: what the person should know of it. */
  readonly keeping: Promise<Notice | undefined>[];
  readonly meter: (file: PackFile, loaded: number) => void;
  readonly signal: AbortSignal;
}

async function loadFile(file: PackFile, context: FileContext): Promise<Uint8Array> {
  const { packUrl, fetch, storage, inHand, meter, signal } = context;
  const there = inHand?.get(file.sha256);
  if (there) {
    meter(file, file.bytes);
    return there;
  }
  const stored = await storage?.get(file.sha256);
  if (stored) {
    if ((await sha256(stored, signal)) === file.sha256) {
      meter(file, file.bytes);
      return stored;
    }
    await storage?.drop(file.sha256);
  }
  const onBytes = (loaded: number) => meter(file, loaded);
  const bytes = await fetchVerified(packUrl, file, { fetch, signal, onBytes });
  // Nobody waits for it but the end.
  if (storage) context.keeping.push(storage.put(file.sha256, bytes).then(() => undefined, noRoomNotice));
  meter(file, file.bytes);
  return bytes;
}

/**
 * A file of a folder (ending in a slash) whose checksum is right.
 * @throws AppError as `fetchFile`, or `pack-hash`
 */
export async function fetchVerified(
  folder: string,
  file: PackFile,
  options: Omit<FetchFileOptions, 'cache'>,
): Promise<Uint8Array> {
  // A mismatch may come from a stale HTTP cache: ask once more, past it.
  for (const cache of ['default', 'reload'] as const) {
    const bytes = await fetchFile(folder + file.file, { ...options, cache });
    if ((await sha256(bytes, options.signal)) === file.sha256) return bytes;
  }
  throw new AppError(
    'pack-hash',
    `The model file ${file.file} arrived damaged: its checksum does not match the manifest.`,
    'Reload the page; if it stays, the files on the server are not of one pack.',
    { values: { file: file.file } },
  );
}

/** Sums the bytes of all files; never falls, so that a retried file does not move the bar backwards. */
function createMeter(files: readonly PackFile[], onBytes: LoadPackOptions['onBytes']) {
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  const most = new Map<string, number>();
  let loaded = 0;
  onBytes?.(0, total);
  return (file: PackFile, bytes: number) => {
    const before = most.get(file.file) ?? 0;
    const now = Math.min(bytes, file.bytes);
    if (now <= before) return;
    most.set(file.file, now);
    loaded += now - before;
    onBytes?.(loaded, total);
  };
}

/** Hexadecimal SHA-256. */
export async function sha256(bytes: Uint8Array, signal: AbortSignal): Promise<string> {
  const hasher = await createSHA256();
  hasher.init();
  for (let at = 0; at < bytes.length; at += HASH_CHUNK) {
    throwIfAborted(signal);
    hasher.update(bytes.subarray(at, at + HASH_CHUNK));
  }
  return hasher.digest('hex');
}

async function noRoomNotice(error: unknown): Promise<Notice> {
  const full = error instanceof DOMException && error.name === 'QuotaExceededError';
  if (!full) {
    const detail = String(error);
    const message = `The browser would not store the model (${detail}), so it is downloaded again next time.`;
    return { code: 'storage-refused', message, values: { detail } };
  }
  const estimate = await globalThis.navigator?.storage?.estimate?.().catch(() => undefined);
  const values =
    estimate?.quota === undefined
      ? undefined
      : { used: megabytes(estimate.usage ?? 0), quota: megabytes(estimate.quota) };
  const figures = values ? ` (${values.used} of ${values.quota} MB used)` : '';
  const message = `The browser has no room to store the model${figures}, so it is downloaded again next time.`;
  return { code: 'storage-full', message, ...(values && { values }) };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
