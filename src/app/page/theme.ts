/** Light, dark or as the system has it: chosen by the person, kept, and put on the page before anything is painted. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { recall, remember } from './remembered.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** `public/theme.js` reads the same key before the first paint. */
const KEY = 'theme';

const store = createStore<{ readonly theme: Theme }>()(() => ({ theme: 'system' }));

export function useTheme(): Theme {
  return useStore(store, (state) => state.theme);
}

/** The one after the present. */
export function nextTheme(): Theme {
  return THEMES[(THEMES.indexOf(store.getState().theme) + 1) % THEMES.length] ?? 'system';
}

export function setTheme(theme: Theme): void {
  store.setState({ theme });
  remember(KEY, theme);
}

/** Takes the kept theme and follows changes. Once a page. */
export function startTheme(): void {
  store.subscribe(({ theme }) => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  });
  const kept = recall(KEY);
  store.setState({ theme: THEMES.find((known) => known === kept) ?? 'system' });
}
