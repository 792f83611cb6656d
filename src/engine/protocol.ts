/** Messages between the engine client and its worker: types only. */
import type { FrameBytes } from '../dsp/frames.ts';
import type { SoundSummary } from '../dsp/sound-summary.ts';
import type { TimeSpan } from '../dsp/span.ts';
import type { ErrorData } from '../errors.ts';
import type { Directing } from '../model/directing.ts';
import type { SeenElsewhere } from '../model/eyes.ts';
import type { Manifest, PackPart, SamplerDefaults, Task } from '../model/manifest.ts';
import type { VariantChoice } from '../model/variants.ts';
import type { Notice } from '../notices.ts';
import type { Variation } from '../sampler/noise.ts';
import type { TimingTrack } from '../timing/types.ts';

export type Backend = 'webgpu' | 'wasm';

export interface LoadRequest {
  /** Folder of the pack, ending in a slash. */
  readonly packUrl: string;
  /** Id of a variant of the pack, or `auto`, which is what is meant when it is left out: the one for the backend. */
  readonly variant?: VariantChoice;
  /**
   * What of it is loaded; left out: all. Another part of what is loaded is added to it; a call that takes more than was
   * loaded loads that first.
   */
  readonly part?: PackPart;
  /** `auto`: WebGPU where it works (announced when it does not), else WASM. */
  readonly backend: Backend | 'auto';
  /** Refuse to load if any node of a WebGPU graph would run on the processor (for checks; slows nothing). */
  readonly strictPlacement?: boolean;
}

export interface EngineInfo {
  readonly pack: string;
  /** SHA-256 of the manifest: the identity of the pack in recipes. */
  readonly packHash: string;
  /** Which variant of the pack it is; undefined where it has none. */
  readonly variant: string | undefined;
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
  /** What makes timing of readings, and tracks of timing (model/directing.ts); undefined where the pack has no timing. */
  readonly directing: Directing | undefined;
}

export interface SamplerSettings extends SamplerDefaults {
  readonly seed: number;
  /** Move the noise of what is generated, one after the other; `seed` alone decides everything else. */
  readonly variations?: readonly Variation[];
  readonly prompt: string;
  readonly negative: string;
  readonly fusionSet?: string;
}

/** What of an earlier take stays. */
export interface Keep {
  /** `latents` of the earlier result, of the same task and duration. Copied to the worker: the caller's stay usable. */
  readonly latents: Float32Array;
  /**
   * What is made anew, in seconds of the clip; at least one. Edges move outward to whole latents (audio: 0.032 s, video:
   * 0.128 s with the shipped pack), and a span that reaches the clip's end takes the padding behind it along. Everything
   * else keeps its latents exactly. Use another seed: the earlier take's own leads back to something like it.
   */
  readonly spans: readonly TimeSpan[];
  /**
   * V2A: `samples` of the earlier result, if they are at hand: saves decoding them again, and keeps exactly what was heard
   * even if the earlier take came from another backend or was itself partly regenerated.
   */
  readonly samples?: Float32Array | undefined;
}

interface RequestCommon {
  /** Seconds wanted (the duration of what is given). */
  readonly duration: number;
  readonly settings: SamplerSettings;
  /** Left out: everything is made anew. */
  readonly keep?: Keep;
  /**
   * Sends a `preview` after every so many sampling steps, but for the last; a whole number from 1. Left out: none. Previews
   * are made as small, and then as rare, as it takes to add no more than about 15 % to the sampling time.
   */
  readonly previewEvery?: number;
}

export interface VideoToAudioRequest extends RequestCommon {
  readonly task: 'v2a';
  /** RGB bytes [count, frameSize, frameSize, 3] at grid.fps. */
  readonly rgb: FrameBytes;
  readonly count: number;
  /**
   * When the sound is to be heard, over the padded clip (`trackOf` of model/directing.ts): told in place of what is read
   * off the picture, with any prompt. A pack without timing refuses it.
   */
  readonly timing?: TimingTrack;
  /**
   * What others than the pack's tagger saw in the picture, where the prompt says nothing: used where it is surer than the
   * tagger, or as it is. Words that the pack does not know are left out.
   */
  readonly seen?: SeenElsewhere;
}

