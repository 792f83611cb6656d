/**
 * Picture and sound on one clock. A picture that runs is the clock; without one, or while the browser has stopped it in a
 * hidden tab, the page's clock is. The sound follows: it is started for the moment at which the picture will run, measured
 * against it all the time, and moved by a cross-fade when it has drifted.
 */
import type { TimeSpan } from '../dsp/span.ts';
import { createMeter, pageNow, planStart, positionAt, type Running } from './clock.ts';
import { createDeck } from './deck.ts';
import { createPicture, type Picture } from './picture.ts';
import { initialState } from './state.ts';
import type { Player, PlayerState, PlayerTrack } from './types.ts';

/** An offset above this is corrected, in seconds. */
const TOLERANCE = 0.006;
/** An offset above this is corrected without waiting for certainty. */
const FAR = 0.02;
/** Readings of the offset before it is believed, before it is when it is far, and seconds between them. */
const READINGS = 4;
const FEW = 2;
const TICK = 0.03;
/** Seconds that a new picture is given to get ready while the sound runs on; each further try gives it more. */
const JOIN_AHEAD = 0.15;
const JOIN_TRIES = 5;
/** Longest time a picture can take to start, in seconds: more is a hiccup that says nothing about the next time. */
const LONGEST_LAG = 0.25;
/** Browsers show no picture more slowly than this. */
const SLOWEST = 1 / 16;

