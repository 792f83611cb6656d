/**
 * One run from file to MP4s: decode and load the model once, then sample and write take after take. Holds no state but
 * the loaded model's.
 */
import { AppError } from '../errors.ts';
import type { Engine, EngineInfo, GenerateRequest, GenerateResult, LoadRequest } from '../engine/protocol.ts';
import type { Media } from '../media/types.ts';
import type { Manifest, Task } from '../model/manifest.ts';
import { distinct, type Notice } from '../notices.ts';
import type { BlobRegistry } from './blobs.ts';
import { samplerChoice, samplerSettings, takeSeeds } from './draft.ts';
import { exportName } from './naming.ts';
import { createEstimator, fromEngine, fromMedia, type Step } from './progress.ts';
import type { Draft, Result, Source, TakeCount } from './types.ts';

export interface GeneratorDeps {
  readonly engine: Engine;
  readonly media: Media;
  readonly blobs: BlobRegistry;
  readonly load: LoadRequest;
  readonly readPack: (signal: AbortSignal) => Promise<Manifest>;
  readonly now: () => number;
}

export interface GenerationRequest {
  readonly source: Source;
  readonly task: Task;
  readonly draft: Draft;
}

export interface GenerationListener {
  onStep(step: Step & TakeCount): void;
  /** Called as soon as a take is finished; an error or a stop afterwards takes nothing back. */
  onTake(take: Result): void;
}

/** Resolves when all takes of the draft are made. */
export type Generate = (signal: AbortSignal, request: GenerationRequest, listener: GenerationListener) => Promise<void>;

/** After these the engine starts anew, perhaps on another backend, so what is known of it no longer holds. */
const ENGINE_LOST = new Set(['device-lost', 'out-of-memory', 'engine-crashed']);

/** The decoded file, without what differs between takes. */
type Given = { readonly task: 'v2a'; rgb: Uint8Array; count: number } | { readonly task: 'a2v'; samples: Float32Array };

export function createGenerator({ engine, media, blobs, load, readPack, now }: GeneratorDeps): Generate {
  let loaded: EngineInfo | undefined;

  return async (signal, request, listener) => {
    const { source, task, draft } = request;
    const file = blobs.file(source.blob);
    const { duration } = source.info;
    const seeds = takeSeeds(draft);
    const watch = createWatch(now);
    let onStep = reporter(0);

    let start = now();
    const manifest = await readPack(signal);
    let given = await watch(() => decode(manifest));
    let info = await watch(() => loadModel(manifest));
    for (const [index, seed] of seeds.entries()) {
      if (index > 0) {
        onStep = reporter(index);
        // Only the first take waited for the file and the model.
        start = now();
        given = { ...given, seconds: 0 };
        info = { ...info, seconds: 0 };
      }
      listener.onTake(await make({ ...draft, seed }));
    }

    /** Progress of one take, with an estimate of its own. */
    function reporter(index: number): (step: Step) => void {
      const estimate = createEstimator(now);
      return (step) => listener.onStep({ ...estimate(step), take: index + 1, takes: seeds.length });
    }

    async function make(draft: Draft): Promise<Result> {
      const settings = samplerSettings(manifest, task, draft);
      const made = await runEngine({ ...copied(given.value), duration, settings });
      const notices = [...info.value.notices, ...made.notices];
      const written = await watch(() => write(info.value, made, notices));
      return {
        blob: blobs.put(written.value),
        fileName: exportName(source.name, task, draft.seed),
        bytes: written.value.size,
        sketch: made.sketch,
        task,
        sourceName: source.name,
        duration,
        seed: draft.seed,
        prompt: settings.prompt,
        negative: settings.negative,
        sampler: samplerChoice(manifest, task, draft),
        understood: made.understood,
        pack: info.value.pack,
        packHash: info.value.packHash,
        backend: info.value.backend,
        notices: distinct(notices),
        seconds: {
          decode: given.seconds,
          load: info.seconds,
          encode: made.timings.encode,
          sample: made.timings.sample,
          render: made.timings.decode,
          mux: written.seconds,
          total: now() - start,
        },
      };
    }

    async function decode({ grid }: Manifest): Promise<Given> {
      const onProgress = (part: Parameters<typeof fromMedia>[1], fraction?: number) =>
        onStep(fromMedia('decode', part, fraction));
      onStep({ stage: 'decode', progress: { kind: 'unknown' } });
      if (task === 'v2a') {
        const options = { fps: grid.fps, size: grid.frameSize, onProgress };
        const { rgb, count } = await media.decodeFrames(signal, file, options);
        return { task, rgb, count };
      }
      const { samples } = await media.decodeAudio(signal, file, { sampleRate: grid.sampleRate, onProgress });
      return { task, samples };
    }

    async function loadModel({ grid }: Manifest): Promise<EngineInfo> {
      if (loaded) return loaded;
      onStep({ stage: 'download', progress: { kind: 'unknown' } });
      const info = await engine.load(signal, load, (progress) => onStep(fromEngine(progress)));
      const same = (['fps', 'frameSize', 'sampleRate'] as const).every((key) => info.grid[key] === grid[key]);
      if (!same) {
        throw new AppError('pack-invalid', 'The model on the server has changed since the page opened.', 'Reload it.');
      }
      loaded = info;
      return info;
    }

    async function runEngine(engineRequest: GenerateRequest): Promise<GenerateResult> {
      try {
        return await engine.generate(signal, engineRequest, (progress) => onStep(fromEngine(progress)));
      } catch (thrown) {
        const error = AppError.from(thrown);
        if (ENGINE_LOST.has(error.code)) loaded = undefined;
        throw error;
      }
    }

    function write({ grid }: EngineInfo, result: GenerateResult, notices: Notice[]): Promise<Blob> {
      const onProgress = (part: Parameters<typeof fromMedia>[1], fraction?: number) =>
        onStep(fromMedia('mux', part, fraction));
      onStep({ stage: 'mux', progress: { kind: 'unknown' } });
      if (result.task === 'v2a') {
        const sound = { samples: result.samples, sampleRate: result.sampleRate };
        return media.muxSound(signal, file, sound, { onProgress, onNotice: (notice) => notices.push(notice) });
      }
      const options = { duration, outputSize: grid.outputFrameSize, onProgress };
      return media.encodeClip(signal, result, file, options);
    }
  };
}

/** The engine's worker takes buffers over: each take needs its own. */
function copied(given: Given): Given {
  return given.task === 'v2a' ? { ...given, rgb: given.rgb.slice() } : { ...given, samples: given.samples.slice() };
}

/** Runs work and says how long it took. */
function createWatch(now: () => number) {
  return async <T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> => {
    const start = now();
    const value = await work();
    return { value, seconds: now() - start };
  };
}
