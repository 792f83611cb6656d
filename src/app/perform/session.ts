/** A run of the picture along which somebody performs: counted in, played once, and the player left as it was. */
import type { TimeSpan } from '../../dsp/span.ts';
import type { Player } from '../../player/types.ts';

export interface SessionOptions {
  readonly range: TimeSpan;
  /** Seconds of the picture in a second. */
  readonly rate: number;
  /** So that a microphone does not hear the page. */
  readonly muted: boolean;
  /** 3, 2, 1, and 0 when the picture runs. */
  readonly onCount: (left: number) => void;
  /** It came to its end, or the picture was stopped. */
  readonly onEnd: () => void;
}

export interface Session {
  /** Ends it now; `onEnd` is not called. */
  stop(): void;
  /** Which moment of the picture was seen at a page time, in seconds. */
  seenAt(page: number): number;
}

const COUNT = 3;
const BEAT = 600;
const TICK = 40;
/** Whoever is late for the last moment still counts, in milliseconds. */
const GRACE = 300;

export function startSession(player: Player, { range, rate, muted, onCount, onEnd }: SessionOptions): Session {
  const before = player.getState();
  /** Where the picture was at page times, in order: a performance is heard long after. */
  const clock: { page: number; seen: number }[] = [];
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let watching: ReturnType<typeof setInterval> | undefined;
  player.pause();
  player.setLoop(undefined);
  player.setRate(rate);
  if (muted) player.setMuted(true);
  player.seek(range.start);

  function leave(): void {
    clearTimeout(waiting);
    clearInterval(watching);
    player.pause();
    player.setRate(before.rate);
    player.setLoop(before.loop);
    if (muted) player.setMuted(before.muted);
    player.seek(range.start);
  }

  function watch(): void {
    const page = performance.now() / 1000;
    const playing = player.getState().phase === 'playing';
    if (playing && player.time() > range.start) clock.push({ page, seen: player.seenAt(page) });
    if (playing && player.time() < range.end) return;
    clearInterval(watching);
    waiting = setTimeout(() => {
      leave();
      onEnd();
    }, GRACE);
  }

  function count(left: number): void {
    onCount(left);
    if (left > 0) {
      waiting = setTimeout(() => count(left - 1), BEAT);
      return;
    }
    player.play();
    watching = setInterval(watch, TICK);
  }
  count(COUNT);

  return {
    stop: leave,
    seenAt(page) {
      const after = clock.findIndex((mark) => mark.page >= page);
      const near = clock[after < 0 ? clock.length - 1 : after];
      return near ? near.seen + (page - near.page) * rate : NaN;
    },
  };
}