export function createPlayer(): Player {
  let state = initialState;
  const listeners = new Set<() => void>();
  let tracks: readonly PlayerTrack[] = [];
  let picture: Picture | undefined;
  /** What is shown where no picture runs: it stands still at a time, or runs since. */
  let standing = 0;
  let free: Running | undefined;
  /** Every start, stop and jump makes what an older one still waits for void. */
  let run = 0;
  /** Seconds from telling the picture to start until it is seen to run, as learned. */
  let lag = 0.04;
  let justStarted = false;
  const drift = createMeter(READINGS + 1);
  let measured: number | undefined;
  let ticking: ReturnType<typeof setInterval> | undefined;
  let looping: ReturnType<typeof setTimeout> | undefined;

  const deck = createDeck(() => setState({ sound: deck.status }));

  function setState(change: Partial<PlayerState>): void {
    state = { ...state, ...change };
    for (const listener of [...listeners]) listener();
  }

  const inRange = (seconds: number) => Math.max(0, Math.min(state.duration, Number.isFinite(seconds) ? seconds : 0));
  const isPlaying = () => state.phase === 'playing';
  const current = () => tracks.find(({ id }) => id === state.track);

  /** Where the playhead is at a page time. */
  function timeAt(now: number): number {
    if (free) return inRange(positionAt(free, now, state.rate));
    const runs = isPlaying() && picture?.runs();
    return inRange(runs && picture ? picture.time() + (now - pageNow()) * state.rate : standing);
  }

  /** What is seen at a page time: a frame takes a moment from its clock to the screen. */
  function seenAt(now: number): number {
    return timeAt(now) - (!free && picture ? picture.delay() * state.rate : 0);
  }

  /** Where the sound that starts at `position` must break off: the loop's end, or the end. */
  function endFrom(position: number): number {
    const { loop, duration } = state;
    return loop && position < loop.end ? Math.min(loop.end, duration) : duration;
  }

  function forgetDrift(): void {
    drift.clear();
    measured = undefined;
  }

  /** Lets everything stand at a time. */
  function stand(at: number): void {
    run++;
    standing = at;
    free = undefined;
    clearInterval(ticking);
    clearTimeout(looping);
    ticking = looping = undefined;
    forgetDrift();
    deck.halt();
    picture?.pause();
  }

  async function begin(from: number): Promise<void> {
    stand(from);
    setState({ phase: 'playing' });
    const mine = run;
    const [awake] = await Promise.all([deck.wake(), picture?.place(from)]);
    if (mine !== run) return;
    if (!awake && deck.status === 'blocked') waitForGesture();
    startTogether(from);
  }

  function startTogether(from: number): void {
    const mine = run;
    const now = pageNow();
    const { pictureIn, heardAt } = planStart(now, deck.earliest() ?? now, picture ? lag : 0);
    deck.setTrack(current());
    // Only at full speed: slowed down it would not tell when it is.
    if (state.rate === 1) deck.play({ position: from, heardAt, until: endFrom(from) });
    if (picture) {
      const starting = picture;
      starting.setRate(state.rate);
      const start = () => mine === run && starting.play();
      if (pictureIn < 0.001) start();
      else setTimeout(start, pictureIn * 1000);
    } else {
      free = { position: from, at: heardAt };
    }
    justStarted = true;
    ticking = setInterval(tick, TICK * 1000);
  }

  function tick(): void {
    const now = pageNow();
    deck.tick(now);
    if (picture && !free && !picture.runs()) return;
    const time = timeAt(now);
    if (free && time >= state.duration) return finish();
    const end = endFrom(time);
    if (end < state.duration || state.loop?.end === end) planLoop(end - time);
    measure(now);
  }

  /** Jumps at the end of the loop; asked for anew at every tick, since clocks differ. */
  function planLoop(seconds: number): void {
    clearTimeout(looping);
    const { loop } = state;
    const left = seconds / state.rate;
    if (loop && left < 3 * TICK) looping = setTimeout(() => void begin(loop.start), Math.max(0, left * 1000));
  }

  function measure(now: number): void {
    const heard = deck.positionAt(now);
    if (heard === undefined) return forgetDrift();
    drift.add(heard - seenAt(now));
    const few = drift.median(FEW);
    // While a correction takes effect the last figure stays.
    measured = few ?? measured;
    const sure = drift.median(Math.abs(few ?? 0) > FAR ? FEW : READINGS);
    if (sure === undefined) return;
    // How late the picture was tells how early it must be told the next time.
    if (justStarted && picture && !free) lag = Math.max(0, Math.min(LONGEST_LAG, lag + 0.7 * sure));
    justStarted = false;
    if (Math.abs(sure) > TOLERANCE) follow();
  }

  /** Moves the sound to where the picture is, by a cross-fade. */
  function follow(): void {
    const now = pageNow();
    const heardAt = deck.earliest();
    if (!isPlaying() || state.rate !== 1 || heardAt === undefined || (!free && !picture?.runs())) return;
    const position = seenAt(now) + heardAt - now;
    deck.setTrack(current());
    deck.play({ position, heardAt, until: endFrom(timeAt(now)) });
    drift.clear();
  }

  function finish(): void {
    const { loop, duration } = state;
    if (!isPlaying()) return;
    if (loop && loop.end >= duration - 0.1) return void begin(loop.start);
    stand(duration);
    setState({ phase: 'ended' });
  }

  /** Sound may start with the next gesture, wherever it is made. */
  function waitForGesture(): void {
    const mine = run;
    const heard = new AbortController();
    const wake = () => {
      heard.abort();
      if (mine !== run) return;
      void deck.wake().then((awake) => {
        if (awake && mine === run) follow();
      });
    };
    for (const type of ['pointerdown', 'keydown'] as const) {
      window.addEventListener(type, wake, { signal: heard.signal, capture: true });
    }
  }

  /** The picture joins what is heard: it is placed a little ahead and started when the sound gets there. */
  async function join(joining: Picture): Promise<void> {
    const mine = run;
    const valid = () => mine === run && picture === joining && free !== undefined;
    // The browser may have let it run again on its own.
    joining.pause();
    for (let attempt = 1; attempt <= JOIN_TRIES; attempt++) {
      const target = timeAt(pageNow()) + attempt * JOIN_AHEAD * state.rate;
      if (target >= endFrom(timeAt(pageNow()))) break;
      await joining.place(target);
      if (!valid()) return;
      const left = (target - timeAt(pageNow())) / state.rate - lag;
      if (left < 0) continue;
      await new Promise((resolve) => setTimeout(resolve, left * 1000));
      if (!valid()) return;
      joining.setRate(state.rate);
      joining.play();
      free = undefined;
      forgetDrift();
      return;
    }
    if (valid()) void begin(timeAt(pageNow()));
  }

  const watchVisibility = () => {
    if (!document.hidden && isPlaying() && free && picture) void join(picture);
  };
  document.addEventListener('visibilitychange', watchVisibility);

  function createListenedPicture(video: HTMLVideoElement): Picture {
    const made: Picture = createPicture(video, {
      onEnded: () => finish(),
      onFailed: () => {
        if (picture === made) setPicture(undefined, 'failed');
      },
      onStopped: () => {
        if (!isPlaying()) return;
        // The last known time: where the element was stopped.
        if (document.hidden) free = { position: made.time(), at: pageNow() };
        else player.pause();
      },
      onStarted: () => {
        if (!isPlaying()) player.play();
      },
      onStalled: () => {
        standing = made.time();
        forgetDrift();
        deck.halt();
      },
      onResumed: () => follow(),
    });
    return made;
  }

  function setPicture(next: Picture | undefined, status: PlayerState['picture']): void {
    const now = pageNow();
    const at = timeAt(now);
    const wasPlaying = isPlaying();
    if (wasPlaying) free ??= { position: at, at: now };
    picture?.release();
    picture = next;
    setState({ picture: status });
    forgetDrift();
    if (!next) return;
    if (wasPlaying) void join(next);
    else void next.place(at);
  }

  const player: Player = {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    attach(video) {
      if (video === picture?.element) return;
      setPicture(video && createListenedPicture(video), video ? 'ready' : 'none');
    },
    setDuration(seconds) {
      setState({ duration: Math.max(0, Number.isFinite(seconds) ? seconds : 0) });
      if (standing > state.duration) player.seek(state.duration);
    },
    setTracks(next) {
      const before = current();
      tracks = next;
      setState({ tracks: next.map(({ id }) => id) });
      const after = current();
      if (before?.sound !== after?.sound || before?.gain !== after?.gain) follow();
    },
    select(id) {
      if (id === state.track) return;
      setState({ track: id });
      follow();
    },
    play() {
      if (isPlaying()) return;
      const at = state.phase === 'ended' || standing >= state.duration ? 0 : standing;
      const { loop } = state;
      void begin(loop && (at < loop.start || at >= loop.end) ? loop.start : at);
    },
    pause() {
      if (!isPlaying()) return;
      const at = timeAt(pageNow());
      const apart = free !== undefined;
      stand(at);
      setState({ phase: 'paused' });
      // A picture that was on its way to join is somewhere else.
      if (apart) void picture?.place(at);
    },
    toggle() {
      if (isPlaying()) player.pause();
      else player.play();
    },
    seek(seconds) {
      const at = inRange(seconds);
      if (isPlaying()) return void begin(at);
      stand(at);
      if (state.phase === 'ended') setState({ phase: 'paused' });
      void picture?.place(at);
    },
    setLoop(span) {
      const loop: TimeSpan | undefined = span && span.end - span.start >= TICK ? span : undefined;
      setState({ loop });
      clearTimeout(looping);
      // Where the sound breaks off has changed.
      follow();
    },
    setRate(rate) {
      const next = Number.isFinite(rate) ? Math.max(SLOWEST, Math.min(1, rate)) : 1;
      if (next === state.rate) return;
      const at = timeAt(pageNow());
      const wasPlaying = isPlaying();
      if (wasPlaying) stand(at);
      setState({ rate: next });
      if (wasPlaying) void begin(at);
    },
    setVolume(volume) {
      setState({ volume: Math.max(0, Math.min(1, volume)) });
      deck.setVolume(state.muted ? 0 : state.volume);
    },
    setMuted(muted) {
      setState({ muted });
      deck.setVolume(muted ? 0 : state.volume);
    },
    time: () => timeAt(pageNow()),
    seenAt: (now) => inRange(seenAt(now)),
    offset: () => measured,
    dispose() {
      stand(standing);
      document.removeEventListener('visibilitychange', watchVisibility);
      picture?.release();
      picture = undefined;
      deck.dispose();
      listeners.clear();
    },
  };
  return player;
}
