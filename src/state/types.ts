/** The app's state: phases as unions, blobs by id. Types only; studio.ts moves between the phases. */
import type { TimeSpan } from '../dsp/span.ts';
import type { ErrorData } from '../errors.ts';
import type { Usage } from '../library/library.ts';
import type { ProjectSummary, Unreadable } from '../library/project-types.ts';
import type { MediaInfo } from '../media/types.ts';
import type { Sight } from '../model/eyes.ts';
import type { KnownPack } from '../model/pack-index.ts';
import type { Task } from '../model/manifest.ts';
import type { VariantChoice } from '../model/variants.ts';
import type { Notice } from '../notices.ts';
import type { Draft } from './recipe/draft.ts';
import type { Restored } from './recipe/restored.ts';
import type { BlobId, Take, TakeId } from './take.ts';
import type { TimingState, WishedTiming } from './timing/types.ts';

/** The file the next generation works on. */
export interface Source {
  readonly blob: BlobId;
  readonly name: string;
  readonly info: MediaInfo;
}

export type Input =
  | { readonly phase: 'empty' }
  /** `file` is there as soon as it is fetched; `previous` comes back when it turns out unusable. */
  | {
      readonly phase: 'opening';
      readonly name: string;
      readonly file: BlobId | undefined;
      readonly previous: Source | undefined;
    }
  | { readonly phase: 'ready'; readonly source: Source };

/** One of several files dropped at once, waiting to be picked. */
export interface OfferedFile {
  readonly blob: BlobId;
  readonly name: string;
}

export type PackState =
  | { readonly phase: 'reading' }
  /** `choice` is what it was read for; while another one is being read, the earlier one stays. */
  | (KnownPack & { readonly phase: 'known'; readonly choice: VariantChoice })
  | { readonly phase: 'failed'; readonly error: ErrorData };

/** What the open file looks and sounds like, as far as it is known yet. */
export interface Survey {
  /** Still being looked at. */
  readonly running: boolean;
  /** When movement sets in or changes abruptly, in seconds: where a sound is expected. */
  readonly seen: readonly number[];
  /** JPEG of `count` pictures side by side, evenly spread over the file. */
  readonly filmstrip?: {
    readonly image: BlobId;
    readonly count: number;
    readonly width: number;
    readonly height: number;
  };
  /** Whether its own sound has been read, and can be heard and mixed. */
  readonly hasSound: boolean;
}

/** What a generation does, in this order. `render` is latents to sound or pictures, `mux` is writing the clip. */
export const STAGES = ['decode', 'download', 'prepare', 'encode', 'sample', 'render', 'mux'] as const;
export type Stage = (typeof STAGES)[number];

export type StageProgress =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'fraction'; readonly value: number }
  | { readonly kind: 'steps'; readonly step: number; readonly steps: number; readonly secondsLeft?: number }
  | { readonly kind: 'bytes'; readonly loaded: number; readonly total: number };

/** Which of the takes of a run is being made, from 1. */
export interface TakeCount {
  readonly take: number;
  readonly takes: number;
}

export type Job =
  | { readonly phase: 'idle' }
  | (TakeCount & {
      readonly phase: 'running';
      readonly task: Task;
      readonly stage: Stage;
      readonly progress: StageProgress;
    })
  /** The stop is asked for; the work ends within a step. */
  | (TakeCount & { readonly phase: 'cancelling'; readonly task: Task; readonly stage: Stage });

/** Where the take that is being made is heading. */
export type TakePreview =
  /** Outline of the sound, 0..1. */
  | { readonly task: 'v2a'; readonly peaks: readonly number[] }
  /** Pictures at `times` seconds of the clip, side by side. */
  | { readonly task: 'a2v'; readonly image: BlobId; readonly times: readonly number[] };

/** Writing a file of a take. */
export type ExportJob =
  | { readonly phase: 'idle' }
  | { readonly phase: 'running'; readonly take: TakeId; readonly progress: StageProgress }
  | { readonly phase: 'done'; readonly take: TakeId; readonly file: ExportedFile };

/** What is kept on this device. */
export type History =
  | { readonly phase: 'opening' }
  | {
      readonly phase: 'ready';
      /** Last opened first. */
      readonly projects: readonly ProjectSummary[];
      readonly unreadable: readonly Unreadable[];
      readonly usage: Usage;
      /** Where files lie. */
      readonly files: 'opfs' | 'indexeddb' | 'memory';
    }
  | { readonly phase: 'unavailable'; readonly error: ErrorData };

/** Something that went wrong, until it is dismissed or tried again. The input is never lost by it. */
export interface Failure {
  readonly during: 'open' | 'generate' | 'export' | 'keep';
  readonly error: ErrorData;
}

/** A file that was written from a take. */
export interface ExportedFile {
  readonly blob: BlobId;
  readonly name: string;
  readonly bytes: number;
  /** What the export had to do that the person should know of. */
  readonly notices: readonly Notice[];
  /** Seconds it took to write. */
  readonly seconds: number;
}

export interface StudioState {
  readonly pack: PackState;
  /** Which variant of the pack the next generation is to use. */
  readonly variant: VariantChoice;
  readonly input: Input;
  /** Under which the open file and its takes are kept. */
  readonly project: string | undefined;
  readonly history: History;
  readonly survey: Survey | undefined;
  /** What the eyes see in the open file; undefined until they have looked. */
  readonly sight: Sight | undefined;
  /** When something is to be heard in the open file. */
  readonly timing: TimingState;
  /** Hits that a link brought along for the next file. */
  readonly wished: WishedTiming | undefined;
  /** The part of the file that is worked on, in seconds; all of it without. */
  readonly trim: TimeSpan | undefined;
  /** The recipe that the open file, or an export of it that was open before, brought along. */
  readonly restored: Restored | undefined;
  readonly offered: readonly OfferedFile[];
  readonly task: Task;
  /** The person picked the task; otherwise it follows the file. */
  readonly taskPinned: boolean;
  readonly draft: Draft;
  readonly job: Job;
  readonly preview: TakePreview | undefined;
  readonly exporting: ExportJob;
  readonly failure: Failure | undefined;
  /** The takes of the file that is open, oldest first. */
  readonly takes: readonly Take[];
  /** The take on the stage: one of them. */
  readonly selected: TakeId | undefined;
  /** Which of the two the stage shows. */
  readonly shown: 'source' | 'result';
}

/** How a generation ended; for callers that wait for it. */
export type Outcome =
  | { readonly status: 'done'; readonly takes: readonly Take[] }
  | { readonly status: 'failed'; readonly error: ErrorData }
  | { readonly status: 'cancelled' };

/** How an export ended. */
export type ExportOutcome =
  | { readonly status: 'done'; readonly file: ExportedFile }
  | { readonly status: 'failed'; readonly error: ErrorData }
  | { readonly status: 'cancelled' };
