import { useCallback, useRef, type KeyboardEvent, type Ref } from 'react';
import { timelineText } from '../../text/timeline.ts';
import { useTexts } from '../page/language.ts';
import { useEveryFrame } from './hooks.ts';
import { clockText, xOf, type View } from './view.ts';

interface PlayheadProps {
  readonly ref: Ref<HTMLDivElement>;
  readonly time: () => number;
  readonly duration: number;
  readonly fps: number;
  readonly view: View;
  readonly onSeek: (seconds: number) => void;
  /** The playhead has left the view. */
  readonly onGone: (time: number) => void;
}

/** Milliseconds between two times that are told to a screen reader: it would never get to the end of a frame's. */
const TELL_EVERY = 250;

/** The line at the present moment. It moves by itself, without React. */
export function Playhead({ ref, time, duration, fps, view, onSeek, onGone }: PlayheadProps) {
  const t = useTexts(timelineText);
  const line = useRef<HTMLDivElement>(null);
  const told = useRef({ time: NaN, at: -Infinity, x: NaN });

  const onFrame = useCallback(() => {
    const element = line.current;
    if (!element) return;
    const now = time();
    const moves = now !== told.current.time;
    const x = Math.round(xOf(view, now) * 4) / 4;
    if (x !== told.current.x) element.style.transform = `translateX(${x}px)`;
    element.hidden = x < -1 || x > view.width + 1;
    if (moves && element.hidden) onGone(now);
    told.current = { ...told.current, time: now, x };
    if (performance.now() - told.current.at < TELL_EVERY) return;
    const text = t.playheadAt(clockText(now), clockText(duration));
    if (element.getAttribute('aria-valuetext') === text) return;
    element.setAttribute('aria-valuetext', text);
    element.setAttribute('aria-valuenow', now.toFixed(3));
    told.current = { ...told.current, at: performance.now() };
  }, [time, duration, view, onGone, t]);
  useEveryFrame(onFrame);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const now = time();
    const step = event.shiftKey ? 1 : 1 / fps;
    const wanted: Partial<Record<string, number>> = {
      ArrowLeft: now - step,
      ArrowDown: now - step,
      ArrowRight: now + step,
      ArrowUp: now + step,
      PageDown: now - 5,
      PageUp: now + 5,
      Home: 0,
      End: duration,
    };
    const to = wanted[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onSeek(Math.max(0, Math.min(duration, to)));
  }

  return (
    <div
      ref={(element) => {
        line.current = element;
        if (typeof ref === 'function') ref(element);
        else if (ref) ref.current = element;
      }}
      className="playhead"
      role="slider"
      tabIndex={0}
      aria-label={t.playhead}
      aria-valuemin={0}
      aria-valuemax={duration}
      aria-valuenow={0}
      onKeyDown={onKeyDown}
    />
  );
}
