/** The worker's side of the protocol: takes commands, does one job after the other, answers each exactly once. */
import { AppError, cancelled } from '../errors.ts';
import { runBenchmark, type BenchmarkDeps } from './benchmark.ts';
import { runtimeFailure } from './failures.ts';
import { loadEngine, type LoadedEngine, type LoaderDeps } from './loader.ts';
import { readClipTiming } from './clip-timing.ts';
import { createPictureMemory, type PictureMemory } from './picture-memory.ts';
import { generate } from './pipeline.ts';
import { decodeLatents, encodeSound } from './transcode.ts';
import type { Decoded, EngineCommand, EngineProgress, EngineReply, GenerateResult } from './protocol.ts';

export type HostDeps = LoaderDeps & BenchmarkDeps;
export type PostReply = (reply: EngineReply, transfer: Transferable[]) => void;
type Job = Exclude<EngineCommand, { readonly type: 'cancel' }>;

const DOING = {
  load: 'being loaded',
  generate: 'generating',
  readTiming: 'reading the timing',
  benchmark: 'testing the speed',
  decode: 'decoding',
  encodeSound: 'encoding',
} as const;

export function createHost(deps: HostDeps, post: PostReply): (command: EngineCommand) => void {
  const waiting: Job[] = [];
  let running: { readonly id: number; readonly abort: AbortController } | undefined;
  let loaded: (LoadedEngine & { readonly pictures: PictureMemory }) | undefined;

  return (command) => {
    if (command.type !== 'cancel') {
      waiting.push(command);
      if (!running) void work();
      return;
    }
    if (running?.id === command.target) running.abort.abort();
    const index = waiting.findIndex((job) => job.id === command.target);
    // A job that has not begun is answered now; a finished one has been answered already.
    if (index >= 0) waiting.splice(index, 1).forEach((job) => fail(job.id, cancelled()));
  };

  async function work(): Promise<void> {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const { id } = job;
      const abort = new AbortController();
      running = { id, abort };
      const onProgress = (progress: EngineProgress) =>
        post({ id, type: 'progress', progress }, previewBuffers(progress));
      try {
        await run(job, abort.signal, onProgress);
      } catch (error) {
        fail(id, runtimeFailure(error, DOING[job.type]));
      }
      running = undefined;
    }
  }

  async function run(job: Job, signal: AbortSignal, onProgress: (progress: EngineProgress) => void): Promise<void> {
    switch (job.type) {
      case 'load': {
        const before = loaded;
        loaded = undefined;
        await before?.runner.release();
        // What a part of it needed is not fetched again.
        const made = await loadEngine(deps, job.request, signal, onProgress, before?.inHand);
        loaded = { ...made, pictures: createPictureMemory() };
        post({ id: job.id, type: 'loaded', info: loaded.info }, []);
        return;
      }
      case 'generate': {
        const result = await generate(contextOf(signal, onProgress), job.request);
        post({ id: job.id, type: 'generated', result }, buffersOf(result));
        return;
      }
      case 'readTiming': {
        const track = await readClipTiming(contextOf(signal, onProgress), job.request);
        post({ id: job.id, type: 'timingRead', track }, transferable(track));
        return;
      }
      case 'benchmark':
        post({ id: job.id, type: 'benchmarked', speed: await runBenchmark(deps, job.request, signal) }, []);
        return;
      case 'decode': {
        const result = await decodeLatents(contextOf(signal, onProgress), job.request);
        post({ id: job.id, type: 'decoded', result }, buffersOf(result));
        return;
      }
      case 'encodeSound': {
        const latents = await encodeSound(contextOf(signal, onProgress), job.samples);
        post({ id: job.id, type: 'encoded', latents }, transferable(latents));
        return;
      }
    }
  }

  function contextOf(signal: AbortSignal, onProgress: (progress: EngineProgress) => void) {
    if (!loaded) throw new AppError('internal', 'The model is not loaded.', 'Reload the page.');
    const { runner, manifest, pictures } = loaded;
    return { runner, manifest, pictures, signal, onProgress };
  }

  function fail(id: number, error: AppError): void {
    post({ id, type: 'failed', error: error.toData() }, []);
  }
}

function buffersOf(result: GenerateResult | Decoded): Transferable[] {
  const media = result.task === 'v2a' ? result.samples : result.rgb;
  const latents = 'latents' in result ? [result.latents] : [];
  return transferable(media, ...latents);
}

function previewBuffers(progress: EngineProgress): Transferable[] {
  return progress.kind === 'preview' && progress.task === 'a2v' ? transferable(progress.frames) : [];
}

function transferable(...arrays: readonly (Float32Array | Uint8Array)[]): Transferable[] {
  return arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}
