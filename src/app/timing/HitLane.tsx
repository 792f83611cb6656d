/** The row of hits on the timeline: a drawing for the hand, and one slider that stands for what is chosen. */
import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { TimeSpan } from '../../dsp/span.ts';
import { timingText } from '../../text/timing.ts';
import { formatPercent, formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { readColours } from '../timeline/hooks.ts';
import type { Row } from '../timeline/rows.ts';
import { clockText, xOf, type View } from '../timeline/view.ts';
import { drawLane } from './draw-hits.ts';
import { useLanePointer } from './lane-pointer.ts';
import { ends, lowerBound } from './near.ts';
import type { Hits } from './use-hits.ts';

interface HitLaneProps {
  readonly hits: Hits;
  readonly view: View;
  readonly row: Row;
  /** Counts up when colours may have changed. */
  readonly look: number;
  readonly trim: TimeSpan | undefined;
}

/** Seconds and strength that an arrow moves by with Shift, and strength without. */
const FINE_TIME = 0.001;
const FINE_STRENGTH = 0.01;
const STRENGTH = 0.05;

export function HitLane({ hits, view, row, look, trim }: HitLaneProps) {
  const t = useTexts(timingText);
  const lane = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const slider = useRef<HTMLDivElement>(null);
  const { timing, chosen, band, tool, draft } = hits;
  const { handlers, cancel, holds } = useLanePointer(hits, view, row.height);

  useLayoutEffect(() => {
    if (!canvas.current || view.width === 0) return;
    const scene = { timing, chosen, band, showsPoints: tool === 'level', trim };
    drawLane(canvas.current, scene, view, row.height, readColours(canvas.current));
    // `look` stands for the colours, which are read when drawing.
  }, [timing, chosen, band, tool, trim, view, row.height, look]);

  // A finger on a hit moves the hit, not the page; React would listen too late to say so.
  useEffect(() => {
    const element = lane.current;
    const onTouch = (event: TouchEvent) => {
      const [touch] = event.touches;
      if (!element || !touch || event.touches.length > 1 || !event.cancelable) return;
      if (holds(touch.clientX - element.getBoundingClientRect().left)) event.preventDefault();
    };
    element?.addEventListener('touchstart', onTouch, { passive: false });
    return () => element?.removeEventListener('touchstart', onTouch);
  });

  function onKeyDown(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      event.stopPropagation();
      return hits.all();
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const some = chosen.length > 0;
    const time = event.shiftKey ? FINE_TIME : 1 / hits.fps;
    const strength = event.shiftKey ? FINE_STRENGTH : STRENGTH;
    const move = (by: number) => (some ? void hits.move(by) : hits.step(by > 0 ? 1 : -1));
    const actions: Partial<Record<string, () => void>> = {
      ArrowLeft: () => move(-time),
      ArrowRight: () => move(time),
      ArrowUp: () => some && hits.strengthen(strength),
      ArrowDown: () => some && hits.strengthen(-strength),
      PageUp: () => hits.step(-1),
      PageDown: () => hits.step(1),
      Home: () => hits.times[0] !== undefined && hits.choose([hits.times[0]]),
      End: () => hits.times.length > 0 && hits.choose(hits.times.slice(-1)),
      ...(some || draft ? { Escape: () => cancel() || hits.choose([]) } : {}),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  const [first, last] = ends(chosen);
  const one = chosen.length === 1 ? timing.hits.find(({ time }) => time === first) : undefined;
  const now = chosen.length > 0 ? first : 0;
  const x = xOf(view, now);
  const shown = chosen.length > 0 && x > -30 && x < view.width + 30;
  return (
    <div
      ref={lane}
      className="hit-lane"
      data-tool={tool}
      style={{ top: row.top, height: row.height }}
      {...handlers}
      onPointerDown={(event: PointerEvent) => {
        event.stopPropagation();
        handlers.onPointerDown(event);
        slider.current?.focus({ preventScroll: true });
      }}
      // The browser would take the focus away again: nothing under the pointer can have it.
      onMouseDown={(event) => event.preventDefault()}
      onContextMenu={(event) => event.preventDefault()}
    >
      <canvas ref={canvas} aria-hidden="true" style={{ width: view.width, height: row.height }} />
      <div
        ref={slider}
        className="hit-slider"
        role="slider"
        tabIndex={0}
        aria-label={
          one ? t.hitOf(formatNumber(lowerBound(hits.times, first) + 1), formatNumber(timing.hits.length)) : t.lane
        }
        aria-valuemin={0}
        aria-valuemax={hits.range.end}
        aria-valuenow={Number(now.toFixed(4))}
        aria-valuetext={valueText()}
        data-shown={shown}
        style={shown ? { left: x - 14, width: xOf(view, last) - x + 28 } : {}}
        onKeyDown={onKeyDown}
      />
      <LaneStatus hits={hits} />
    </div>
  );

  function valueText(): string {
    if (chosen.length === 0) return t.noHitValue(formatNumber(timing.hits.length));
    if (!one) return t.hitsValue(formatNumber(chosen.length), clockText(first, 3), clockText(last, 3));
    const values = [clockText(one.time, 3), formatPercent(one.strength)] as const;
    return one.certainty === undefined ? t.hitValue(...values) : t.hitSure(...values, formatPercent(one.certainty));
  }
}

/** What there is instead of hits. */
function LaneStatus({ hits }: { readonly hits: Hits }) {
  const t = useTexts(timingText);
  const { reading } = hits.lane;
  const isEmpty = hits.timing.hits.length === 0 && hits.timing.level.length === 0;
  if (reading.phase === 'reading') {
    return (
      <p className={isEmpty ? 'lane-status' : 'lane-status aside'} role="status">
        {reading.progress === undefined ? t.reading : t.readingAt(formatPercent(reading.progress))}
      </p>
    );
  }
  if (!isEmpty) return null;
  return (
    <p className={reading.phase === 'failed' ? 'lane-status failed' : 'lane-status'} role="status">
      {reading.phase === 'failed' ? (
        t.failed
      ) : (
        <>
          <span className="for-mouse">{t.noHits}</span>
          <span className="for-touch">{t.noHitsTouch}</span>
        </>
      )}
    </p>
  );
}
