/** One generation from file to MP4: decode, load the model, generate, write. Holds no state but the loaded model's. */
import { AppError } from '../errors.ts';
import type { Engine, EngineInfo, GenerateRequest, GenerateResult, LoadRequest } from '../engine/protocol.ts';
import type { Media } from '../media/types.ts';
import type { Manifest, Task } from '../model/manifest.ts';
import type { BlobRegistry } from './blobs.ts';
import { samplerChoice, samplerSettings } from './draft.ts';
import { exportName } from './naming.ts';
import { createEstimator, fromEngine, fromMedia, type Step } from './progress.ts';
import type { Draft, Result, Source } from './types.ts';

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

type OnStep = (step: Step) => void;
export type Generate = (signal: AbortSignal, request: GenerationRequest, onStep: OnStep) => Promise<Result>;

/** After these the engine starts anew, perhaps on another backend, so what is known of it no longer holds. */
const ENGINE_LOST = new Set(['device-lost', 'out-of-memory', 'engine-crashed']);

export function createGenerator({ engine, media, blobs, load, readPack, now }: GeneratorDeps): Generate {
  let loaded: EngineInfo | undefined;

  return async (signal, request, onProgress) => {
    const { source, task, draft } = request;
    const onStep = compose(createEstimator(now), onProgress);
    const file = blobs.file(source.blob);
    const { duration } = source.info;
    const notices: string[] = [];
    const start = now();
    const watch = createWatch(now);

    const manifest = await readPack(signal);
    const settings = samplerSettings(manifest, task, draft);
    const given = await watch(() => decode(manifest));
    const info = await watch(() => loadModel(manifest));
    const made = await runEngine({ ...given.value, duration, settings });
    const written = await watch(() => write(info.value, made));
    notices.unshift(...info.value.notices);

    return {
      blob: blobs.put(written.value),
      fileName: exportName(source.name, task, draft.seed),
      bytes: written.value.size,
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
      notices: [...new Set(notices)],
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

    async function decode({ grid }: Manifest) {
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

    function write({ grid }: EngineInfo, result: GenerateResult): Promise<Blob> {
      const onProgress = (part: Parameters<typeof fromMedia>[1], fraction?: number) =>
        onStep(fromMedia('mux', part, fraction));
      onStep({ stage: 'mux', progress: { kind: 'unknown' } });
      if (result.task === 'v2a') {
        const sound = { samples: result.samples, sampleRate: result.sampleRate };
        return media.muxSound(signal, file, sound, { onProgress, onNotice: ({ message }) => notices.push(message) });
      }
      const options = { duration, outputSize: grid.outputFrameSize, onProgress };
      return media.encodeClip(signal, result, file, options);
    }
  };
}

function compose(estimate: (step: Step) => Step, onStep: OnStep): OnStep {
  return (step) => onStep(estimate(step));
}

/** Runs work and says how long it took. */
function createWatch(now: () => number) {
  return async <T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> => {
    const start = now();
    const value = await work();
    return { value, seconds: now() - start };
  };
}
