/** What buttons, keys and shortcuts outside may ask of a timeline. */
import type { KeyboardEvent } from 'react';
import type { TimeSpan } from '../../dsp/span.ts';
import type { Hits } from '../timing/use-hits.ts';
import type { TimelineHandle } from './types.ts';
import type { ShownView } from './use-view.ts';

const ZOOM = 1.6;

interface HandleOptions {
  readonly shown: ShownView;
  readonly hits: Hits;
  readonly duration: number;
  readonly fps: number;
  readonly time: () => number;
  readonly selection: TimeSpan | undefined;
  readonly onSeek: (seconds: number) => void;
  /** Left out where no part can be marked. */
  readonly onSelect: ((span: TimeSpan | undefined) => void) | undefined;
}

export function handleOf({ shown, hits, duration, fps, time, ...options }: HandleOptions): TimelineHandle {
  const { selection, onSeek, onSelect } = options;
  const mark = (side: 'start' | 'end') => {
    const now = time();
    if (side === 'start') {
      const end = selection && selection.end > now ? selection.end : duration;
      if (end > now) onSelect?.({ start: now, end });
    } else {
      const start = selection && selection.start < now ? selection.start : 0;
      if (now > start) onSelect?.({ start, end: now });
    }
  };
  return {
    zoomIn: () => shown.zoom(ZOOM),
    zoomOut: () => shown.zoom(1 / ZOOM),
    zoomFit: shown.fit,
    markIn: () => mark('start'),
    markOut: () => mark('end'),
    step: (count) => onSeek(Math.max(0, Math.min(duration, time() + count / fps))),
    hits: {
      add: hits.addAtPlayhead,
      next: (extend) => hits.step(1, extend),
      previous: (extend) => hits.step(-1, extend),
      remove: () => hits.remove(),
      move: (by) => void hits.move(by),
      moveByFrames: (count) => void hits.move(count / fps),
      strengthen: hits.strengthen,
      all: hits.all,
    },
  };
}

interface KeyOptions {
  readonly handle: TimelineHandle;
  readonly selection: TimeSpan | undefined;
  readonly loop: boolean;
  readonly onSelect: ((span: TimeSpan | undefined) => void) | undefined;
  readonly onLoop: ((loop: boolean) => void) | undefined;
}

/** Handles the keys of a timeline that has the focus. */
export function onTimelineKey(event: KeyboardEvent, { handle, selection, loop, onSelect, onLoop }: KeyOptions): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLElement && event.target.matches('input, textarea, select')) return;
  const actions: Partial<Record<string, () => void>> = {
    '+': handle.zoomIn,
    '=': handle.zoomIn,
    '-': handle.zoomOut,
    _: handle.zoomOut,
    ...(onSelect ? { i: handle.markIn, o: handle.markOut } : {}),
    ...(onSelect && selection ? { escape: () => onSelect(undefined) } : {}),
    ...(onLoop ? { l: () => onLoop(!loop) } : {}),
  };
  const action = actions[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}