/** A picture whose timing is to be read. */
export interface ReadTimingRequest {
  /** RGB bytes [count, frameSize, frameSize, 3] at grid.fps. Copied to the worker: the caller's stay usable. */
  readonly rgb: FrameBytes;
  readonly count: number;
  /** Seconds of the clip. */
  readonly duration: number;
}

export interface AudioToVideoRequest extends RequestCommon {
  readonly task: 'a2v';
  /** Mono at grid.sampleRate. */
  readonly samples: Float32Array;
  /** Hz of the file that they come from, above half of which there is nothing; left out: grid.sampleRate. */
  readonly sourceRate?: number | undefined;
}

export type GenerateRequest = VideoToAudioRequest | AudioToVideoRequest;

export type GenerateStage = 'encode' | 'sample' | 'decode';

export interface StageSeconds {
  /** Seconds spent in each stage. */
  readonly encode: number;
  readonly sample: number;
  readonly decode: number;
}

interface ResultCommon {
  /** The words it was made with: those of the prompt, or those that a picture without one was seen to show. */
  readonly understood: readonly string[];
  /** The eyes typed those words; left out: they did not. */
  readonly byEyes?: boolean;
  /** What was done differently than asked for, and why; shown to the person. */
  readonly notices: readonly Notice[];
  readonly seconds: StageSeconds;
  /** Sampled latents of the padded clip, one after the other; what `Keep` takes. */
  readonly latents: Float32Array;
}

export type GenerateResult =
  | (ResultCommon & {
      readonly task: 'v2a';
      /**
       * Mono. With `keep`, the samples outside the renewed latents are the earlier ones, bit for bit: `keep.samples`, or
       * what `keep.latents` decode to. The two sounds cross-fade within a quarter of a latent (8 ms) inside each edge.
       */
      readonly samples: Float32Array;
      readonly sampleRate: number;
      /** Of the generated sound. */
      readonly summary: SoundSummary;
    })
  | (ResultCommon & {
      readonly task: 'a2v';
      /**
       * RGB bytes [count, size, size, 3] at fps. With `keep`, frames outside the renewed latents are the earlier ones, but
       * for those that the decoder makes with renewed latents as context.
       */
      readonly rgb: Uint8Array;
      readonly count: number;
      readonly size: number;
      readonly fps: number;
      /** Of the given sound. */
      readonly summary: SoundSummary;
    });

/** Where the result is heading, from the estimate of a clean result after `step` of `steps` sampling steps. */
export type Preview = { readonly kind: 'preview'; readonly step: number; readonly steps: number } & (
  | {
      readonly task: 'a2v';
      /** RGB bytes [count, size, size, 3]: single frames spread evenly over the clip. Transferred. */
      readonly frames: Uint8Array;
      readonly count: number;
      readonly size: number;
      /** Seconds of each frame in the clip. */
      readonly times: readonly number[];
    }
  | {
      readonly task: 'v2a';
      /** Largest absolute sample of each of `SUMMARY_POINTS` equal stretches of the clip, 0..1. */
      readonly peaks: readonly number[];
    }
);

/** Latents of a result that was sampled elsewhere, for instance on the device a link came from. */
export interface DecodeRequest {
  /** Whose result they are: sound latents of `v2a`, picture latents of `a2v`. */
  readonly task: Task;
  /** Whole latents one after the other, at least as many as `duration` takes. Copied to the worker. */
  readonly latents: Float32Array;
  /** Seconds of the result. */
  readonly duration: number;
}

export type Decoded =
  | { readonly task: 'v2a'; readonly samples: Float32Array; readonly sampleRate: number }
  | {
      readonly task: 'a2v';
      /** RGB bytes [count, size, size, 3] at fps. */
      readonly rgb: Uint8Array;
      readonly count: number;
      readonly size: number;
      readonly fps: number;
    };

export type EngineProgress =
  | { readonly kind: 'download'; readonly loadedBytes: number; readonly totalBytes: number }
  | { readonly kind: 'prepare'; readonly step: number; readonly steps: number }
  | { readonly kind: 'generate'; readonly stage: GenerateStage; readonly step: number; readonly steps: number }
  | Preview;

