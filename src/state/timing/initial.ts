/** The timing before anything is read or set. */
import type { TimingState } from './types.ts';

/** What the pack was made with. */
export const OWN_SENSITIVITY = 0.5;

export const NO_TIMING: TimingState = {
  reading: { phase: 'none' },
  sensitivity: OWN_SENSITIVITY,
  shown: undefined,
  directed: false,
};
