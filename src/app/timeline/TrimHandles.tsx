import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { TimeSpan } from '../../dsp/span.ts';
import { timelineText } from '../../text/timeline.ts';
import { useTexts } from '../page/language.ts';
import type { Row } from './rows.ts';
import type { ChangePhase } from './types.ts';
import { clockText, timeAt, xOf, type View } from './view.ts';

interface TrimHandlesProps {
  readonly trim: TimeSpan;
  readonly view: View;
  readonly duration: number;
  /** Seconds an arrow key moves by. */
  readonly step: number;
  /** The timing lane, through which only the handles' lines go: hits lie there. */
  readonly lane: Row | undefined;
  readonly top: number;
  readonly onTrim: (trim: TimeSpan, phase: ChangePhase) => void;
}

/** What is used is never shorter than this, in seconds: below, there is too little to hear or see. */
export const SHORTEST_USE = 0.5;

export function TrimHandles({ trim, view, duration, step, lane, top, onTrim }: TrimHandlesProps) {
  const t = useTexts(timelineText);
  /** Pixels between the handle and the pointer that holds it. */
  const [grip, setGrip] = useState<number>();
  const least = Math.min(SHORTEST_USE, duration);
  const limits = {
    start: { from: 0, to: Math.max(0, trim.end - least) },
    end: { from: Math.min(duration, trim.start + least), to: duration },
  };

  function set(side: 'start' | 'end', time: number, phase: ChangePhase): void {
    const { from, to } = limits[side];
    onTrim({ ...trim, [side]: Math.max(from, Math.min(to, time)) }, phase);
  }

  function onKeyDown(side: 'start' | 'end', event: KeyboardEvent): void {
    const { from, to } = limits[side];
    const size = event.shiftKey ? 1 : step;
    const wanted: Partial<Record<string, number>> = {
      ArrowLeft: trim[side] - size,
      ArrowDown: trim[side] - size,
      ArrowRight: trim[side] + size,
      ArrowUp: trim[side] + size,
      PageDown: trim[side] - 1,
      PageUp: trim[side] + 1,
      Home: from,
      End: to,
    };
    const time = wanted[event.key];
    if (time === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(side, time, 'done');
  }

  function onPointer(side: 'start' | 'end', event: PointerEvent): void {
    event.stopPropagation();
    const left = event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
    const x = event.clientX - left;
    if (event.type === 'pointerdown') {
      event.currentTarget.setPointerCapture(event.pointerId);
      setGrip(x - xOf(view, trim[side]));
    }
    if (grip === undefined || event.type === 'pointerdown') return;
    const done = event.type === 'pointerup' || event.type === 'pointercancel';
    set(side, timeAt(view, x - grip), done ? 'done' : 'live');
    if (done) setGrip(undefined);
  }

  return (['start', 'end'] as const).map((side) => {
    const { from, to } = limits[side];
    const x = xOf(view, trim[side]);
    return (
      <div
        key={side}
        className={`trim-handle ${side}`}
        role="slider"
        tabIndex={0}
        aria-label={side === 'start' ? t.trimStart : t.trimEnd}
        aria-valuemin={from}
        aria-valuemax={to}
        aria-valuenow={trim[side]}
        aria-valuetext={clockText(trim[side])}
        hidden={x < -1 || x > view.width + 1}
        style={{ top, transform: `translateX(${x}px)`, ...(lane ? { clipPath: narrowed(side, lane, top) } : {}) }}
        onKeyDown={(event) => onKeyDown(side, event)}
        onPointerDown={(event) => onPointer(side, event)}
        onPointerMove={(event) => onPointer(side, event)}
        onPointerUp={(event) => onPointer(side, event)}
        onPointerCancel={(event) => onPointer(side, event)}
      />
    );
  });
}

/** As wide as ever above and below the lane, and a line of two pixels along it; it takes no presses there. */
function narrowed(side: 'start' | 'end', lane: Row, top: number): string {
  const [from, to] = [`${lane.top - top}px`, `${lane.top + lane.height - top}px`];
  return side === 'start'
    ? `polygon(0 0, 100% 0, 100% ${from}, 2px ${from}, 2px ${to}, 100% ${to}, 100% 100%, 0 100%)`
    : `polygon(0 0, 100% 0, 100% 100%, 0 100%, 0 ${to}, calc(100% - 2px) ${to}, calc(100% - 2px) ${from}, 0 ${from})`;
}
