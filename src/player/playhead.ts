/** Where a player is, and what it plays: the state that its parts share. */
import { pageNow, positionAt, type Running } from './clock.ts';
import type { Picture } from './picture.ts';
import { initialState } from './state.ts';
import type { PlayerState, PlayerTrack } from './types.ts';

export interface Playhead {
  readonly state: PlayerState;
  setState(change: Partial<PlayerState>): void;
  readonly listeners: Set<() => void>;
  tracks: readonly PlayerTrack[];
  picture: Picture | undefined;
  /** What is shown where no picture runs: it stands still at a time, or runs since. */
  standing: number;
  free: Running | undefined;
  /** Every start, stop and jump makes what an older one still waits for void. */
  run: number;
  /** Seconds within the duration. */
  inRange(seconds: number): number;
  isPlaying(): boolean;
  /** The track that is heard. */
  current(): PlayerTrack | undefined;
  /** Where the playhead is at a page time. */
  timeAt(now: number): number;
  /** What is seen at a page time: a frame takes a moment from its clock to the screen. */
  seenAt(now: number): number;
  /** Where the sound that starts at `position` must break off: the loop's end, or the end. */
  endFrom(position: number): number;
}

export function createPlayhead(): Playhead {
  let state = initialState;
  const listeners = new Set<() => void>();

  const head: Playhead = {
    get state() {
      return state;
    },
    setState(change) {
      state = { ...state, ...change };
      for (const listener of [...listeners]) listener();
    },
    listeners,
    tracks: [],
    picture: undefined,
    standing: 0,
    free: undefined,
    run: 0,
    inRange: (seconds) => Math.max(0, Math.min(state.duration, Number.isFinite(seconds) ? seconds : 0)),
    isPlaying: () => state.phase === 'playing',
    current: () => head.tracks.find(({ id }) => id === state.track),
    timeAt(now) {
      const { free, picture, standing } = head;
      if (free) return head.inRange(positionAt(free, now, state.rate));
      const runs = head.isPlaying() && picture?.runs();
      return head.inRange(runs && picture ? picture.time() + (now - pageNow()) * state.rate : standing);
    },
    seenAt(now) {
      const { free, picture } = head;
      return head.timeAt(now) - (!free && picture ? picture.delay() * state.rate : 0);
    },
    endFrom(position) {
      const { loop, duration } = state;
      return loop && position < loop.end ? Math.min(loop.end, duration) : duration;
    },
  };
  return head;
}
