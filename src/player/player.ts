/**
 * Picture and sound on one clock. A picture that runs is the clock; without one, or while the browser has stopped it in a
 * hidden tab, the page's clock is. The sound follows: it is started for the moment at which the picture will run, measured
 * against it all the time, and moved by a cross-fade when it has drifted.
 */
import type { TimeSpan } from '../dsp/span.ts';
import { pageNow } from './clock.ts';
import { createDeck } from './deck.ts';
import { createFollowing } from './following.ts';
import { join } from './joining.ts';
import { createPicture, type Picture } from './picture.ts';
import { createPlayhead } from './playhead.ts';
import { createRunning, TICK } from './running.ts';
import type { Player, PlayerState } from './types.ts';

/** Browsers show no picture more slowly than this. */
const SLOWEST = 1 / 16;

export function createPlayer(): Player {
  const head = createPlayhead();
  const deck = createDeck(() => head.setState({ sound: deck.status }));
  const following = createFollowing(head, deck);
  const running = createRunning(head, deck, following);

  const watchVisibility = () => {
    if (!document.hidden && head.isPlaying() && head.free && head.picture)
      void join(head.picture, head, following, running);
  };
  document.addEventListener('visibilitychange', watchVisibility);

  function createListenedPicture(video: HTMLVideoElement): Picture {
    const made: Picture = createPicture(video, {
      onEnded: () => running.finish(),
      onFailed: () => {
        if (head.picture === made) setPicture(undefined, 'failed');
      },
      onStopped: () => {
        if (!head.isPlaying()) return;
        // The last known time: where the element was stopped.
        if (document.hidden) head.free = { position: made.time(), at: pageNow() };
        else player.pause();
      },
      onStarted: () => {
        if (!head.isPlaying()) player.play();
      },
      onStalled: () => {
        head.standing = made.time();
        following.forgetDrift();
        deck.halt();
      },
      onResumed: () => following.follow(),
    });
    return made;
  }

  function setPicture(next: Picture | undefined, status: PlayerState['picture']): void {
    const now = pageNow();
    const at = head.timeAt(now);
    const wasPlaying = head.isPlaying();
    if (wasPlaying) head.free ??= { position: at, at: now };
    head.picture?.release();
    head.picture = next;
    head.setState({ picture: status });
    following.forgetDrift();
    if (!next) return;
    if (wasPlaying) void join(next, head, following, running);
    else void next.place(at);
  }

  const player: Player = {
    getState: () => head.state,
    subscribe(listener) {
      head.listeners.add(listener);
      return () => head.listeners.delete(listener);
    },
    attach(video) {
      if (video === head.picture?.element) return;
      setPicture(video && createListenedPicture(video), video ? 'ready' : 'none');
    },
    setDuration(seconds) {
      head.setState({ duration: Math.max(0, Number.isFinite(seconds) ? seconds : 0) });
      if (head.standing > head.state.duration) player.seek(head.state.duration);
    },
    setTracks(next) {
      const before = head.current();
      head.tracks = next;
      head.setState({ tracks: next.map(({ id }) => id) });
      const after = head.current();
      if (before?.sound !== after?.sound || before?.gain !== after?.gain) following.follow();
    },
    select(id) {
      if (id === head.state.track) return;
      head.setState({ track: id });
      following.follow();
    },
    play() {
      if (head.isPlaying()) return;
      const at = head.state.phase === 'ended' || head.standing >= head.state.duration ? 0 : head.standing;
      const { loop } = head.state;
      void running.begin(loop && (at < loop.start || at >= loop.end) ? loop.start : at);
    },
    pause() {
      if (!head.isPlaying()) return;
      const at = head.timeAt(pageNow());
      const apart = head.free !== undefined;
      running.stand(at);
      head.setState({ phase: 'paused' });
      // A picture that was on its way to join is somewhere else.
      if (apart) void head.picture?.place(at);
    },
    toggle() {
      if (head.isPlaying()) player.pause();
      else player.play();
    },
    seek(seconds) {
      const at = head.inRange(seconds);
      if (head.isPlaying()) return void running.begin(at);
      running.stand(at);
      if (head.state.phase === 'ended') head.setState({ phase: 'paused' });
      void head.picture?.place(at);
    },
    setLoop(span) {
      const loop: TimeSpan | undefined = span && span.end - span.start >= TICK ? span : undefined;
      head.setState({ loop });
      running.forgetLoop();
      // Where the sound breaks off has changed.
      following.follow();
    },
    setRate(rate) {
      const next = Number.isFinite(rate) ? Math.max(SLOWEST, Math.min(1, rate)) : 1;
      if (next === head.state.rate) return;
      const at = head.timeAt(pageNow());
      const wasPlaying = head.isPlaying();
      if (wasPlaying) running.stand(at);
      head.setState({ rate: next });
      if (wasPlaying) void running.begin(at);
    },
    setVolume(volume) {
      head.setState({ volume: Math.max(0, Math.min(1, volume)) });
      deck.setVolume(head.state.muted ? 0 : head.state.volume);
    },
    setMuted(muted) {
      head.setState({ muted });
      deck.setVolume(muted ? 0 : head.state.volume);
    },
    time: () => head.timeAt(pageNow()),
    seenAt: (now) => head.inRange(head.seenAt(now)),
    offset: () => following.measured,
    dispose() {
      running.stand(head.standing);
      document.removeEventListener('visibilitychange', watchVisibility);
      head.picture?.release();
      head.picture = undefined;
      deck.dispose();
      head.listeners.clear();
    },
  };
  return player;
}
