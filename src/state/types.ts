/** The app's state: phases as unions, blobs by id. Types only; studio.ts moves between the phases. */
import type { SoundSketch } from '../dsp/sketch.ts';
import type { ErrorData } from '../errors.ts';
import type { Backend } from '../engine/protocol.ts';
import type { MediaInfo } from '../media/types.ts';
import type { Manifest, Task } from '../model/manifest.ts';
import type { Notice } from '../notices.ts';
import type { BlobId } from './blobs.ts';

/** The file the next generation works on. */
export interface Source {
  readonly blob: BlobId;
  readonly name: string;
  readonly info: MediaInfo;
}

export type Input =
  | { readonly phase: 'empty' }
  /** `previous` comes back when the new file turns out unusable. */
  | { readonly phase: 'opening'; readonly name: string; readonly previous: Source | undefined }
  | { readonly phase: 'ready'; readonly source: Source };

/** One of several files dropped at once, waiting to be picked. */
export interface OfferedFile {
  readonly blob: BlobId;
  readonly name: string;
}

export type PackState =
  | { readonly phase: 'reading' }
  | { readonly phase: 'known'; readonly manifest: Manifest }
  | { readonly phase: 'failed'; readonly error: ErrorData };

/** What a generation does, in this order. `render` is latents to sound or pictures, `mux` is writing the MP4. */
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

/** Something that went wrong, until it is dismissed or tried again. The input is never lost by it. */
export interface Failure {
  readonly during: 'open' | 'generate' | 'samples';
  readonly error: ErrorData;
}

export interface SamplerChoice {
  readonly steps: number;
  readonly guidanceText: number;
  readonly guidanceAv: number;
}

export interface Draft {
  readonly prompt: string;
  readonly negative: string;
  /** Of the first take; the others count on from it. */
  readonly seed: number;
  /** How many takes a generation makes, 1 to MAX_TAKES. */
  readonly takes: number;
  /** Draw a new seed for every generation. */
  readonly drawSeed: boolean;
  /** Only what differs from the pack's defaults. */
  readonly sampler: Readonly<Record<Task, Partial<SamplerChoice>>>;
}

/** Seconds each part of a generation took. */
export interface Timings {
  readonly decode: number;
  readonly load: number;
  readonly encode: number;
  readonly sample: number;
  readonly render: number;
  readonly mux: number;
  readonly total: number;
}

/** A finished take: the export, what its sound looks like, and all it takes to make it again. */
export interface Result {
  readonly blob: BlobId;
  readonly fileName: string;
  readonly bytes: number;
  readonly sketch: SoundSketch;
  readonly task: Task;
  readonly sourceName: string;
  readonly duration: number;
  readonly seed: number;
  readonly prompt: string;
  readonly negative: string;
  readonly sampler: SamplerChoice;
  readonly understood: readonly string[];
  readonly pack: string;
  readonly packHash: string;
  readonly backend: Backend;
  readonly notices: readonly Notice[];
  readonly seconds: Timings;
}

export interface StudioState {
  readonly pack: PackState;
  readonly input: Input;
  readonly offered: readonly OfferedFile[];
  readonly task: Task;
  /** The person picked the task; otherwise it follows the file. */
  readonly taskPinned: boolean;
  readonly draft: Draft;
  readonly job: Job;
  readonly failure: Failure | undefined;
  /** Every take of this visit that was not discarded, oldest first. */
  readonly takes: readonly Result[];
  /** The take on the stage: one of them. */
  readonly result: Result | undefined;
  /** Which of the two the stage shows. */
  readonly shown: 'source' | 'result';
}

/** How a generation ended; for callers that wait for it. */
export type Outcome =
  | { readonly status: 'done'; readonly results: readonly Result[] }
  | { readonly status: 'failed'; readonly error: ErrorData }
  | { readonly status: 'cancelled' };
