/** What a timeline needs of the browser: its width, its colours, its pictures, and a playhead that moves by itself. */
import { useEffect, useState, type RefObject } from 'react';
import type { Colours } from './draw.ts';

/** Width of an element in CSS pixels; 0 until it is known. */
export function useWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}

/** Counts up whenever colours or the density of the screen may have changed. */
export function useLook(): number {
  const [look, setLook] = useState(0);
  useEffect(() => {
    const changed = () => setLook((count) => count + 1);
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const density = window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    const root = new MutationObserver(changed);
    root.observe(document.documentElement, { attributes: true });
    dark.addEventListener('change', changed);
    density.addEventListener('change', changed);
    return () => {
      root.disconnect();
      dark.removeEventListener('change', changed);
      density.removeEventListener('change', changed);
    };
    // Another density has another query.
  }, [look]);
  return look;
}

export function readColours(element: Element): Colours {
  const style = getComputedStyle(element);
  // A token is a function of the theme, which a canvas cannot work out; an element can.
  const probe = document.createElement('i');
  // What it has must be what it was just given.
  probe.style.transition = 'none';
  element.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    ground: colour('--surface'),
    sunken: colour('--sunken'),
    screen: colour('--screen'),
    ink: colour('--ink'),
    inkSoft: colour('--ink-soft'),
    line: colour('--line'),
    accent: colour('--accent'),
    accentSoft: colour('--accent-soft'),
    seen: colour('--warn'),
    font: style.fontFamily,
  };
  probe.remove();
  return colours;
}

/** The pictures that have arrived; one that cannot be had leaves its place dark. */
export function usePictures(urls: readonly string[]): readonly HTMLImageElement[] {
  const [pictures, setPictures] = useState<readonly HTMLImageElement[]>([]);
  useEffect(() => {
    let current = true;
    const images = urls.map((url) => {
      const image = new Image();
      image.src = url;
      return image;
    });
    void Promise.allSettled(images.map((image) => image.decode())).then(() => {
      if (current) setPictures(images);
    });
    return () => {
      current = false;
    };
  }, [urls]);
  return pictures;
}

/** Calls back before every frame that is drawn. */
export function useEveryFrame(onFrame: () => void): void {
  useEffect(() => {
    let request = 0;
    const frame = () => {
      onFrame();
      request = requestAnimationFrame(frame);
    };
    frame();
    return () => cancelAnimationFrame(request);
  }, [onFrame]);
}

/** React listens to wheels passively, which would let the page zoom along. */
export function useWheel(stage: RefObject<HTMLElement | null>, onWheel: (event: WheelEvent) => void): void {
  useEffect(() => {
    const element = stage.current;
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [stage, onWheel]);
}

/** Tall enough to drag a strength with what one points with, in pixels. */
const LANE = { fine: 64, coarse: 84 };

export function useLaneHeight(): number {
  const [coarse, setCoarse] = useState(() => window.matchMedia('(pointer: coarse)').matches);
  useEffect(() => {
    const query = window.matchMedia('(pointer: coarse)');
    const changed = () => setCoarse(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return coarse ? LANE.coarse : LANE.fine;
}
