/** The sound follows the picture: it is measured against it all the time, and moved by a cross-fade when it has drifted. */
import { createMeter, pageNow } from './clock.ts';
import type { Deck } from './deck.ts';
import type { Playhead } from './playhead.ts';

/** An offset above this is corrected, in seconds. */
const TOLERANCE = 0.006;
/** An offset above this is corrected without waiting for certainty. */
const FAR = 0.02;
/** Readings of the offset before it is believed, and before it is when it is far. */
const READINGS = 4;
const FEW = 2;
/** Longest time a picture can take to start, in seconds: more is a hiccup that says nothing about the next time. */
const LONGEST_LAG = 0.25;

export interface Following {
  /** Seconds from telling the picture to start until it is seen to run, as learned. */
  readonly lag: number;
  /** Seconds by which the sound is ahead of the picture, as last measured. */
  readonly measured: number | undefined;
  /** Picture and sound were told to start together. */
  started(): void;
  measure(now: number): void;
  /** Moves the sound to where the picture is, by a cross-fade. */
  readonly follow: () => void;
  forgetDrift(): void;
}

export function createFollowing(head: Playhead, deck: Deck): Following {
  let lag = 0.04;
  let justStarted = false;
  const drift = createMeter(READINGS + 1);
  let measured: number | undefined;

  function forgetDrift(): void {
    drift.clear();
    measured = undefined;
  }

  function follow(): void {
    const now = pageNow();
    const heardAt = deck.earliest();
    const { state, free, picture } = head;
    if (!head.isPlaying() || state.rate !== 1 || heardAt === undefined || (!free && !picture?.runs())) return;
    const position = head.seenAt(now) + heardAt - now;
    deck.setTrack(head.current());
    deck.play({ position, heardAt, until: head.endFrom(head.timeAt(now)) });
    drift.clear();
  }

  return {
    get lag() {
      return lag;
    },
    get measured() {
      return measured;
    },
    started() {
      justStarted = true;
    },
    measure(now) {
      const heard = deck.positionAt(now);
      if (heard === undefined) return forgetDrift();
      drift.add(heard - head.seenAt(now));
      const few = drift.median(FEW);
      // While a correction takes effect the last figure stays.
      measured = few ?? measured;
      const sure = drift.median(Math.abs(few ?? 0) > FAR ? FEW : READINGS);
      if (sure === undefined) return;
      // How late the picture was tells how early it must be told the next time.
      if (justStarted && head.picture && !head.free) lag = Math.max(0, Math.min(LONGEST_LAG, lag + 0.7 * sure));
      justStarted = false;
      if (Math.abs(sure) > TOLERANCE) follow();
    },
    follow,
    forgetDrift,
  };
}