export interface BenchmarkRequest {
  /** As for loading. */
  readonly backend: Backend | 'auto';
  /** Of the pack that is to run, where it is known: a GPU that cannot run it is passed over. */
  readonly requires?: Manifest['requires'];
}

/** How fast this device runs the kind of network a pack holds. Measured; goes into `predictSeconds` (model/cost.ts). */
export interface DeviceSpeed {
  readonly backend: Backend;
  /** Billions of floating-point operations a second (a multiply-add is two). */
  readonly gflops: number;
  /** Threads of the WASM backend; 1 without cross-origin isolation. */
  readonly threads: number;
  /** Seconds spent on computing, warm-up included. */
  readonly seconds: number;
  /** Why the backend is not the preferred one; shown to the person. */
  readonly notices: readonly Notice[];
}

export type EngineCommand =
  | { readonly id: number; readonly type: 'load'; readonly request: LoadRequest }
  | { readonly id: number; readonly type: 'generate'; readonly request: GenerateRequest }
  | { readonly id: number; readonly type: 'readTiming'; readonly request: ReadTimingRequest }
  | { readonly id: number; readonly type: 'benchmark'; readonly request: BenchmarkRequest }
  | { readonly id: number; readonly type: 'decode'; readonly request: DecodeRequest }
  /** `samples`: mono at grid.sampleRate. */
  | { readonly id: number; readonly type: 'encodeSound'; readonly samples: Float32Array }
  | { readonly id: number; readonly type: 'cancel'; readonly target: number };

export type EngineReply =
  | { readonly id: number; readonly type: 'progress'; readonly progress: EngineProgress }
  | { readonly id: number; readonly type: 'loaded'; readonly info: EngineInfo }
  | { readonly id: number; readonly type: 'generated'; readonly result: GenerateResult }
  | { readonly id: number; readonly type: 'timingRead'; readonly track: TimingTrack }
  | { readonly id: number; readonly type: 'benchmarked'; readonly speed: DeviceSpeed }
  | { readonly id: number; readonly type: 'decoded'; readonly result: Decoded }
  | { readonly id: number; readonly type: 'encoded'; readonly latents: Float32Array }
  | { readonly id: number; readonly type: 'failed'; readonly error: ErrorData };

/** What the app holds: implemented by client.ts over the worker (and by fakes in tests of state). */
export interface Engine {
  load(signal: AbortSignal, request: LoadRequest, onProgress: (progress: EngineProgress) => void): Promise<EngineInfo>;
  /** Frames (in an array) or samples of the request are handed over: their buffer is detached. */
  generate(
    signal: AbortSignal,
    request: GenerateRequest,
    onProgress: (progress: EngineProgress) => void,
  ): Promise<GenerateResult>;
  /**
   * Reads off a picture when its sound is to be heard: [latents, 2] over the padded clip, windows joined by their weights.
   * `load` first, the whole pack or the part `timing`. Progress is that of the stage `encode`. Throws AppError;
   * `timing-missing` where the pack has no timing.
   */
  readTiming(
    signal: AbortSignal,
    request: ReadTimingRequest,
    onProgress?: (progress: EngineProgress) => void,
  ): Promise<TimingTrack>;
  /**
   * Measures the backend that would be used (`auto` when left out), in about 2 s of computing and without a pack: its
   * network is part of the app. Throws AppError; `cancelled` within one run of the network after an abort.
   */
  benchmark(signal: AbortSignal, request?: BenchmarkRequest): Promise<DeviceSpeed>;
  dispose(): void;
}

/** What else the same worker does, with the pack that was loaded into it. */
export interface Transcoder {
  /** Sound or pictures of latents that came from elsewhere; `load` first. Throws AppError, `internal` for latents that do not fit. */
  decodeLatents(signal: AbortSignal, request: DecodeRequest): Promise<Decoded>;
  /**
   * Latents [ceil(samples / grid.samplesPerLatent), grid.audioChannels] of mono sound at grid.sampleRate, silence added at
   * its end; `load` first. Throws AppError.
   */
  encodeSound(signal: AbortSignal, samples: Float32Array): Promise<Float32Array>;
}
