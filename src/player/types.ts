/** What the player offers: one picture and one of several sounds, on one clock. The implementation is player.ts. */
import type { Sound } from '../dsp/mix.ts';
import type { TimeSpan } from '../dsp/span.ts';

export interface PlayerTrack {
  readonly id: string;
  /** Another object means another sound; undefined is silence. */
  readonly sound: Sound | undefined;
  /** Amplitude factor that makes tracks equally loud; 1 where it is left out. */
  readonly gain?: number;
}

/**
 * - `asleep`: not asked for yet, since browsers start sound only after a gesture;
 * - `on`: it is heard, or would be but for volume;
 * - `blocked`: the browser waits for a gesture, and the next one starts it;
 * - `unavailable`: there is no working output; the picture plays without, and every `play` tries again.
 */
export type SoundStatus = 'asleep' | 'on' | 'blocked' | 'unavailable';
/** `failed`: the browser cannot show the file; sound plays without it. */
export type PictureStatus = 'none' | 'ready' | 'failed';

export interface PlayerState {
  /** `playing` from the moment it is asked for; `ended` at the end until played or moved. */
  readonly phase: 'paused' | 'playing' | 'ended';
  /** Seconds. */
  readonly duration: number;
  readonly tracks: readonly string[];
  readonly track: string | undefined;
  readonly loop: TimeSpan | undefined;
  /** Seconds of the picture in a second; below 1 it plays without sound. */
  readonly rate: number;
  /** 0..1 */
  readonly volume: number;
  readonly muted: boolean;
  readonly sound: SoundStatus;
  readonly picture: PictureStatus;
}

export interface Player {
  getState(): PlayerState;
  /** Calls back after every change of the state; returns the way to stop that. Time does not count as state: ask `time()`. */
  readonly subscribe: (listener: () => void) => () => void;

  /**
   * The element that shows the picture, or undefined for none. It is muted and must not be played, paused or moved by
   * anyone else. Another element may take over while playing: it joins in at the moment that is heard, without a gap.
   */
  attach(video: HTMLVideoElement | undefined): void;
  /** Seconds; what plays beyond is cut. */
  setDuration(seconds: number): void;
  /** Replaces all tracks. The selected one is kept by its id, and changes its sound while playing by a short cross-fade. */
  setTracks(tracks: readonly PlayerTrack[]): void;
  /** Cross-fades to another track at the same moment. An id that there is no track of is silence until there is. */
  select(id: string | undefined): void;

  /** Call it from a gesture, so that the browser allows sound. From the end it starts over; outside the loop, at its start. */
  play(): void;
  pause(): void;
  toggle(): void;
  /** Seconds, kept within the duration; plays on from there if it was playing. */
  seek(seconds: number): void;
  setLoop(span: TimeSpan | undefined): void;
  /** Above 0 and at most 1: slow motion, in which the sound is silent. */
  setRate(rate: number): void;
  /** 0..1 */
  setVolume(volume: number): void;
  setMuted(muted: boolean): void;

  /** Where the playhead is, in seconds. */
  time(): number;
  /** Which moment of the picture is seen at a page time (`performance.now()` in seconds); for what is done along with it. */
  seenAt(now: number): number;
  /**
   * Seconds by which sound is heard after its picture is seen (below 0 before), as last measured; undefined while not
   * both play. Above 6 ms it is corrected, so 20 ms are kept; where a busy machine
   * delays a start, after a quarter of a second.
   */
  offset(): number | undefined;
  dispose(): void;
}
