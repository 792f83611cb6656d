/**
 * Pointers on the timing lane. Hits: press to choose, drag sideways to move, up and down for the strength, over nothing to
 * choose several; double-click or a long touch adds. Level: draw, or drag a point. Every drag is one change.
 */
import { useRef, type MouseEvent, type PointerEvent } from 'react';
import { spanBetween } from '../../dsp/span.ts';
import { changeStrength, hitsIn, moveHits, stretchHits } from '../../timing/edit.ts';
import { drawLevel, moveLevelPoint, removeLevelPoint, setLevelPoint } from '../../timing/level.ts';
import type { LevelPoint, Timing } from '../../timing/types.ts';
import { timeAt, xOf, type View } from '../timeline/view.ts';
import { HANDLE_AWAY, valueAtY } from './lane-layout.ts';
import { ends, nearestHit, nearestPoint } from './near.ts';
import type { Hits } from './use-hits.ts';

/** Pixels a press may slip before it is a drag, around a mark that it takes hold of, and to what it snaps. */
const SLIP = { fine: 3, coarse: 8 };
const GRIP = { fine: 7, coarse: 22 };
const SNAP = 8;
/** Pixels from a hit at which a long touch means a place of its own. */
const BESIDE = 12;
/** Milliseconds until a touch that rests is long. */
const LONG = 500;

type Hold = { readonly x: number; readonly y: number; readonly pointer: number } & (
  | {
      readonly kind: 'hit';
      readonly hit: number;
      readonly chosen: readonly number[];
      readonly way?: 'move' | 'strength';
    }
  | { readonly kind: 'stretch'; readonly side: 'start' | 'end'; readonly chosen: readonly number[] }
  | { readonly kind: 'band'; readonly keep: readonly number[]; readonly moved?: true }
  | { readonly kind: 'stroke'; readonly points: LevelPoint[] }
  | { readonly kind: 'point'; readonly time: number; readonly moved?: true }
  | { readonly kind: 'over' }
);

