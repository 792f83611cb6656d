import { useEffect, useRef, type RefObject } from 'react';

/** A signal that is aborted when the component goes; for work that a press begins. */
export function useLife(): RefObject<AbortSignal | undefined> {
  const life = useRef<AbortSignal>(undefined);
  useEffect(() => {
    const abort = new AbortController();
    life.current = abort.signal;
    return () => abort.abort();
  }, []);
  return life;
}
