/** What the timing lane is given and what it says. Times are seconds on the clock of the source file. */
import type { Timing } from '../../timing/types.ts';

/** How far the reading of the picture is. */
export type ReadingPhase =
  | { readonly phase: 'none' }
  /** `progress` 0..1, or undefined while nobody knows. */
  | { readonly phase: 'reading'; readonly progress: number | undefined }
  | { readonly phase: 'ready' }
  /** `message` says what went wrong. */
  | { readonly phase: 'failed'; readonly message: string };

export interface TimingChange {
  readonly label: 'hits' | 'level';
  /** Key presses of one kind that follow each other are one step; left out: a step of its own. */
  readonly name?: string;
}

export interface TimingLane {
  readonly timing: Timing;
  readonly reading: ReadingPhase;
  /** A person set what is shown. */
  readonly directed: boolean;
  /** 0..1 */
  readonly sensitivity: number;
  /** When movement is seen to set in, rising: a drag can snap to it. */
  readonly movement: readonly number[];
  readonly onTiming: (timing: Timing, change: TimingChange) => void;
  /** Left out where there is no reading to choose from. */
  readonly onSensitivity?: ((sensitivity: number, phase: 'live' | 'done') => void) | undefined;
  readonly onReadAgain?: (() => void) | undefined;
  /** Back to the reading; left out where it is what is shown. */
  readonly onBack?: (() => void) | undefined;
}

export type LaneTool = 'hits' | 'level';

export interface Snapping {
  readonly frames: boolean;
  readonly movement: boolean;
  readonly hits: boolean;
}
