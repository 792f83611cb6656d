/** What a person does with the timing: sets it, and takes that back. */
import type { Timing } from '../../timing/types.ts';
import type { Core } from '../core/core.ts';
import type { TimingChange, TimingState } from './types.ts';

/** What of the timing a person sets, and an undo brings back; the reading goes its own way. */
export type Directed = Pick<TimingState, 'shown' | 'sensitivity' | 'directed'>;

export interface Directing {
  /** Puts a timing on the lane; the next sound is made from it. */
  setTiming(timing: Timing, change: TimingChange): void;
}

/** Changes what a person set, as a step that can be undone. */
export function direct({ get, set, undo }: Core, to: Directed, { label, name, done }: TimingChange): void {
  const { shown, sensitivity, directed } = get().timing;
  const put = (timing: Directed) => set({ timing: { ...get().timing, ...timing } });
  undo.perform({
    label,
    ...(name === undefined ? {} : { key: `timing ${label} ${name}` }),
    redo: () => put(to),
    undo: () => put({ shown, sensitivity, directed }),
  });
  if (done) undo.seal();
}

export function createDirecting(core: Core): Directing {
  const { get } = core;
  return {
    setTiming(timing, change) {
      const { shown, sensitivity, directed } = get().timing;
      if (shown === timing && directed) {
        // The hand let go without a further change.
        if (change.done) core.undo.seal();
        return;
      }
      direct(core, { shown: timing, sensitivity, directed: true }, change);
    },
  };
}
