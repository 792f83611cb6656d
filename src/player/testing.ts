/** A player that keeps its state and plays nothing, for tests of what drives it. */
import { initialState } from './state.ts';
import type { Player, PlayerState, PlayerTrack } from './types.ts';

export interface SilentPlayer extends Player {
  readonly given: readonly PlayerTrack[];
}

export function createSilentPlayer(): SilentPlayer {
  let state = initialState;
  let given: readonly PlayerTrack[] = [];
  let at = 0;
  const set = (change: Partial<PlayerState>) => void (state = { ...state, ...change });
  return {
    get given() {
      return given;
    },
    getState: () => state,
    subscribe: () => () => undefined,
    attach: () => undefined,
    setDuration: (duration) => set({ duration }),
    setTracks(tracks) {
      given = tracks;
      set({ tracks: tracks.map(({ id }) => id) });
    },
    select: (track) => set({ track }),
    play: () => set({ phase: 'playing' }),
    pause: () => set({ phase: 'paused' }),
    toggle: () => set({ phase: state.phase === 'playing' ? 'paused' : 'playing' }),
    seek: (seconds) => void (at = seconds),
    setLoop: (loop) => set({ loop }),
    setRate: (rate) => set({ rate }),
    setVolume: (volume) => set({ volume }),
    setMuted: (muted) => set({ muted }),
    time: () => at,
    seenAt: () => at,
    offset: () => undefined,
    dispose: () => undefined,
  };
}
