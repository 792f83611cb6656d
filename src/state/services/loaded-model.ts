/**
 * The loaded model, for all who need it: each part is loaded once, whoever asks, and again only for another variant or after
 * the engine was lost.
 */
import { AppError } from '../../errors.ts';
import type { EngineInfo, EngineProgress, ReadTimingRequest } from '../../engine/protocol.ts';
import type { PackPart } from '../../model/manifest.ts';
import { holdsPart } from '../../model/parts.ts';
import type { VariantChoice } from '../../model/variants.ts';
import type { TimingTrack } from '../../timing/types.ts';
import { SerialQueue } from '../../serial-queue.ts';
import type { StudioDeps } from './deps.ts';
import { shareWork, type SharedWork } from './shared-work.ts';
import type { StudioState } from '../types.ts';

export interface Model {
  /** Whether that part of the wanted variant is there. */
  has(part: PackPart): boolean;
  /**
   * Loads that part if it is not there yet, or waits with others who want it. It is stopped when nobody waits any more. Throws
   * AppError.
   */
  load(signal: AbortSignal, part: PackPart, onProgress: (progress: EngineProgress) => void): Promise<EngineInfo>;
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
  readonly parts: ReadonlySet<PackPart>;
}

interface Coming {
  readonly part: PackPart;
  readonly choice: VariantChoice;
  readonly work: SharedWork<EngineInfo, EngineProgress>;
}

export function createModel(
  { engine, load }: Pick<StudioDeps, 'engine' | 'load'>,
  get: () => Pick<StudioState, 'pack' | 'variant'>,
): Model {
  let loaded: Loaded | undefined;
  const coming = new Set<Coming>();
  // The engine loads one after the other.
  const queue = new SerialQueue();

  async function run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (ENGINE_LOST.has(error.code)) loaded = undefined;
      throw error;
    }
  }

  /** What is loaded, if it is what is wanted now. */
  function wanted(part: PackPart): Loaded | undefined {
    return loaded && suits(loaded, get()) && holdsPart(loaded.parts, part) ? loaded : undefined;
  }

  function begin(part: PackPart, choice: VariantChoice): Coming {
    const work = shareWork<EngineInfo, EngineProgress>((signal, onProgress) =>
      queue.add(async () => {
        const there = wanted(part);
        if (there) return there.info;
        // The engine adds to what it has of the same variant, and lets go of another one before it loads.
        if (loaded && !suits(loaded, get())) loaded = undefined;
        const variant = loaded?.choice ?? choice;
        const info = await run(() => engine.load(signal, { ...load, variant, part }, onProgress));
        loaded = { info, choice: variant, parts: new Set([...(loaded?.parts ?? []), part]) };
        return info;
      }, signal),
    );
    const begun = { part, choice, work };
    coming.add(begun);
    void work.settled.then(() => coming.delete(begun));
    return begun;
  }

  async function loadPart(
    signal: AbortSignal,
    part: PackPart,
    onProgress: (progress: EngineProgress) => void,
  ): Promise<EngineInfo> {
    const there = wanted(part);
    if (there) return there.info;
    const choice = get().variant;
    const same = (one: Coming) => holdsPart([one.part], part) && one.choice === choice && !one.work.abandoned;
    const shared = [...coming].find(same) ?? begin(part, choice);
    return shared.work.join(signal, onProgress);
  }

  return {
    has: (part) => wanted(part) !== undefined,
    load: loadPart,
    async readTiming(signal, request, onProgress) {
      await loadPart(signal, 'timing', onProgress);
      return run(() => engine.readTiming(signal, request, onProgress));
    },
    run,
  };
}

/** Whether what is loaded is what is wanted now: loaded for that choice, or by another name the same. */
function suits({ info, choice }: Loaded, { pack, variant }: Pick<StudioState, 'pack' | 'variant'>): boolean {
  return choice === variant || (pack.phase === 'known' && pack.choice === variant && pack.hash === info.packHash);
}
