/** Messages between the engine client and its worker: types only. */
import type { SoundSketch } from '../dsp/sketch.ts';
import type { ErrorData } from '../errors.ts';
import type { SamplerDefaults, Task } from '../model/manifest.ts';
import type { Notice } from '../notices.ts';

export type Backend = 'webgpu' | 'wasm';

export interface LoadRequest {
  /** Folder of the pack, ending in a slash. */
  readonly packUrl: string;
  /** `auto`: WebGPU where it works (announced when it does not), else WASM. */
  readonly backend: Backend | 'auto';
  /** Refuse to load if any node of a WebGPU graph would run on the processor (for checks; slows nothing). */
  readonly strictPlacement?: boolean;
}

export interface EngineInfo {
  readonly pack: string;
  /** SHA-256 of the manifest: the identity of the pack in recipes. */
  readonly packHash: string;
  readonly backend: Backend;
  /** Why the backend is not the preferred one, or storage fell back to memory; shown to the person. */
  readonly notices: readonly Notice[];
  readonly sampler: Readonly<Record<Task, SamplerDefaults>>;
  readonly grid: {
    readonly fps: number;
    readonly frameSize: number;
    readonly outputFrameSize: number;
    readonly sampleRate: number;
  };
  readonly vocabulary: readonly string[];
  readonly synonyms: Readonly<Record<string, string>>;
}

export interface SamplerSettings extends SamplerDefaults {
  readonly seed: number;
  readonly prompt: string;
  readonly negative: string;
  readonly fusionSet?: string;
}

export interface VideoToAudioRequest {
  readonly task: 'v2a';
  /** RGB bytes [count, frameSize, frameSize, 3] at grid.fps. */
  readonly rgb: Uint8Array;
  readonly count: number;
  /** Seconds of sound wanted (the duration of the video). */
  readonly duration: number;
  readonly settings: SamplerSettings;
  /** Also return the sampled latents (for checks). */
  readonly wantLatents?: boolean;
}

export interface AudioToVideoRequest {
  readonly task: 'a2v';
  /** Mono at grid.sampleRate. */
  readonly samples: Float32Array;
  readonly duration: number;
  readonly settings: SamplerSettings;
  /** Also return the sampled latents (for checks). */
  readonly wantLatents?: boolean;
}

export type GenerateRequest = VideoToAudioRequest | AudioToVideoRequest;

export type GenerateStage = 'encode' | 'sample' | 'decode';

export interface GenerateTimings {
  /** Seconds spent in each stage. */
  readonly encode: number;
  readonly sample: number;
  readonly decode: number;
}

export type GenerateResult =
  | {
      readonly task: 'v2a';
      readonly samples: Float32Array;
      readonly sampleRate: number;
      /** Of the generated sound. */
      readonly sketch: SoundSketch;
      readonly understood: readonly string[];
      /** What was done differently than asked for, and why; shown to the person. */
      readonly notices: readonly Notice[];
      readonly timings: GenerateTimings;
      /** Sampled latents of the padded clip, if they were asked for. */
      readonly latents?: Float32Array;
    }
  | {
      readonly task: 'a2v';
      /** RGB bytes [count, size, size, 3] at fps. */
      readonly rgb: Uint8Array;
      readonly count: number;
      readonly size: number;
      readonly fps: number;
      /** Of the given sound. */
      readonly sketch: SoundSketch;
      readonly understood: readonly string[];
      /** What was done differently than asked for, and why; shown to the person. */
      readonly notices: readonly Notice[];
      readonly timings: GenerateTimings;
      /** Sampled latents of the padded clip, if they were asked for. */
      readonly latents?: Float32Array;
    };

export type EngineProgress =
  | { readonly kind: 'download'; readonly loadedBytes: number; readonly totalBytes: number }
  | { readonly kind: 'prepare'; readonly step: number; readonly steps: number }
  | { readonly kind: 'generate'; readonly stage: GenerateStage; readonly step: number; readonly steps: number };

export type EngineCommand =
  | { readonly id: number; readonly type: 'load'; readonly request: LoadRequest }
  | { readonly id: number; readonly type: 'generate'; readonly request: GenerateRequest }
  | { readonly id: number; readonly type: 'cancel'; readonly target: number };

export type EngineReply =
  | { readonly id: number; readonly type: 'progress'; readonly progress: EngineProgress }
  | { readonly id: number; readonly type: 'loaded'; readonly info: EngineInfo }
  | { readonly id: number; readonly type: 'generated'; readonly result: GenerateResult }
  | { readonly id: number; readonly type: 'failed'; readonly error: ErrorData };

/** What the app holds: implemented by client.ts over the worker (and by fakes in tests of state). */
export interface Engine {
  load(signal: AbortSignal, request: LoadRequest, onProgress: (progress: EngineProgress) => void): Promise<EngineInfo>;
  generate(
    signal: AbortSignal,
    request: GenerateRequest,
    onProgress: (progress: EngineProgress) => void,
  ): Promise<GenerateResult>;
  dispose(): void;
}
