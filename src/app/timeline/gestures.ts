/** Pointers on a timeline: press to move the playhead, drag to mark or to move the sound, two fingers to zoom. */
import { useRef, useState, type PointerEvent } from 'react';
import { spanBetween, type TimeSpan } from '../../dsp/span.ts';
import { zoneAt, type Rows } from './rows.ts';
import { timeAt, xOf, type View } from './view.ts';

export type Tool = 'select' | 'move';

/** What is being dragged, shown before it counts. */
export type Draft =
  { readonly kind: 'span'; readonly span: TimeSpan } | { readonly kind: 'offset'; readonly offset: number };

interface Hold {
  readonly kind: 'seek' | 'span' | 'offset' | 'pinch';
  readonly x: number;
  /** Time under the pointer at first; for a span the end that stays. */
  readonly time: number;
  readonly offset: number;
  /** A press becomes a drag when it has gone far enough. */
  readonly moved: boolean;
}

interface GestureOptions {
  readonly view: View;
  readonly rows: Rows;
  readonly duration: number;
  readonly tool: Tool;
  readonly selection: TimeSpan | undefined;
  readonly offset: number;
  readonly canSelect: boolean;
  readonly canMove: boolean;
  readonly onSeek: (seconds: number) => void;
  readonly onSelect: (span: TimeSpan) => void;
  readonly onNudge: (offset: number, phase: 'live' | 'done') => void;
  /** `factor` and the place it is about, and how far the fingers have moved together, in pixels. */
  readonly onPinch: (factor: number, x: number, moved: number) => void;
}

/** Pixels a press may slip before it is a drag, and pixels around an edge that take hold of it, by kind of pointer. */
const SLIP = { fine: 4, coarse: 9 };
const GRIP = { fine: 7, coarse: 18 };
/** Marked parts are at least this long, in seconds. */
export const SHORTEST_PART = 0.01;
/** Nudges are whole tenths of a millisecond. */
const NUDGE_STEP = 1e-4;

export function roundNudge(offset: number): number {
  return Math.round(offset / NUDGE_STEP) * NUDGE_STEP;
}

export function useGestures(options: GestureOptions) {
  const { view, rows, duration, tool, selection, offset, canSelect, canMove } = options;
  const [draft, setDraft] = useState<Draft>();
  const hold = useRef<Hold>(undefined);
  const pointers = useRef(new Map<number, number>());

  const xIn = (event: PointerEvent) => event.clientX - event.currentTarget.getBoundingClientRect().left;
  const inside = (seconds: number) => Math.max(0, Math.min(duration, seconds));
  const reach = (event: PointerEvent, size: { fine: number; coarse: number }) =>
    event.pointerType === 'mouse' ? size.fine : size.coarse;

  function take(event: PointerEvent): Hold {
    const x = xIn(event);
    const time = inside(timeAt(view, x));
    const held = { x, time, offset, moved: false };
    const y = event.clientY - event.currentTarget.getBoundingClientRect().top;
    if (zoneAt(rows, y) === 'time') return { ...held, kind: 'seek', moved: true };
    if (canMove && (tool === 'move' || event.altKey)) return { ...held, kind: 'offset' };
    if (!canSelect) return { ...held, kind: 'seek', moved: true };
    const grip = reach(event, GRIP);
    for (const [near, far] of selection
      ? [[selection.start, selection.end] as const, [selection.end, selection.start] as const]
      : []) {
      if (Math.abs(xOf(view, near) - x) <= grip) return { ...held, kind: 'span', time: far };
    }
    return { ...held, kind: 'span' };
  }

  function onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, xIn(event));
    if (pointers.current.size > 1) {
      hold.current = { kind: 'pinch', x: 0, time: 0, offset, moved: true };
      setDraft(undefined);
      return;
    }
    hold.current = take(event);
    if (hold.current.kind === 'seek') options.onSeek(hold.current.time);
  }

  function onPointerMove(event: PointerEvent): void {
    const held = hold.current;
    const before = pointers.current.get(event.pointerId);
    if (!held || before === undefined) return;
    const x = xIn(event);
    if (held.kind === 'pinch') return pinch(event.pointerId, before, x);
    pointers.current.set(event.pointerId, x);
    if (!held.moved && Math.abs(x - held.x) < reach(event, SLIP)) return;
    hold.current = { ...held, moved: true };
    const time = inside(timeAt(view, x));
    if (held.kind === 'seek') options.onSeek(time);
    if (held.kind === 'span') setDraft({ kind: 'span', span: spanBetween(held.time, time) });
    if (held.kind === 'offset') {
      const moved = roundNudge(held.offset + (x - held.x) / view.perSecond);
      setDraft({ kind: 'offset', offset: moved });
      options.onNudge(moved, 'live');
    }
  }

  function pinch(id: number, before: number, x: number): void {
    const other = [...pointers.current].find(([key]) => key !== id)?.[1];
    pointers.current.set(id, x);
    if (other === undefined) return;
    const [was, is] = [Math.abs(before - other), Math.abs(x - other)];
    options.onPinch(was > 8 && is > 8 ? is / was : 1, (x + other) / 2, (before - x) / 2);
  }

  function onPointerUp(event: PointerEvent): void {
    const held = hold.current;
    pointers.current.delete(event.pointerId);
    if (pointers.current.size > 0) return;
    hold.current = undefined;
    setDraft(undefined);
    if (!held || event.type === 'pointercancel') {
      // What was shown while dragging is taken back.
      if (held?.kind === 'offset' && held.moved) options.onNudge(held.offset, 'done');
      return;
    }
    const time = inside(timeAt(view, xIn(event)));
    if (held.kind === 'offset' && held.moved) {
      options.onNudge(roundNudge(held.offset + (xIn(event) - held.x) / view.perSecond), 'done');
    } else if (held.kind === 'span' && held.moved && Math.abs(time - held.time) >= SHORTEST_PART) {
      options.onSelect(spanBetween(held.time, time));
    } else if (held.kind !== 'pinch' && !held.moved) {
      options.onSeek(time);
    }
  }

  return { draft, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp } };
}
