/** The studio in React: one context, and selectors on its store. */
import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { Studio } from '../../state/studio.ts';
import type { StudioState } from '../../state/types.ts';

export const StudioContext = createContext<Studio | undefined>(undefined);

export function useStudio(): Studio {
  const studio = use(StudioContext);
  if (!studio) throw new Error('There is no studio around this component.');
  return studio;
}

/** The selector must return a part of the state, not build a new object. */
export function useStudioState<T>(selector: (state: StudioState) => T): T {
  return useStore(useStudio().store, selector);
}
