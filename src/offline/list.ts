/** What the app consists of, written by the build (scripts/lib/offline.mjs) into the service worker. Types only. */

export interface OfflineList {
  /** Changes with any file of the app. */
  readonly version: string;
  /** Paths below the app's folder that are fetched when the app is installed: pages, scripts, styles, icons, samples. */
  readonly shell: readonly string[];
  /** The large programs, kept when they are first used. */
  readonly programs: readonly Program[];
  /** Isolation and policy: added to pages and scripts where the server does not send them. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Program {
  readonly file: string;
  readonly bytes: number;
}

/** What the page tells the service worker. */
export type WorkerOrder =
  /** Take over from the version before; the page reloads then. */
  | { readonly type: 'update' }
  /** Keep these programs: they have been used. */
  | { readonly type: 'keep-programs'; readonly files: readonly string[] };

/**
 * Where files shared by the system wait for the page. A type, so that page and worker agree without sharing code: the
 * worker must be one file.
 */
export type SharedCache = 'shared-files';
