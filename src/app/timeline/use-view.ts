/** Which stretch of time a timeline shows: zoomed, scrolled, and turned over like a page by the playhead. */
import { useCallback, useMemo, useState, type RefObject } from 'react';
import { useWheel, useWidth } from './hooks.ts';
import { clampView, fitView, follow, isFit, resized, scrollBy, xOf, zoomAt, type View } from './view.ts';

export interface ShownView {
  readonly view: View;
  readonly width: number;
  /** Around the playhead where it is in view, so that one zooms in on what one hears. */
  readonly zoom: (factor: number) => void;
  /** Shows all of it. */
  readonly fit: () => void;
  /** Two fingers: closer around `x`, and moved by pixels. */
  readonly pinch: (factor: number, x: number, moved: number) => void;
  /** Brings this time, in seconds, to the left edge. */
  readonly scrollTo: (start: number) => void;
  /** The playhead has left what is shown. */
  readonly onGone: (time: number) => void;
}

/** @param time where the playhead is, in seconds */
export function useView(stage: RefObject<HTMLElement | null>, duration: number, time: () => number): ShownView {
  const width = useWidth(stage);
  const [chosen, setChosen] = useState<View>(fitView(duration, 1));
  // What was chosen, made to fit what there is now.
  const view = useMemo(
    () =>
      chosen.width === width ? clampView(chosen, duration) : resized(clampView(chosen, duration), duration, width),
    [chosen, duration, width],
  );

  useWheel(stage, (event) => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const x = event.clientX - (stage.current?.getBoundingClientRect().left ?? 0);
      setChosen(zoomAt(view, duration, Math.exp(-event.deltaY / 200), x));
      return;
    }
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    // Up and down is the page's.
    if (Math.abs(sideways) <= Math.abs(event.shiftKey ? 0 : event.deltaY) || isFit(view, duration)) return;
    event.preventDefault();
    setChosen(scrollBy(view, duration, sideways));
  });

  return {
    view,
    width,
    zoom: (factor) => {
      const x = xOf(view, time());
      setChosen(zoomAt(view, duration, factor, x >= 0 && x <= width ? x : width / 2));
    },
    fit: () => setChosen(fitView(duration, width)),
    pinch: (factor, x, moved) => setChosen(scrollBy(zoomAt(view, duration, factor, x), duration, moved)),
    scrollTo: (start) => setChosen(clampView({ ...view, start }, duration)),
    onGone: useCallback((now: number) => setChosen(follow(view, duration, now)), [view, duration]),
  };
}
