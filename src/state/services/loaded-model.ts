/** The loaded model, for all who need it: loaded once, and again only for another variant or after the engine was lost. */
import { AppError } from '../../errors.ts';
import type { EngineInfo, EngineProgress, ReadTimingRequest } from '../../engine/protocol.ts';
import type { VariantChoice } from '../../model/variants.ts';
import type { TimingTrack } from '../../timing/types.ts';
import { SerialQueue } from '../../serial-queue.ts';
import type { StudioDeps } from './deps.ts';
import type { StudioState } from '../types.ts';

export interface Model {
  readonly loaded: boolean;
  /** Loads the model if it is not there yet. Throws AppError. */
  load(signal: AbortSignal, onProgress: (progress: EngineProgress) => void): Promise<EngineInfo>;
  /**
   * Reads off a picture when its sound is to be heard; what reads it is loaded alone where the model is not there yet.
   * Throws AppError.
   */
  readTiming(
    signal: AbortSignal,
    request: ReadTimingRequest,
    onProgress: (progress: EngineProgress) => void,
  ): Promise<TimingTrack>;
  /** Does work of the engine; when that loses the engine, the next `load` starts it anew. Throws AppError. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** After these the engine starts anew, perhaps on another backend, so what is known of it no longer holds. */
const ENGINE_LOST = new Set(['device-lost', 'out-of-memory', 'engine-crashed']);

interface Loaded {
  readonly info: EngineInfo;
  /** What it was loaded for. */
  readonly choice: VariantChoice;
}

export function createModel(
  { engine, load }: Pick<StudioDeps, 'engine' | 'load'>,
  get: () => Pick<StudioState, 'pack' | 'variant'>,
): Model {
  let loaded: Loaded | undefined;
  /** What only reads timing, while the whole is not loaded. */
  let reader: Loaded | undefined;
  // Whoever asks while it is being loaded must not load it once more.
  const queue = new SerialQueue();
  async function run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (ENGINE_LOST.has(error.code)) loaded = reader = undefined;
      throw error;
    }
  }

  return {
    get loaded() {
      return loaded !== undefined && suits(loaded, get());
    },
    load: (signal, onProgress) =>
      queue.add(async () => {
        const state = get();
        if (loaded && suits(loaded, state)) return loaded.info;
        // The engine lets go of what it has before it loads another.
        loaded = reader = undefined;
        const choice = state.variant;
        const info = await engine.load(signal, { ...load, variant: choice }, onProgress);
        loaded = { info, choice };
        return info;
      }, signal),
    readTiming: (signal, request, onProgress) =>
      queue.add(async () => {
        const state = get();
        if (![loaded, reader].some((there) => there && suits(there, state))) {
          loaded = reader = undefined;
          const choice = state.variant;
          const info = await engine.load(signal, { ...load, variant: choice, part: 'timing' }, onProgress);
          reader = { info, choice };
        }
        return run(() => engine.readTiming(signal, request, onProgress));
      }, signal),
    run,
  };
}

/** Whether what is loaded is what is wanted now: loaded for that choice, or by another name the same. */
function suits({ info, choice }: Loaded, { pack, variant }: Pick<StudioState, 'pack' | 'variant'>): boolean {
  return choice === variant || (pack.phase === 'known' && pack.choice === variant && pack.hash === info.packHash);
}