export function useLanePointer(hits: Hits, view: View, height: number) {
  const hold = useRef<Hold>(undefined);
  const long = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { lane, chosen, times, range } = hits;
  const { timing } = lane;

  const place = (event: MouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const isFine = (event: PointerEvent) => event.pointerType === 'mouse' || event.pointerType === 'pen';
  const inside = (seconds: number) => Math.max(range.start, Math.min(range.end, seconds));
  const reach = (event: PointerEvent) => (isFine(event) ? GRIP.fine : GRIP.coarse);

  function handleAt(x: number, grip: number): 'start' | 'end' | undefined {
    if (chosen.length < 2) return undefined;
    const [first, last] = ends(chosen);
    const near = Math.min(grip, HANDLE_AWAY - 3);
    if (Math.abs(xOf(view, first) - HANDLE_AWAY - x) <= near) return 'start';
    if (Math.abs(xOf(view, last) + HANDLE_AWAY - x) <= near) return 'end';
    return undefined;
  }

  function take(event: PointerEvent): Hold {
    const { x, y } = place(event);
    const held = { x, y, pointer: event.pointerId };
    const at = { time: inside(timeAt(view, x)), level: valueAtY(y, height) };
    const grip = reach(event);
    if (hits.tool === 'level') {
      const span = { time: grip / view.perSecond, level: grip / height };
      const point = nearestPoint(timing.level, at, span.time, span.level);
      return point ? { ...held, kind: 'point', time: point.time } : { ...held, kind: 'stroke', points: [at] };
    }
    const side = handleAt(x, grip);
    if (side) return { ...held, kind: 'stretch', side, chosen };
    const hit = nearestHit(times, timeAt(view, x), grip / view.perSecond);
    if (hit === undefined) return { ...held, kind: 'band', keep: event.shiftKey ? chosen : [] };
    const has = chosen.includes(hit);
    if (event.shiftKey) {
      const next = has ? chosen.filter((other) => other !== hit) : [...chosen, hit];
      hits.choose(next);
      return { ...held, kind: 'over' };
    }
    if (!has) hits.choose([hit]);
    return { ...held, kind: 'hit', hit, chosen: has ? chosen : [hit] };
  }

  function onPointerDown(event: PointerEvent): void {
    if (event.button !== 0 || hold.current) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    hold.current = take(event);
    clearTimeout(long.current);
    const held = hold.current;
    const { x, y } = held;
    // Among crowded hits every place is in reach of one: what is beside it is free all the same.
    const isFree = held.kind === 'band' || (held.kind === 'hit' && Math.abs(xOf(view, held.hit) - x) > BESIDE);
    if (isFine(event) || !isFree) return;
    long.current = setTimeout(() => {
      hold.current = { kind: 'over', x, y, pointer: event.pointerId };
      hits.add(inside(timeAt(view, x)), valueAtY(y, height));
    }, LONG);
  }

  /** What a drag makes of the timing, and which hits are chosen then. */
  function dragged(
    held: Hold,
    x: number,
    y: number,
    free: boolean,
  ): { timing: Timing; chosen: readonly number[] } | undefined {
    const by = (x - held.x) / view.perSecond;
    const snap = (to: number, others: readonly number[]) =>
      free ? to : hits.snapped(to, others, SNAP / view.perSecond);
    if (held.kind === 'hit' && held.way === 'move') {
      const moving = new Set(held.chosen);
      const to = snap(held.hit + by, times.filter((time) => !moving.has(time))); // prettier-ignore
      const edited = moveHits(timing, held.chosen, to - held.hit, range);
      return { timing: edited.timing, chosen: edited.times };
    }
    if (held.kind === 'hit' && held.way === 'strength') {
      const change = valueAtY(y, height) - valueAtY(held.y, height);
      return { timing: changeStrength(timing, held.chosen, change), chosen: held.chosen };
    }
    if (held.kind === 'stretch') {
      const [start, end] = ends(held.chosen);
      const from = { start, end };
      const to = inside(snap((held.side === 'start' ? start : end) + by, [])); // prettier-ignore
      const least = 0.001 * held.chosen.length;
      const span = held.side === 'start' ? { start: Math.min(to, end - least), end } : { start, end: Math.max(to, start + least) }; // prettier-ignore
      const edited = stretchHits(timing, held.chosen, from, span, range);
      return { timing: edited.timing, chosen: edited.times };
    }
    if (held.kind === 'stroke' && held.points.length > 1) {
      return { timing: { ...timing, level: drawLevel(timing.level, held.points, range) }, chosen };
    }
    if (held.kind === 'point' && held.moved) {
      const to = { time: inside(timeAt(view, x)), level: valueAtY(y, height) };
      return { timing: { ...timing, level: moveLevelPoint(timing.level, held.time, to, range) }, chosen };
    }
    return undefined;
  }

  function onPointerMove(event: PointerEvent): void {
    const held = hold.current;
    if (!held || held.pointer !== event.pointerId) return;
    const { x, y } = place(event);
    const [across, up] = [Math.abs(x - held.x), Math.abs(y - held.y)];
    if (Math.max(across, up) >= (isFine(event) ? SLIP.fine : SLIP.coarse)) {
      clearTimeout(long.current);
      if (held.kind === 'hit' && !held.way) hold.current = { ...held, way: across >= up ? 'move' : 'strength' };
      if (held.kind === 'band' || held.kind === 'point') hold.current = { ...held, moved: true };
    }
    if (held.kind === 'stroke') held.points.push({ time: inside(timeAt(view, x)), level: valueAtY(y, height) });
    const now = hold.current ?? held;
    if (now.kind === 'band' && now.moved) {
      const band = spanBetween(inside(timeAt(view, now.x)), inside(timeAt(view, x)));
      hits.setDraft({ timing, band, chosen: [...new Set([...now.keep, ...hitsIn(timing, band)])] });
      return;
    }
    const draft = dragged(now, x, y, event.altKey);
    if (draft) hits.setDraft(draft);
  }

  function onPointerUp(event: PointerEvent): void {
    const held = hold.current;
    if (!held || held.pointer !== event.pointerId) return;
    const { x, y } = place(event);
    cancel();
    if (event.type === 'pointercancel') return;
    if (held.kind === 'band') {
      if (held.moved) {
        const band = spanBetween(inside(timeAt(view, held.x)), inside(timeAt(view, x)));
        hits.choose([...new Set([...held.keep, ...hitsIn(timing, band)])]);
      } else {
        if (held.keep.length === 0) hits.choose([]);
        hits.seek(inside(timeAt(view, x)));
      }
      return;
    }
    if (held.kind === 'stroke' && held.points.length < 2) {
      const [point] = held.points;
      if (point) hits.commit({ ...timing, level: setLevelPoint(timing.level, point, range) }, { label: 'level' });
      return;
    }
    const result = dragged(held, x, y, event.altKey);
    if (!result) return;
    hits.choose(result.chosen);
    hits.commit(result.timing, { label: held.kind === 'stroke' || held.kind === 'point' ? 'level' : 'hits' });
  }

  /** Lets go of what is dragged; it is as it was. */
  function cancel(): boolean {
    clearTimeout(long.current);
    const was = hold.current !== undefined;
    hold.current = undefined;
    hits.setDraft(undefined);
    return was;
  }

  function onDoubleClick(event: MouseEvent): void {
    const { x, y } = place(event);
    const time = inside(timeAt(view, x));
    if (hits.tool === 'level') {
      const at = { time, level: valueAtY(y, height) };
      const point = nearestPoint(timing.level, at, GRIP.fine / view.perSecond, GRIP.fine / height);
      if (point) hits.commit({ ...timing, level: removeLevelPoint(timing.level, point.time) }, { label: 'level' });
    } else if (nearestHit(times, time, GRIP.fine / view.perSecond) === undefined) {
      hits.add(time, valueAtY(y, height));
    }
  }

  /** Whether a touch here takes hold of something, so that the page must not scroll. */
  function holds(x: number): boolean {
    return hits.tool === 'level' || nearestHit(times, timeAt(view, x), GRIP.coarse / view.perSecond) !== undefined;
  }

  const handlers = { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp, onDoubleClick };
  return { handlers, cancel, holds };
}
