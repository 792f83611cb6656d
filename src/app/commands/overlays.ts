/** Which of the dialogs over the page is open. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

export type Overlay = 'shortcuts' | 'palette' | 'history' | 'share';

const store = createStore<{ readonly open: Overlay | undefined }>()(() => ({ open: undefined }));

export function useOverlay(): Overlay | undefined {
  return useStore(store, (state) => state.open);
}

export function openOverlay(overlay: Overlay): void {
  store.setState({ open: overlay });
}

export function closeOverlay(): void {
  store.setState({ open: undefined });
}
