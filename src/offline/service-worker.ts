/**
 * Keeps the app on the device: all its small files when it is installed, the large programs when they are first used. The
 * model has a cache of its own (src/model/storage.ts). Nothing is asked of any other server, and nothing is sent: what the
 * system shares with the app is taken here and waits for the page.
 *
 * Stored answers keep the headers they came with, so that the page stays cross-origin isolated without a network. Where a
 * host cannot send the headers of isolation and policy, pages and scripts get them here.
 */
import { withMissingHeaders } from './headers.ts';
import type { OfflineList, SharedCache, WorkerOrder } from './list.ts';
import { partOf } from './ranges.ts';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build. */
declare const __OFFLINE_LIST__: OfflineList;

const { version, shell, programs, headers } = __OFFLINE_LIST__;
const SHELL_PREFIX = 'shell-';
const SHELL = SHELL_PREFIX + version;
const MANIFESTS = 'pack-manifests';
/** A pack's manifest, its variants' and the index that names these. */
const MANIFEST_FILE = /^models\/[^/]+\/(?:manifest(?:\.[a-z0-9-]+)?|variants)\.json$/;
/** The programs of all versions: their names change with their content. */
const PROGRAM_CACHE = 'programs';
const SHARED_CACHE: SharedCache = 'shared-files';
/** The path to which the system posts shared files, as public/manifest.webmanifest says. */
const SHARE_PATH = 'share-target';

const shellFiles = new Set(shell);
const programFiles = new Set(programs.map(({ file }) => file));
const urlOf = (path: string) => new URL(path, self.registration.scope).href;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(SHELL).then((cache) =>
      // Past the HTTP cache: it may still hold files of the version before.
      cache.addAll(shell.map((path) => new Request(urlOf(path), { cache: 'reload' }))),
    ),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

self.addEventListener('message', (event) => {
  const order = event.data as WorkerOrder;
  switch (order.type) {
    case 'update':
      void self.skipWaiting();
      return;
    case 'keep-programs':
      event.waitUntil(keepPrograms(order.files));
      return;
  }
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (!url.href.startsWith(self.registration.scope)) return;
  const path =
    url.origin + url.pathname === self.registration.scope
      ? './'
      : url.href.slice(self.registration.scope.length).split(/[?#]/)[0];
  if (path === undefined) return;
  if (request.method === 'POST' && path === SHARE_PATH) return event.respondWith(takeShared(request));
  if (request.method !== 'GET') return;
  // The address says how the app starts (?pack=...), not which page it is.
  if (request.mode === 'navigate') {
    if (path === './' || path === 'index.html') return event.respondWith(fromShell(request, './'));
    // The player that other pages embed.
    if (shellFiles.has(path)) event.respondWith(fromShell(request, path));
    return;
  }
  if (shellFiles.has(path)) return event.respondWith(fromShell(request, path));
  if (programFiles.has(path)) return event.respondWith(fromPrograms(event, path));
  if (MANIFEST_FILE.test(path)) event.respondWith(newestManifest(event, path));
});

async function fromShell(request: Request, path: string): Promise<Response> {
  const stored = await (await caches.open(SHELL)).match(urlOf(path));
  // The browser may have cleared the cache under a worker that still runs.
  if (!stored) return withMissingHeaders(await fetch(request), headers);
  return partOf(withMissingHeaders(stored, headers), request.headers.get('Range'));
}

async function fromPrograms(event: FetchEvent, path: string): Promise<Response> {
  const cache = await caches.open(PROGRAM_CACHE);
  const stored = await cache.match(urlOf(path));
  if (stored) return stored;
  const response = await fetch(event.request);
  if (response.status === 200) event.waitUntil(keep(cache, path, response.clone()));
  return response;
}

/** The manifest names all other files of a pack by hash: the server's is right, the stored one is for want of a server. */
async function newestManifest(event: FetchEvent, path: string): Promise<Response> {
  const cache = await caches.open(MANIFESTS);
  try {
    const response = await fetch(event.request);
    if (response.status === 200) event.waitUntil(keep(cache, path, response.clone()));
    return response;
  } catch (error) {
    const stored = await cache.match(urlOf(path));
    if (stored) return stored;
    throw error;
  }
}

/** Fetches what was used before this worker was there to see it; mostly out of the HTTP cache. */
async function keepPrograms(files: readonly string[]): Promise<void> {
  const cache = await caches.open(PROGRAM_CACHE);
  for (const file of files) {
    if (!programFiles.has(file) || (await cache.match(urlOf(file)))) continue;
    const response = await fetch(urlOf(file));
    if (response.status === 200) await keep(cache, file, response);
  }
}

async function keep(cache: Cache, path: string, response: Response): Promise<void> {
  try {
    await cache.put(urlOf(path), response);
  } catch (error) {
    // No room: the app works on, online.
    console.warn(`${path} could not be kept for use without a network.`, error);
  }
}

/** Old versions go, but for the one before: other tabs may still be running it. Programs that no version uses go too. */
async function tidy(): Promise<void> {
  const shells = (await caches.keys()).filter((name) => name.startsWith(SHELL_PREFIX) && name !== SHELL);
  for (const name of shells.slice(0, -1)) await caches.delete(name);
  const cache = await caches.open(PROGRAM_CACHE);
  const wanted = new Set(programs.map(({ file }) => urlOf(file)));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

/** Files shared with the app by the system: kept until the page, which is opened for them, has taken them. */
async function takeShared(request: Request): Promise<Response> {
  const form = await request.formData();
  const cache = await caches.open(SHARED_CACHE);
  for (const [index, file] of form.getAll('media').entries()) {
    if (!(file instanceof File)) continue;
    const headers = { 'Content-Type': file.type, 'X-File-Name': encodeURIComponent(file.name) };
    await cache.put(urlOf(`${SHARED_CACHE}/${index}`), new Response(file, { headers }));
  }
  return Response.redirect(urlOf('./?shared'), 303);
}
