/** The hits that are chosen on the lane, what is being done to them, and everything that buttons and keys may ask for. */
import { useEffect, useMemo, useState } from 'react';
import { AppError, type ErrorData } from '../../errors.ts';
import type { TimeSpan } from '../../dsp/span.ts';
import { timingText } from '../../text/timing.ts';
import { addHit, changeStrength, DEFAULT_STRENGTH, moveHits, removeHits, repeatHits, type Edited } from '../../timing/edit.ts'; // prettier-ignore
import { evenSteps, snapTime } from '../../timing/snap.ts';
import type { Timing } from '../../timing/types.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { clockText } from '../timeline/view.ts';
import { ends, nearestHit, neighbour } from './near.ts';
import type { LaneTool, Snapping, TimingChange, TimingLane } from './types.ts';

/** What is shown while it is dragged, before it counts. */
export interface LaneDraft {
  readonly timing: Timing;
  readonly chosen: readonly number[];
  /** The stretch that a rubber band covers. */
  readonly band?: TimeSpan;
}

export interface HitsOptions {
  readonly lane: TimingLane;
  readonly duration: number;
  readonly fps: number;
  readonly time: () => number;
  readonly onSeek: (seconds: number) => void;
}

export type Hits = ReturnType<typeof useHits>;

const ALL_SNAPS: Snapping = { frames: false, movement: true, hits: false };

export function useHits({ lane, duration, fps, time, onSeek }: HitsOptions) {
  const t = useTexts(timingText);
  const [picked, setPicked] = useState<readonly number[]>([]);
  const [draft, setDraft] = useState<LaneDraft>();
  const [tool, setTool] = useState<LaneTool>('hits');
  const [snapping, setSnapping] = useState(ALL_SNAPS);
  const [said, setSaid] = useState('');
  /** Why the last edit was not made. */
  const [refusal, setRefusal] = useState<ErrorData>();
  const { timing } = lane;
  const times = useMemo(() => timing.hits.map((hit) => hit.time), [timing]);
  // An undo may have taken away what was chosen.
  const chosen = useMemo(() => {
    const there = new Set(times);
    return picked.filter((at) => there.has(at));
  }, [picked, times]);
  const range = useMemo(() => ({ start: 0, end: duration }), [duration]);

  const commit = (next: Timing, change: TimingChange) => {
    setDraft(undefined);
    setRefusal(undefined);
    if (next !== timing) lane.onTiming(next, change);
  };
  /** Makes an edit, which may be refused. */
  const edit = (work: () => Edited, name?: string): Edited | undefined => {
    try {
      const edited = work();
      setPicked(edited.times);
      commit(edited.timing, { label: 'hits', ...(name === undefined ? {} : { name }) });
      return edited;
    } catch (error) {
      setDraft(undefined);
      setRefusal(AppError.from(error).toData());
      return undefined;
    }
  };

  const add = (at: number, strength = DEFAULT_STRENGTH) => {
    const added = edit(() => addHit(timing, { time: at, strength }, range));
    if (added) setSaid(t.added(clockText(added.times[0] ?? at)));
  };
  const remove = (which: readonly number[] = chosen) => {
    if (which.length === 0) return;
    // Whoever goes on deleting goes on along the line.
    const left = removeHits(timing, which);
    const last = Math.max(which.at(-1) ?? 0, which[0] ?? 0);
    const next = nearestHit(left.hits.map((hit) => hit.time), last); // prettier-ignore
    commit(left, { label: 'hits' });
    setPicked(which.length === 1 && next !== undefined ? [next] : []);
    setSaid(t.removed(formatNumber(which.length)));
  };
  /** The next or the previous one, from what is chosen or else from the playhead; `extend` keeps what is chosen. */
  const step = (way: 1 | -1, extend = false) => {
    const from = way > 0 ? Math.max(...ends(chosen)) : Math.min(...ends(chosen));
    const next = neighbour(times, chosen.length > 0 ? from : time(), way);
    if (next === undefined) return;
    setPicked(extend ? [...chosen, next] : [next]);
    onSeek(next);
  };
  const choose = (next: readonly number[]) => setPicked(next);

  const hasChosen = chosen.length > 0;
  useDeleteKey(hasChosen, () => remove());

  return {
    lane,
    timing: draft?.timing ?? timing,
    times,
    chosen: draft?.chosen ?? chosen,
    band: draft?.band,
    range,
    fps,
    time,
    draft,
    setDraft,
    tool,
    setTool,
    snapping,
    setSnapping,
    said,
    refusal,
    choose,
    commit,
    edit,
    add,
    addAtPlayhead: () => add(time()),
    remove,
    step,
    all: () => setPicked(times),
    seek: onSeek,
    move: (by: number) => edit(() => moveHits(timing, chosen, by, range), 'move'),
    strengthen: (by: number) => commit(changeStrength(timing, chosen, by), { label: 'hits', name: 'strength' }),
    repeat(every: number, count?: number) {
      const [first, last] = [Math.min(...ends(chosen)), Math.max(...ends(chosen))];
      // A period that ends before the last hit would have the copies replace the pattern.
      const span = { start: first, end: Math.max(last, first + every) };
      const period = Math.max(every, last - first + 0.001);
      const options = { span, period, end: duration, ...(count === undefined ? {} : { count }) };
      const added = edit(() => repeatHits(timing, chosen, options));
      if (added) setSaid(t.repeated(formatNumber(added.times.length)));
    },
    /** The place that a hit dragged to `to` is drawn to; `others` stay where they are. */
    snapped(to: number, others: readonly number[], reach: number): number {
      const targets = {
        ...(snapping.frames ? { fps } : {}),
        ...(snapping.movement ? { movement: lane.movement } : {}),
        ...(snapping.hits ? { hits: evenSteps(others, to) } : {}),
      };
      return snapTime(to, targets, reach);
    },
  };
}

/** Delete means the chosen hits as long as there are any: elsewhere on the page it discards a take. */
function useDeleteKey(active: boolean, remove: () => void): void {
  useEffect(() => {
    if (!active) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Delete' && event.key !== 'Backspace') return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.target instanceof Element && event.target.closest('input:not([type=range], [type=checkbox]), textarea, select')) return; // prettier-ignore
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      event.stopPropagation();
      remove();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  });
}
