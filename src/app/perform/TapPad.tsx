/** Tapping along with the picture: a pad for fingers, keys for keyboards. */
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { performText } from '../../text/perform.ts';
import { hitsOfTaps, type Delay, type Tap } from '../../timing/taps.ts';
import type { Source } from '../../state/types.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { useStudio } from '../page/studio-context.ts';
import { bring, rangeOf } from './bring.ts';
import { keepDelay, knownDelay, delayFor } from './delay.ts';
import { startMeasuring } from './measuring.ts';
import { startSession, type Session } from './session.ts';

const SPEEDS = [
  { rate: 1, name: 'full' },
  { rate: 0.5, name: 'half' },
  { rate: 0.25, name: 'quarter' },
] as const;
/** Keys that tap; all others do what they always do. */
const KEYS = new Set(['KeyT', 'Space', 'Enter']);
/** Milliseconds that the pad shows a tap. */
const LIT = 90;

type Phase = { readonly name: 'idle' | 'tapping' | 'measuring' } | { readonly name: 'counting'; readonly left: number };

export function TapPad({ source }: { readonly source: Source }) {
  const t = useTexts(performText);
  const studio = useStudio();
  const [phase, setPhase] = useState<Phase>({ name: 'idle' });
  const [rate, setRate] = useState(1);
  const [count, setCount] = useState(0);
  const [lit, setLit] = useState(false);
  const [delay, setDelay] = useState<Delay | undefined>(knownDelay);
  const [failed, setFailed] = useState<string>();
  const pad = useRef<HTMLDivElement>(null);
  const session = useRef<Session>(undefined);
  const measuring = useRef<ReturnType<typeof startMeasuring>>(undefined);
  const taps = useRef<Tap[]>([]);
  const pages = useRef<number[]>([]);
  const active = phase.name !== 'idle';

  function tap(page: number, pressure?: number): void {
    setLit(true);
    setTimeout(() => setLit(false), LIT);
    if (phase.name === 'measuring') pages.current.push(page);
    if (phase.name !== 'tapping') return;
    // Where the picture was when the finger came down, not when this runs.
    taps.current.push({ time: studio.player.seenAt(page), pressure });
    setCount(taps.current.length);
  }

  function start(): void {
    taps.current = [];
    setFailed(undefined);
    setCount(0);
    session.current = startSession(studio.player, {
      range: rangeOf(studio, source),
      rate,
      muted: false,
      onCount: (left) => setPhase(left > 0 ? { name: 'counting', left } : { name: 'tapping' }),
      onEnd: finish,
    });
  }

  function finish(): void {
    session.current = undefined;
    setPhase({ name: 'idle' });
    const made = taps.current;
    if (made.length === 0) return setFailed(t.nothingTapped);
    const range = rangeOf(studio, source);
    void bring(studio, 'performance', () => {
      const taken = delayFor(studio, made, rate);
      return Promise.resolve({ timing: { hits: hitsOfTaps(made, taken, range, rate), level: [] }, delay: taken });
    });
  }

  function cancel(): void {
    session.current?.stop();
    session.current = undefined;
    measuring.current?.stop();
    setPhase({ name: 'idle' });
  }

  function measure(): void {
    pages.current = [];
    setFailed(undefined);
    setPhase({ name: 'measuring' });
    measuring.current = startMeasuring(
      setLit,
      () => pages.current,
      (found) => {
        setPhase({ name: 'idle' });
        setFailed(found ? undefined : t.measureFailed);
        if (!found) return;
        keepDelay(found);
        setDelay(found);
      },
    );
  }

  // While one performs the keys are the instrument's.
  const onKey = useRef<(event: KeyboardEvent) => void>(undefined);
  useEffect(() => {
    onKey.current = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.code === 'Escape') cancel();
      else if (!KEYS.has(event.code) || isControl(event)) return;
      else if (!event.repeat) tap(event.timeStamp / 1000);
      event.preventDefault();
      event.stopPropagation();
    };
  });
  useEffect(() => {
    if (!active) return;
    pad.current?.focus();
    const listen = (event: KeyboardEvent) => onKey.current?.(event);
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, [active]);
  useEffect(
    () => () => {
      session.current?.stop();
      measuring.current?.stop();
    },
    [],
  );

  function onPointerDown(event: PointerEvent): void {
    if (!active) return;
    event.preventDefault();
    tap(event.timeStamp / 1000, event.pointerType === 'mouse' ? undefined : event.pressure);
  }

  const ms = (seconds: number) => formatNumber(Math.round(seconds * 1000));
  return (
    <div className="perform-body">
      <div className="perform-row">
        <div className="segmented" role="group" aria-label={t.speed}>
          {SPEEDS.map((speed) => (
            <button
              key={speed.name}
              type="button"
              aria-pressed={rate === speed.rate}
              disabled={active}
              onClick={() => setRate(speed.rate)}
            >
              {t[speed.name]}
            </button>
          ))}
        </div>
        {!active && (
          <button type="button" className="button primary" onClick={start}>
            {t.start}
          </button>
        )}
        {phase.name === 'tapping' && (
          <button
            type="button"
            className="button primary"
            onClick={() => {
              session.current?.stop();
              finish();
            }}
          >
            {t.done}
          </button>
        )}
        {active && (
          <button type="button" className="button" onClick={cancel}>
            {t.cancel}
          </button>
        )}
      </div>
      {active ? (
        <div
          ref={pad}
          className="tap-pad"
          tabIndex={-1}
          data-lit={lit}
          data-testid="tap-pad"
          data-phase={phase.name}
          onPointerDown={onPointerDown}
        >
          <strong aria-live="assertive">
            {phase.name === 'counting' ? phase.left : phase.name === 'measuring' ? t.flash : t.tapHere}
          </strong>
          {phase.name === 'tapping' && <span>{t.taps(formatNumber(count))}</span>}
        </div>
      ) : (
        <>
          <p className="help">
            {t.tapHelp} {rate < 1 && t.silentSlow}
          </p>
          <div className="perform-row">
            <button type="button" className="button small" onClick={measure}>
              {t.measure}
            </button>
            {delay && (
              <button
                type="button"
                className="button small"
                onClick={() => {
                  keepDelay(undefined);
                  setDelay(undefined);
                }}
              >
                {t.forgetDelay}
              </button>
            )}
            <p className="help" role="status">
              {failed ? failed : delay ? t.measured(ms(delay.mean), ms(delay.spread)) : t.measureHelp}
            </p>
          </div>
        </>
      )}
    </div>
  );
}

/** Space and Enter on a button press it. */
function isControl({ code, target }: KeyboardEvent): boolean {
  return code !== 'KeyT' && target instanceof Element && target.closest('button, input, select, textarea, a') !== null;
}
