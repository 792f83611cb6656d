/**
 * `window.__studio`: the controller of the running page. It is part of the app, not a test hook: the batch command
 * (`npm run generate`) and the end-to-end tests drive the page through it, and so can anyone from the browser's console.
 * What it offers is exactly what the buttons do.
 */
import type { Studio } from './studio.ts';

export interface StudioBridge {
  /** Raised when a caller written for an older page would misunderstand this one. */
  readonly version: 1;
  readonly studio: Studio;
}

declare global {
  interface Window {
    __studio?: StudioBridge;
  }
}

export function exposeStudio(studio: Studio): void {
  window.__studio = { version: 1, studio };
}
