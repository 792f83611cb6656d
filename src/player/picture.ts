/** A video element as a clock: moved to a time, started, stopped, and what it does without being asked. */
import { createMeter, pageNow } from './clock.ts';

export interface PictureEvents {
  onEnded(): void;
  /** Stopped by someone else: the browser in a hidden tab, a media key. */
  onStopped(): void;
  onStarted(): void;
  /** It waits for data, and has them again. */
  onStalled(): void;
  onResumed(): void;
  onFailed(): void;
}

export interface Picture {
  readonly element: HTMLVideoElement;
  time(): number;
  /**
   * Seconds by which a frame is seen later than its clock says: it waits for the screen's next turn. Half a turn of a
   * common screen until frames were measured.
   */
  delay(): number;
  /** Whether its clock runs. */
  runs(): boolean;
  /** Shows the frame at a time; resolves when it is there. A newer wish replaces one that waits. */
  place(seconds: number): Promise<void>;
  /** Seconds of the picture in a second. */
  setRate(rate: number): void;
  play(): void;
  pause(): void;
  release(): void;
}

/** Seconds after which a picture counts as placed, whatever it says: a damaged file must not stop the sound. */
const PATIENCE = 3;
/** Frames whose delay is remembered, and the longest that is believed, in seconds. */
const FRAMES = 9;
const LONGEST_DELAY = 0.06;
/** Closer than this it is already there. */
const THERE = 1e-3;

export function createPicture(video: HTMLVideoElement, events: PictureEvents): Picture {
  const listening = new AbortController();
  let wishes = false;
  let wanted: number | undefined;
  let placing: Promise<void> | undefined;
  let stalled = false;
  const delay = createMeter(FRAMES);
  video.muted = true;
  video.loop = false;
  video.playsInline = true;

  const on = (type: keyof HTMLMediaElementEventMap, listener: () => void) =>
    video.addEventListener(type, listener, { signal: listening.signal });
  on('ended', () => events.onEnded());
  on('error', () => events.onFailed());
  // It may have failed before anyone listened.
  if (video.error) queueMicrotask(() => events.onFailed());
  on('pause', () => {
    // It pauses itself at its end as well.
    if (wishes && !video.ended) events.onStopped();
  });
  on('play', () => {
    if (!wishes) events.onStarted();
  });
  on('waiting', () => {
    if (!wishes || video.seeking) return;
    stalled = true;
    events.onStalled();
  });
  on('playing', () => {
    if (stalled && wishes) events.onResumed();
    stalled = false;
  });

  function onFrame(_now: number, { expectedDisplayTime, mediaTime }: VideoFrameCallbackMetadata): void {
    if (listening.signal.aborted) return;
    video.requestVideoFrameCallback(onFrame);
    if (video.paused || video.seeking) return;
    const { playbackRate: rate } = video;
    const seen = (video.currentTime - mediaTime) / rate + expectedDisplayTime / 1000 - pageNow();
    if (seen > -LONGEST_DELAY && seen < LONGEST_DELAY) delay.add(seen);
  }
  // Where the browser does not tell, the guess stays.
  if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(onFrame);

  /** Resolves on the event, or when it has taken too long. */
  function next(type: keyof HTMLMediaElementEventMap): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, PATIENCE * 1000);
      function done(): void {
        clearTimeout(timer);
        video.removeEventListener(type, done);
        listening.signal.removeEventListener('abort', done);
        resolve();
      }
      video.addEventListener(type, done);
      listening.signal.addEventListener('abort', done);
    });
  }

  async function fulfil(): Promise<void> {
    if (video.readyState < HTMLMediaElement.HAVE_METADATA && !video.error) await next('loadedmetadata');
    while (wanted !== undefined && !listening.signal.aborted) {
      const seconds = wanted;
      wanted = undefined;
      if (Math.abs(video.currentTime - seconds) < THERE && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA)
        continue;
      const seeked = next('seeked');
      video.currentTime = seconds;
      await seeked;
    }
  }

  return {
    element: video,
    time: () => wanted ?? video.currentTime,
    delay: () => delay.median(3) ?? 1 / 120,
    runs: () => !video.paused && !video.seeking && !stalled && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA,
    place(seconds) {
      wanted = seconds;
      placing ??= fulfil().finally(() => (placing = undefined));
      return placing;
    },
    setRate(rate) {
      video.playbackRate = rate;
    },
    play() {
      wishes = true;
      // It is muted, so a refusal can only come of a pause or another file in between.
      video.play().catch(() => undefined);
    },
    pause() {
      wishes = false;
      stalled = false;
      video.pause();
    },
    release() {
      listening.abort();
      wishes = false;
      video.pause();
    },
  };
}
