/** How every player starts. */
import type { PlayerState } from './types.ts';

export const initialState: PlayerState = {
  phase: 'paused',
  duration: 0,
  tracks: [],
  track: undefined,
  loop: undefined,
  rate: 1,
  volume: 1,
  muted: false,
  sound: 'asleep',
  picture: 'none',
};
