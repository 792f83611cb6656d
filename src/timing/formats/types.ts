/** Files that hold hits: what is read of one and what one is made of. Types and names only. */
import type { Notice } from '../../notices.ts';
import type { Hit, LevelPoint, Timing } from '../types.ts';

/** Audacity labels, a table, notes, and the markers of two kinds of edit lists. */
export const HITS_FORMATS = ['audacity', 'csv', 'midi', 'fcpxml', 'edl'] as const;
export type HitsFormat = (typeof HITS_FORMATS)[number];

/** What a file of hits is to fit. */
export interface ReadContext {
  /** Its name, whose ending helps to tell labels from tables. */
  readonly name: string;
  /** Frames a second of the picture: what a timecode counts where its file does not say. */
  readonly fps?: number | undefined;
  /** Seconds of the picture: hits outside are kept out. */
  readonly duration?: number | undefined;
}

export interface ReadHits {
  readonly format: HitsFormat;
  /** No hit has a certainty: a file's hits are set. */
  readonly timing: Timing;
  /** What was joined, kept out or assumed. */
  readonly notices: readonly Notice[];
}

export interface WriteContext {
  /** Frames a second of the picture; 25 where there is none. */
  readonly fps?: number | undefined;
  /** Seconds of the picture or sound. */
  readonly duration: number;
  /** Name of the file that the hits belong to, with or without its ending. */
  readonly name: string;
}

export interface HitsFile {
  /** "clip.hits.txt" for "clip.mp4". */
  readonly fileName: string;
  readonly mimeType: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

/** What a format's reader finds, in any order and anywhere. */
export interface RawTiming {
  readonly hits: readonly Hit[];
  /** Rising in time. */
  readonly level: readonly LevelPoint[];
  /** The rate that was taken for granted because nothing tells it. */
  readonly assumedFps?: number;
}
