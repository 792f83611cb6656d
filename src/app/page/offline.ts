/**
 * The installed app: its service worker, new versions of it, and the files that the system hands over. A new version waits
 * until the person reloads; what is on the page is never thrown away for it.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { SharedCache, WorkerOrder } from '../../offline/list.ts';
import { programsFor } from '../../model/runtime-build.ts';
import type { Studio } from '../../state/studio.ts';
import { listPrograms } from '../start/programs.ts';

/** How often a page that stays open looks for a new version, in milliseconds. */
const LOOK_EVERY = 60 * 60 * 1000;

const SHARED_CACHE: SharedCache = 'shared-files';

/** `waiting`: it takes over when the page reloads. `taken`: another tab has let it take over already. */
export type Update = 'none' | 'waiting' | 'taken';

interface OfflineState {
  readonly update: Update;
  readonly isolatedAfterReload: boolean;
}

const store = createStore<OfflineState>()(() => ({ update: 'none', isolatedAfterReload: false }));
let registration: ServiceWorkerRegistration | undefined;
let reloading = false;

export function useUpdate(): Update {
  return useStore(store, (state) => state.update);
}

/**
 * Whether loading the page again brings the isolation that threads need: the server sends no headers for it, and by now
 * there is a service worker that adds them.
 */
export function useIsolatedAfterReload(): boolean {
  return useStore(store, (state) => state.isolatedAfterReload);
}

/** Reloads the page into the new version. */
export function reloadIntoUpdate(): void {
  reloading = true;
  if (registration?.waiting) tell(registration.waiting, { type: 'update' });
  else window.location.reload();
}

/**
 * Registers the service worker and tells it when the large programs have been used. Resolves when it is known whether
 * the browser has one; a browser without is left with the network.
 * @param base where the app lives, ending in a slash
 */
export async function startOffline(studio: Studio, base: string): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  const replaced = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (reloading) window.location.reload();
    // The first worker of a visit replaces none: nothing is new.
    else if (replaced) store.setState({ update: 'taken' });
  });
  try {
    registration = await register(base);
  } catch (error) {
    // Private windows and some settings forbid it; the app needs the network then.
    console.warn('The app cannot be kept for use without a network.', error);
    return;
  }
  if (!registration) return;
  watch(registration);
  // A page that came through the worker has all the isolation that it can have.
  if (!replaced && !window.crossOriginIsolated) {
    void serviceWorker.ready.then(() => store.setState({ isolatedAfterReload: true }));
  }
  keepProgramsOnceUsed(studio, base);
}

/** A browser that a script drives may have been told to have no worker, and answers with nothing then. */
function register(base: string): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker.register(`${base}sw.js`, { updateViaCache: 'none' });
}

function watch(registered: ServiceWorkerRegistration): void {
  const look = () => {
    // Without a worker in charge this one is the first, and no news.
    if (registered.waiting && registered.active) store.setState({ update: 'waiting' });
  };
  registered.addEventListener('updatefound', () => registered.installing?.addEventListener('statechange', look));
  look();
  const ask = () => {
    // Offline there is nothing to be found.
    if (document.visibilityState === 'visible') registered.update().catch(() => undefined);
  };
  setInterval(ask, LOOK_EVERY);
  document.addEventListener('visibilitychange', ask);
}

/** On a first visit the programs may be running before there is a worker that could keep them. */
function keepProgramsOnceUsed({ store: studio }: Studio, base: string): void {
  const stop = studio.subscribe(({ takes }) => {
    const [take] = takes;
    if (!take) return;
    stop();
    void Promise.all([navigator.serviceWorker.ready, listPrograms(base)]).then(([{ active }, programs]) => {
      const files = programsFor(take.recipe.backend, programs).map(({ file }) => file);
      if (active) tell(active, { type: 'keep-programs', files });
    });
  });
}

function tell(worker: ServiceWorker, order: WorkerOrder): void {
  worker.postMessage(order);
}

interface LaunchQueue {
  setConsumer(consumer: (launch: { readonly files?: readonly FileSystemFileHandle[] }) => void): void;
}

declare global {
  interface Window {
    readonly launchQueue?: LaunchQueue;
  }
}

/** Files that the system opens with the app, or shares with it. */
export function receiveHandedOver(studio: Studio, base: string): void {
  window.launchQueue?.setConsumer(({ files = [] }) => {
    void Promise.all(files.map((handle) => handle.getFile())).then((opened) => studio.receive(opened));
  });
  const address = new URL(window.location.href);
  if (!address.searchParams.has('shared')) return;
  address.searchParams.delete('shared');
  window.history.replaceState(null, '', address);
  void sharedFiles(base).then((files) => studio.receive(files));
}

/** What the service worker put by, which is then forgotten. */
async function sharedFiles(base: string): Promise<File[]> {
  if (!('caches' in window)) return [];
  const cache = await caches.open(SHARED_CACHE);
  const files: File[] = [];
  for (let index = 0; ; index++) {
    const response = await cache.match(`${base}${SHARED_CACHE}/${index}`);
    if (!response) break;
    const name = decodeURIComponent(response.headers.get('X-File-Name') ?? 'shared');
    files.push(new File([await response.blob()], name, { type: response.headers.get('Content-Type') ?? '' }));
  }
  await caches.delete(SHARED_CACHE);
  return files;
}
