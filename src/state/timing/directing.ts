/** What a person does with the timing: sets it, and takes that back. */
import type { Timing } from '../../timing/types.ts';
import type { Services } from '../services/services.ts';
import { sameTiming } from '../../timing/compare.ts';
import { OWN_SENSITIVITY } from './initial.ts';
import { readingAt } from './queries.ts';
import { withSensitivity } from './sensitivity.ts';
import type { TimingChange, TimingState } from './types.ts';

/** What of the timing a person sets, and an undo brings back; the reading goes its own way. */
export type Directed = Pick<TimingState, 'shown' | 'sensitivity' | 'directed'>;

export interface Directing {
  /** Puts a timing on the lane; the next sound is made from it. */
  setTiming(timing: Timing, change: TimingChange): void;
  /**
   * How many hits of the reading stand on the lane, 0..1; what a person set stays. `live` while the hand moves.
   */
  setSensitivity(sensitivity: number, phase?: 'live' | 'done'): void;
}

/** Changes what a person set, as a step that can be undone. */
export function direct({ get, set, undo }: Services, to: Directed, { label, name, done }: TimingChange): void {
  const before: Directed = pick(get().timing);
  // What nobody set is what is read, which may have been read since.
  const put = (timing: Directed) => {
    const shown = timing.directed ? timing.shown : (readingAt(get(), timing.sensitivity) ?? timing.shown);
    set({ timing: { ...get().timing, ...timing, shown } });
  };
  undo.perform({
    label,
    ...(name === undefined ? {} : { key: `timing ${label} ${name}` }),
    redo: () => put(to),
    undo: () => put(before),
  });
  if (done) undo.seal();
}

function pick({ shown, sensitivity, directed }: TimingState): Directed {
  return { shown, sensitivity, directed };
}

export function createDirecting(services: Services): Directing {
  const { get } = services;
  return {
    setTiming(timing, change) {
      const { shown, sensitivity, directed } = get().timing;
      if (shown === timing && directed) {
        // The hand let go without a further change.
        if (change.done) services.undo.seal();
        return;
      }
      direct(services, { shown: timing, sensitivity, directed: true }, change);
    },
    setSensitivity(wanted, phase = 'done') {
      const state = get();
      const { shown, sensitivity: now } = state.timing;
      const sensitivity = Math.min(1, Math.max(0, wanted));
      if (!Number.isFinite(sensitivity)) return;
      const done = phase === 'done';
      if (sensitivity === now) {
        if (done) services.undo.seal();
        return;
      }
      const [before, after, own] = [now, sensitivity, OWN_SENSITIVITY].map((value) => readingAt(state, value));
      const next = before && after ? withSensitivity(shown ?? before, before, after) : shown;
      const directed = next !== undefined && !(sensitivity === OWN_SENSITIVITY && sameTiming(next, own));
      direct(services, { shown: next, sensitivity, directed }, { label: 'sensitivity', name: 'slider', done });
    },
  };
}
