/**
 * Picture, sounds and moments on one line of time. Driven by what it is given: it keeps only its view, the tool in hand and
 * what is being dragged. The drawing is a canvas of our own: two sounds over each other with marks and links between rows
 * are not what waveform libraries draw, and theirs bring styles into the page that its policy forbids.
 */
import { useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { matchOnsets } from '../../dsp/matching.ts';
import { timelineText } from '../../text/timeline.ts';
import { timingText } from '../../text/timing.ts';
import { emptyTiming, hitsIn } from '../../timing/edit.ts';
import { useTexts } from '../page/language.ts';
import { HitLane } from '../timing/HitLane.tsx';
import { HitsTable } from '../timing/HitsTable.tsx';
import { TimingBar } from '../timing/TimingBar.tsx';
import type { TimingLane } from '../timing/types.ts';
import { useHits } from '../timing/use-hits.ts';
import { NudgeField } from './NudgeField.tsx';
import { drawScene } from './draw.ts';
import { useGestures, type Tool } from './gestures.ts';
import { readColours, useLaneHeight, useLook, usePictures } from './hooks.ts';
import { handleOf, onTimelineKey } from './handle.ts';
import { PartBar } from './PartBar.tsx';
import { Playhead } from './Playhead.tsx';
import { layRows } from './rows.ts';
import { ScrollBar } from './ScrollBar.tsx';
import { Toolbar } from './Toolbar.tsx';
import { TrimHandles } from './TrimHandles.tsx';
import { TrimBar } from './TrimBar.tsx';
import type { TimelineProps } from './types.ts';
import { useView } from './use-view.ts';

const NONE: readonly never[] = [];
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
  const { heard = NONE, selection, loop = false, trim, timing, timingActions, tools } = props;
  const { onSeek, onSelect, onLoop, onTrim, onNudge, onAction } = props;
  const t = useTexts(timelineText);
  const words = useTexts(timingText);
  const helpId = useId();
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const playhead = useRef<HTMLDivElement>(null);
  const look = useLook();
  const pictures = usePictures(frames);
  const laneHeight = useLaneHeight();
  const rows = useMemo(() => layRows(frames.length > 0, timing ? laneHeight : 0), [frames.length, timing, laneHeight]);
  const shown = useView(stage, duration, time);
  const { view, width } = shown;
  const hits = useHits({ lane: timing ?? NO_LANE, duration, fps, time, onSeek });
  const [tool, setTool] = useState<Tool>('select');
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
    onPinch: shown.pinch,
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

  const marking = canSelect ? onSelect : undefined;
  const handle = handleOf({ shown, hits, duration, fps, time, selection, onSeek, onSelect: marking });
  useImperativeHandle(ref, () => handle);

  return (
    <section
      className="timeline"
      aria-label={t.timeline}
      aria-describedby={canSelect ? helpId : undefined}
      onKeyDown={(event) => onTimelineKey(event, { handle, selection, loop, onSelect: marking, onLoop })}
    >
      <Toolbar
        handle={handle}
        tool={tool}
        loop={loop}
        onTool={canMove ? setTool : undefined}
        onLoop={onLoop}
        canMark={canSelect}
      >
        {tools}
      </Toolbar>
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
          onGone={shown.onGone}
        />
      </div>
      <ScrollBar view={view} duration={duration} onScroll={shown.scrollTo} />
      {trim && <TrimBar trim={trim} duration={duration} onTrim={onTrim} />}
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
