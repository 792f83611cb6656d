/** What a timeline is given and what it says; it keeps nothing but its view and what is being dragged. */
import type { ReactNode, Ref } from 'react';
import type { SpanEdit } from '../../dsp/mix.ts';
import type { Peaks } from '../../dsp/peaks.ts';
import type { TimeSpan } from '../../dsp/span.ts';
import type { TimingLane } from '../timing/types.ts';

/** `live` while something is dragged, `done` when it is let go or was set in one step: that is what undo returns to. */
export type ChangePhase = 'live' | 'done';

export type TimelineAction = 'anew' | 'mute' | 'fadeIn' | 'fadeOut' | 'clear';

/** What buttons and shortcuts outside may ask for. */
export interface TimelineHandle {
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly zoomFit: () => void;
  /** The marked part begins, or ends, at the playhead. */
  readonly markIn: () => void;
  readonly markOut: () => void;
  /** Moves the playhead by frames of the picture. */
  readonly step: (frames: number) => void;
  /** The hits on the timing lane. */
  readonly hits: HitsHandle;
}

export interface HitsHandle {
  /** At the playhead. */
  readonly add: () => void;
  readonly next: (extend?: boolean) => void;
  readonly previous: (extend?: boolean) => void;
  readonly remove: () => void;
  /** Seconds; later is positive. */
  readonly move: (by: number) => void;
  /** By a frame of the picture. */
  readonly moveByFrames: (frames: number) => void;
  readonly strengthen: (by: number) => void;
  readonly all: () => void;
}

export interface TimelineProps {
  readonly ref?: Ref<TimelineHandle>;
  /** Seconds. */
  readonly duration: number;
  /** Frames a second of the picture: how far an arrow key moves. */
  readonly fps: number;
  /** Where the playhead is; asked at every frame that is drawn. */
  readonly time: () => number;
  /** Pictures of the film, evenly spread over the duration; may be none. */
  readonly frames?: readonly string[];
  readonly original?: Peaks | undefined;
  readonly generated?: Peaks | undefined;
  /** Seconds by which the generated sound is later. */
  readonly offset?: number;
  /** What was done to stretches of the generated sound. */
  readonly edits?: readonly SpanEdit[];
  /** Times at which the generated sound has onsets, rising, where it lies when it is not moved. */
  readonly heard?: readonly number[];
  /** The hits and the level that the sound is to have; left out, there is no lane for them. */
  readonly timing?: TimingLane | undefined;
  /** Stands beside the timing. */
  readonly timingActions?: ReactNode;
  /** Stands among the buttons above the timeline. */
  readonly tools?: ReactNode;
  readonly selection?: TimeSpan | undefined;
  readonly loop?: boolean;
  /** Set before generating: handles choose what of the file is used, and nothing else can be changed. */
  readonly trim?: TimeSpan | undefined;
  readonly onSeek: (seconds: number) => void;
  readonly onSelect?: (span: TimeSpan | undefined) => void;
  readonly onLoop?: (loop: boolean) => void;
  readonly onTrim?: (span: TimeSpan, phase: ChangePhase) => void;
  readonly onNudge?: (offset: number, phase: ChangePhase) => void;
  readonly onAction?: (action: TimelineAction, span: TimeSpan) => void;
  /** Actions that cannot be taken now, with the reason as a sentence. */
  readonly unavailable?: Partial<Record<TimelineAction, string>>;
  /** More for the bar of the marked part. */
  readonly children?: ReactNode;
}
