/** The timing before anything is read or set. */
import { OWN_SENSITIVITY } from '../../timing/reading.ts';
import type { TimingState } from './types.ts';

export { OWN_SENSITIVITY };

export const NO_TIMING: TimingState = {
  reading: { phase: 'none' },
  sensitivity: OWN_SENSITIVITY,
  shown: undefined,
  directed: false,
};
