/** The loaded model, for all who need it: loaded once, and again only after the engine was lost. */
import { AppError } from '../errors.ts';
import type { EngineInfo, EngineProgress } from '../engine/protocol.ts';
import type { StudioDeps } from './core.ts';
import { createTurns } from './turns.ts';

export interface Model {
  readonly loaded: boolean;
  /** Loads the model if it is not there yet. Throws AppError. */
  load(signal: AbortSignal, onProgress: (progress: EngineProgress) => void): Promise<EngineInfo>;
  /** Does work of the engine; when that loses the engine, the next `load` starts it anew. Throws AppError. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** After these the engine starts anew, perhaps on another backend, so what is known of it no longer holds. */
const ENGINE_LOST = new Set(['device-lost', 'out-of-memory', 'engine-crashed']);

export function createModel({ engine, load }: Pick<StudioDeps, 'engine' | 'load'>): Model {
  let loaded: EngineInfo | undefined;
  // Whoever asks while it is being loaded must not load it once more.
  const turns = createTurns();
  return {
    get loaded() {
      return loaded !== undefined;
    },
    load: (signal, onProgress) => turns(signal, async () => (loaded ??= await engine.load(signal, load, onProgress))),
    async run(work) {
      try {
        return await work();
      } catch (thrown) {
        const error = AppError.from(thrown);
        if (ENGINE_LOST.has(error.code)) loaded = undefined;
        throw error;
      }
    },
  };
}
