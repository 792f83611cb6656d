/** A take and its recipe: what was made, of what it consists, and all it takes to make it again. Types only. */
import type { Edit } from '../dsp/mix.ts';
import type { SoundSummary } from '../dsp/sound-summary.ts';
import type { TimeSpan } from '../dsp/span.ts';
import type { Backend } from '../engine/protocol.ts';
import type { Task } from '../model/manifest.ts';
import type { Notice } from '../notices.ts';
import type { Variation } from '../sampler/noise.ts';
import type { Timing } from '../timing/types.ts';

/** Names a file that the blob registry holds. */
export type BlobId = string & { readonly __brand: 'BlobId' };

export interface SamplerChoice {
  readonly steps: number;
  readonly guidanceText: number;
  readonly guidanceAv: number;
}

/** Seconds each part of a generation took. */
export interface TakeSeconds {
  readonly decode: number;
  readonly load: number;
  readonly encode: number;
  readonly sample: number;
  readonly render: number;
  readonly mux: number;
  readonly total: number;
}

/** All it takes to make a take again. */
export interface Recipe {
  readonly task: Task;
  readonly sourceName: string;
  /** Seconds. */
  readonly duration: number;
  /** The part of the source it was made for, on the source's clock; all of it without. */
  readonly trim?: TimeSpan;
  readonly seed: number;
  /** How the noise of the seed was moved, one after the other, towards that of other seeds. */
  readonly variations: readonly Variation[];
  /** The parts of an earlier take that were made anew with this seed; all of it without. */
  readonly renewed?: readonly TimeSpan[];
  /** What a person set of when its sound is to be heard, in the part it was made for; without, the picture was read. */
  readonly timing?: Timing;
  readonly prompt: string;
  readonly negative: string;
  readonly sampler: SamplerChoice;
  readonly pack: string;
  /** SHA-256 of the pack's manifest. */
  readonly packHash: string;
  /** The variant of the pack; the default, or the only one there was, without. */
  readonly variant?: string;
  readonly backend: Backend;
}

/** `latents` are float32 as the engine gave them: what parts of the take can be made anew from. */
export type TakeMedia =
  | {
      readonly task: 'v2a';
      /** audio/wav, mono, 32-bit float, as generated. */
      readonly sound: BlobId;
      readonly sampleRate: number;
      readonly latents: BlobId | undefined;
    }
  | {
      readonly task: 'a2v';
      /** video/mp4 as generated, with the sound it was made for. */
      readonly clip: BlobId;
      readonly latents: BlobId | undefined;
    };

export type TakeId = string & { readonly __brand: 'TakeId' };

/** A finished take: what was generated, what it looks and sounds like, and all it takes to make it again. */
export interface Take {
  readonly id: TakeId;
  readonly recipe: Recipe;
  readonly media: TakeMedia;
  /** Of the generated sound, or of the sound the clip was made for; takes are stored with this word. */
  readonly sketch: SoundSummary;
  readonly understood: readonly string[];
  /** The eyes typed those words; left out: they did not. */
  readonly byEyes?: boolean;
  readonly notices: readonly Notice[];
  readonly seconds: TakeSeconds;
  /** Kept among many: marked by the person. */
  readonly starred: boolean;
  /** How its sound is shaped over the original's; clips have no use for it. */
  readonly edit: Edit;
}
