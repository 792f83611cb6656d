/** Starting and stopping picture and sound together, and what happens at the end of the loop or of everything. */
import { pageNow, planStart } from './clock.ts';
import type { Deck } from './deck.ts';
import type { Following } from './following.ts';
import type { Playhead } from './playhead.ts';

/** Seconds between two looks at the clocks. */
export const TICK = 0.03;

export interface Running {
  /** Lets everything stand at a time. */
  stand(at: number): void;
  begin(from: number): Promise<void>;
  /** The end is reached. */
  finish(): void;
  /** The loop has changed. */
  forgetLoop(): void;
}

export function createRunning(head: Playhead, deck: Deck, following: Following): Running {
  let ticking: ReturnType<typeof setInterval> | undefined;
  let looping: ReturnType<typeof setTimeout> | undefined;

  function stand(at: number): void {
    head.run++;
    head.standing = at;
    head.free = undefined;
    clearInterval(ticking);
    clearTimeout(looping);
    ticking = looping = undefined;
    following.forgetDrift();
    deck.halt();
    head.picture?.pause();
  }

  async function begin(from: number): Promise<void> {
    stand(from);
    head.setState({ phase: 'playing' });
    const mine = head.run;
    const [awake] = await Promise.all([deck.wake(), head.picture?.place(from)]);
    if (mine !== head.run) return;
    if (!awake && deck.status === 'blocked') waitForGesture();
    startTogether(from);
  }

  function startTogether(from: number): void {
    const mine = head.run;
    const { state, picture } = head;
    const now = pageNow();
    const { pictureIn, heardAt } = planStart(now, deck.earliest() ?? now, picture ? following.lag : 0);
    deck.setTrack(head.current());
    // Only at full speed: slowed down it would not tell when it is.
    if (state.rate === 1) deck.play({ position: from, heardAt, until: head.endFrom(from) });
    if (picture) {
      picture.setRate(state.rate);
      const start = () => mine === head.run && picture.play();
      if (pictureIn < 0.001) start();
      else setTimeout(start, pictureIn * 1000);
    } else {
      head.free = { position: from, at: heardAt };
    }
    following.started();
    ticking = setInterval(tick, TICK * 1000);
  }

  function tick(): void {
    const now = pageNow();
    deck.tick(now);
    const { state, free, picture } = head;
    if (picture && !free && !picture.runs()) return;
    const time = head.timeAt(now);
    if (free && time >= state.duration) return finish();
    const end = head.endFrom(time);
    if (end < state.duration || state.loop?.end === end) planLoop(end - time);
    following.measure(now);
  }

  /** Jumps at the end of the loop; asked for anew at every tick, since clocks differ. */
  function planLoop(seconds: number): void {
    clearTimeout(looping);
    const { loop, rate } = head.state;
    const left = seconds / rate;
    if (loop && left < 3 * TICK) looping = setTimeout(() => void begin(loop.start), Math.max(0, left * 1000));
  }

  function finish(): void {
    const { loop, duration } = head.state;
    if (!head.isPlaying()) return;
    if (loop && loop.end >= duration - 0.1) return void begin(loop.start);
    stand(duration);
    head.setState({ phase: 'ended' });
  }

  /** Sound may start with the next gesture, wherever it is made. */
  function waitForGesture(): void {
    const mine = head.run;
    const heard = new AbortController();
    const wake = () => {
      heard.abort();
      if (mine !== head.run) return;
      void deck.wake().then((awake) => {
        if (awake && mine === head.run) following.follow();
      });
    };
    for (const type of ['pointerdown', 'keydown'] as const) {
      window.addEventListener(type, wake, { signal: heard.signal, capture: true });
    }
  }

  return { stand, begin, finish, forgetLoop: () => clearTimeout(looping) };
}
