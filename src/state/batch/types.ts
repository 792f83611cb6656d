/** A batch: many files, one after the other. Types only; batch.ts works through them. */
import type { StoreApi } from 'zustand/vanilla';
import type { ErrorData } from '../../errors.ts';
import type { ItemResult, OutputFile, Queue } from '../../library/queue.ts';
import type { StoredDraft } from '../../library/schema.ts';
import type { Notice } from '../../notices.ts';
import type { Task } from '../../model/manifest.ts';
import type { Stage } from '../types.ts';

export type BatchId = string & { readonly __brand: 'BatchId' };

export interface BatchProgress {
  /** Of the file, 0..1; undefined while it cannot be known. */
  readonly fraction: number | undefined;
  readonly stage?: Stage;
}

export type BatchStatus =
  | { readonly state: 'waiting' }
  /** `since`: seconds on the clock of the batch. */
  | { readonly state: 'running'; readonly since: number; readonly progress: BatchProgress }
  | {
      readonly state: 'done';
      readonly seconds: number;
      readonly outputs: readonly { readonly name: string; readonly bytes: number }[];
      readonly notices: readonly Notice[];
      /** The results outlive the page; otherwise they are there for this visit. */
      readonly kept: boolean;
    }
  | { readonly state: 'failed'; readonly error: ErrorData }
  | { readonly state: 'cancelled' }
  /** After a reload: `allow` by a click that lets the browser read it, or `choose` it again. */
  | { readonly state: 'needs-file'; readonly how: 'allow' | 'choose' };

/** What is made of a file. */
export interface BatchRequest {
  /** Left out: what fits the file. */
  readonly task?: Task;
  readonly draft: StoredDraft;
}

/** A file of hits, whatever its format. */
export interface HitsBeside {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface BatchItem extends BatchRequest {
  /** What lay beside it: its sound is made from these hits. */
  readonly hits?: HitsBeside;
  readonly id: BatchId;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly status: BatchStatus;
  /** The file is found again after a reload. */
  readonly kept: boolean;
}

export type BatchPhase =
  /** Nothing is worked on. */
  | 'idle'
  | 'running'
  /** The file that is being worked on is finished, then it pauses. */
  | 'pausing'
  | 'paused'
  /** Another tab has the queue; this one shows and does nothing. */
  | 'elsewhere';

export interface BatchState {
  readonly phase: BatchPhase;
  /** In the order in which they are worked on. */
  readonly items: readonly BatchItem[];
  /** What stopped the queue or could not be kept, until it is dismissed. Errors of files are with the files. */
  readonly failure: ErrorData | undefined;
}

/** A file and, where the browser gave one, the handle by which it is read again after a reload. */
export interface PickedFile {
  readonly file: File;
  readonly handle?: FileSystemFileHandle;
}

export type BatchResult = Omit<ItemResult, 'seconds'>;

export interface BatchDeps {
  /** Makes the outputs of one file. It stops within a step when the signal aborts. */
  readonly run: (
    signal: AbortSignal,
    item: BatchRequest & { readonly file: File; readonly hits?: HitsBeside },
    onProgress: (progress: BatchProgress) => void,
  ) => Promise<BatchResult>;
  /** Where the queue outlives the page; undefined where nothing does. */
  readonly queue: Queue | undefined;
  /** Seconds on any clock. */
  readonly now?: () => number;
  readonly newId?: () => string;
}

/** Nothing here rejects: what goes wrong is with the file, or in `failure`. */
export interface Batch {
  readonly store: StoreApi<BatchState>;
  /** Brings back the queue of an earlier visit and goes on where it was being worked on. Once, before anything else. */
  restore(): Promise<void>;
  /** `clip.hits.txt` among the files directs `clip.mp4`. */
  add(files: readonly (File | PickedFile)[], request: BatchRequest): Promise<void>;
  /** Begins or goes on. */
  start(): void;
  /** The file that is being worked on is finished first. */
  pause(): void;
  /** A file that failed or was cancelled is waiting again. */
  retry(id: BatchId): Promise<void>;
  retryFailed(): Promise<void>;
  /** Stops a file, or takes its turn from it. */
  cancel(id: BatchId): Promise<void>;
  cancelAll(): Promise<void>;
  /** Stops it if it is being worked on, and forgets it with its results. */
  remove(id: BatchId): Promise<void>;
  clear(): Promise<void>;
  /** Puts a file at a place in the queue, counted from 0. */
  move(id: BatchId, index: number): Promise<void>;
  /** The file was chosen again. */
  giveFile(id: BatchId, picked: File | PickedFile): Promise<void>;
  /** Asks for permission to read the file; only during a click. Whether it can be read now. */
  allowFile(id: BatchId): Promise<boolean>;
  /** Everything that was made, under names that are there once. */
  collect(): Promise<OutputFile[]>;
  dismissFailure(): void;
  /** Stops what runs and leaves the queue to other tabs. */
  dispose(): void;
}
