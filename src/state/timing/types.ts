/** What stands on the timing lane, and where it came from. Types only. */
import type { ErrorData } from '../../errors.ts';
import type { Timing, TimingTrack } from '../../timing/types.ts';

/** What the sync encoder reads off the picture of the open file. */
export type Reading =
  /** No file with a picture is open, or the pack has no sync encoder. */
  | { readonly phase: 'none' }
  /** `progress`: 0..1, or undefined while nobody knows. */
  | { readonly phase: 'reading'; readonly progress: number | undefined }
  | {
      readonly phase: 'ready';
      /** Onset logit and level of every audio latent, [latents, 2]. */
      readonly track: TimingTrack;
      /** Audio latents a second. */
      readonly rate: number;
      /** Seconds of the source file at which the first one begins. */
      readonly start: number;
    }
  /** The file is good all the same: hits can be set by hand, and it can be read again. */
  | { readonly phase: 'failed'; readonly error: ErrorData };

export interface TimingState {
  readonly reading: Reading;
  /** 0..1: from few hits to many; .5 is the pack's own. */
  readonly sensitivity: number;
  /** The reading at the sensitivity, or what a person made of it; undefined while nothing is read and nothing was set. */
  readonly shown: Timing | undefined;
  /** A person set it (by an edit, a performance, an import or the sensitivity): the next sound is made from it. */
  readonly directed: boolean;
}

/** How a timing was changed; the interface has words for each. */
export type TimingLabel = 'hits' | 'level' | 'performance' | 'import' | 'reading' | 'sensitivity';

/** A change of the timing, as a step that can be undone. */
export interface TimingChange {
  readonly label: TimingLabel;
  /** Of a movement of the hand: changes of one name that follow each other are one step. Left out: a step of its own. */
  readonly name?: string;
  /** Let go: what comes next is a step of its own. */
  readonly done?: boolean;
}

/** Hits that a link brought along, for the next file that is opened. */
export interface WishedTiming {
  /** On the clock of the file that the link was made from. */
  readonly timing: Timing;
  readonly sourceName: string;
  /** Seconds of that file at which the shared part begins. */
  readonly start: number;
}
