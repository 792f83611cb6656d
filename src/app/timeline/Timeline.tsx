/**
 * Picture, sounds and moments on one line of time. Driven by what it is given: it keeps only its view, the tool in hand and
 * what is being dragged. The drawing is a canvas of our own: two sounds over each other with marks and links between rows
 * are not what waveform libraries draw, and theirs bring styles into the page that its policy forbids.
 */
import { useCallback, useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'; // prettier-ignore
import { matchOnsets } from '../../dsp/matching.ts';
import { spanLength } from '../../dsp/span.ts';
import { formatText } from '../../text/format.ts';
import { timelineText } from '../../text/timeline.ts';
import { timingText } from '../../text/timing.ts';
import { emptyTiming, hitsIn } from '../../timing/edit.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { HitLane } from '../timing/HitLane.tsx';
import { HitsTable } from '../timing/HitsTable.tsx';
import { TimingBar } from '../timing/TimingBar.tsx';
import type { TimingLane } from '../timing/types.ts';
import { useHits } from '../timing/use-hits.ts';
import { NudgeField } from './NudgeField.tsx';
import { drawScene } from './draw.ts';
import { useGestures, type Tool } from './gestures.ts';
import { readColours, useLaneHeight, useLook, usePictures, useWheel, useWidth } from './hooks.ts';
import { PartBar } from './PartBar.tsx';
import { Playhead } from './Playhead.tsx';
import { layRows } from './rows.ts';
import { Toolbar } from './Toolbar.tsx';
import { TrimHandles } from './TrimHandles.tsx';
import type { TimelineHandle, TimelineProps } from './types.ts';
import { clampView, clockText, fitView, follow, isFit, resized, scrollBy, xOf, zoomAt, type View } from './view.ts';

const NONE: readonly never[] = [];
const ZOOM = 1.6;
const NO_LANE: TimingLane = {
  timing: emptyTiming,
  reading: { phase: 'none' },
  directed: false,
  sensitivity: 0.5,
  movement: NONE,
  onTiming: () => undefined,
};

export function Timeline({ ref, children, unavailable, ...props }: TimelineProps) {
  const { duration, fps, time, frames = NONE, original, generated, offset = 0, edits = NONE } = props;
  const { heard = NONE, selection, loop = false, trim, timing, timingActions } = props;
  const { onSeek, onSelect, onLoop, onTrim, onNudge, onAction } = props;
  const t = useTexts(timelineText);
  const words = useTexts(timingText);
  const f = useTexts(formatText);
  const helpId = useId();
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const playhead = useRef<HTMLDivElement>(null);
  const width = useWidth(stage);
  const look = useLook();
  const pictures = usePictures(frames);
  const laneHeight = useLaneHeight();
  const rows = useMemo(() => layRows(frames.length > 0, timing ? laneHeight : 0), [frames.length, timing, laneHeight]);
  const hits = useHits({ lane: timing ?? NO_LANE, duration, fps, time, onSeek });
  const [tool, setTool] = useState<Tool>('select');
  const [chosen, setChosen] = useState<View>(fitView(duration, 1));
  // What was chosen, made to fit what there is now.
  const view = useMemo(
    () =>
      chosen.width === width ? clampView(chosen, duration) : resized(clampView(chosen, duration), duration, width),
    [chosen, duration, width],
  );

  const shaping = trim === undefined;
  const canSelect = shaping && onSelect !== undefined;
  const canMove = shaping && onNudge !== undefined && generated !== undefined;
  const { draft, handlers } = useGestures({
    view,
    rows,
    duration,
    tool: canMove ? tool : 'select',
    selection,
    offset,
    canSelect,
    canMove,
    onSeek,
    onSelect: (span) => onSelect?.(span),
    onNudge: (to, phase) => onNudge?.(to, phase),
    onPinch: (factor, x, moved) => setChosen(scrollBy(zoomAt(view, duration, factor, x), duration, moved)),
  });
  const span = draft?.kind === 'span' ? draft.span : selection;
  const shift = draft?.kind === 'offset' ? draft.offset : offset;
  const heardAt = useMemo(
    () => heard.map((at) => at + shift).filter((at) => at >= 0 && at <= duration),
    [heard, shift, duration],
  );
  const { times } = hits;
  const matches = useMemo(() => matchOnsets(times, heardAt), [times, heardAt]);

  useLayoutEffect(() => {
    if (!canvas.current || width === 0) return;
    const scene = { duration, pictures, original, generated, offset: shift, edits, hits: times, heard: heardAt, matches, selection: span, trim }; // prettier-ignore
    drawScene(canvas.current, scene, view, rows, readColours(canvas.current));
    // `look` stands for the colours, which are read when drawing.
  }, [duration, pictures, original, generated, shift, edits, times, heardAt, matches, span, trim, view, rows, width, look]); // prettier-ignore

  const zoom = (factor: number) => {
    const x = xOf(view, time());
    // Around the playhead where it is in view, so that one zooms in on what one hears.
    setChosen(zoomAt(view, duration, factor, x >= 0 && x <= width ? x : width / 2));
  };
  const mark = (side: 'start' | 'end') => {
    const now = time();
    if (!canSelect) return;
    if (side === 'start') {
      const end = selection && selection.end > now ? selection.end : duration;
      if (end > now) onSelect({ start: now, end });
    } else {
      const start = selection && selection.start < now ? selection.start : 0;
      if (now > start) onSelect({ start, end: now });
    }
  };
  const handle: TimelineHandle = {
    zoomIn: () => zoom(ZOOM),
    zoomOut: () => zoom(1 / ZOOM),
    zoomFit: () => setChosen(fitView(duration, width)),
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
  useImperativeHandle(ref, () => handle);

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

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLElement && event.target.matches('input, textarea, select')) return;
    const actions: Partial<Record<string, () => void>> = {
      '+': handle.zoomIn,
      '=': handle.zoomIn,
      '-': handle.zoomOut,
      _: handle.zoomOut,
      ...(canSelect ? { i: handle.markIn, o: handle.markOut } : {}),
      ...(canSelect && selection ? { escape: () => onSelect(undefined) } : {}),
      ...(onLoop ? { l: () => onLoop(!loop) } : {}),
    };
    const action = actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  const onGone = useCallback((now: number) => setChosen(follow(view, duration, now)), [view, duration]);
  const latest = Math.max(0, duration - width / view.perSecond);
  return (
    <section
      className="timeline"
      aria-label={t.timeline}
      aria-describedby={canSelect ? helpId : undefined}
      onKeyDown={onKeyDown}
    >
      <Toolbar
        handle={handle}
        tool={tool}
        loop={loop}
        onTool={canMove ? setTool : undefined}
        onLoop={onLoop}
        canMark={canSelect}
      />
      {timing && <TimingBar hits={hits}>{timingActions}</TimingBar>}
      <div
        ref={stage}
        className="timeline-stage"
        data-tool={canMove ? tool : 'select'}
        style={{ height: rows.height }}
        {...handlers}
        onPointerDown={(event) => {
          handlers.onPointerDown(event);
          // Keys act on what was just touched.
          playhead.current?.focus({ preventScroll: true });
        }}
      >
        <canvas ref={canvas} aria-hidden="true" style={{ width, height: rows.height }} />
        {rows.hits && <HitLane hits={hits} view={view} row={rows.hits} look={look} trim={trim} />}
        {trim && onTrim && (
          <TrimHandles
            trim={trim}
            view={view}
            duration={duration}
            step={1 / fps}
            lane={rows.hits}
            top={rows.ruler.height}
            onTrim={onTrim}
          />
        )}
        <Playhead
          ref={playhead}
          time={time}
          duration={duration}
          fps={fps}
          view={view}
          onSeek={onSeek}
          onGone={onGone}
        />
      </div>
      {!isFit(view, duration) && (
        <input
          className="timeline-scroll"
          type="range"
          aria-label={t.scroll}
          min={0}
          max={latest}
          step="any"
          value={view.start}
          aria-valuetext={clockText(view.start)}
          onChange={(event) => setChosen(clampView({ ...view, start: event.target.valueAsNumber }, duration))}
        />
      )}
      {trim && (
        <div className="part-bar">
          <p role="status">
            {t.trimmed(clockText(trim.start), clockText(trim.end), f.seconds(formatNumber(spanLength(trim), 2)))}
          </p>
          <p className="help">{t.trimHelp}</p>
          {onTrim && (trim.start > 0 || trim.end < duration) && (
            <button type="button" className="button small" onClick={() => onTrim({ start: 0, end: duration }, 'done')}>
              {t.trimReset}
            </button>
          )}
        </div>
      )}
      {canSelect && (
        <PartBar
          span={span}
          settled={selection}
          onAction={onAction}
          unavailable={unavailable}
          onClear={() => onSelect(undefined)}
        >
          {timing && span && (
            <button type="button" className="button small" onClick={() => hits.choose(hitsIn(timing.timing, span))}>
              {words.selectMarked}
            </button>
          )}
          {children}
        </PartBar>
      )}
      {(canMove || timing) && (
        <div className="timeline-foot">
          {canMove && <NudgeField label={t.nudge} offset={shift} onNudge={(to) => onNudge(to, 'done')} />}
          {timing && <HitsTable hits={hits} heard={generated && heardAt} matches={matches} />}
        </div>
      )}
      {canSelect && (
        <p id={helpId} className="help timeline-help">
          {t.help}
        </p>
      )}
      {timing && <p className="help timeline-help">{words.help}</p>}
    </section>
  );
}
