/**
 * The worker's side of the protocol: takes commands, does one job after the other, answers each exactly once. A job brings
 * along what of the model it lacks.
 */
import { AppError, cancelled } from '../errors.ts';
import { runBenchmark, type BenchmarkDeps } from './benchmark.ts';
import { runtimeFailure } from './failures.ts';
import type { PackPart } from '../model/manifest.ts';
import { holdsPart } from '../model/parts.ts';
import { isMoreOf } from './same-pack.ts';
import { loadEngine, type LoadedEngine, type LoaderDeps } from './loader.ts';
import { readClipTiming } from './clip-timing.ts';
import { createPictureMemory, type PictureMemory } from './picture-memory.ts';
import { generate } from './pipeline.ts';
import { decodeLatents, encodeSound } from './transcode.ts';
import type {
  Decoded,
  EngineCommand,
  EngineInfo,
  EngineProgress,
  EngineReply,
  GenerateResult,
  LoadRequest,
} from './protocol.ts';

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
  /** One job, and readings of timing beside a load. */
  const running = new Map<number, { readonly job: Job; readonly abort: AbortController }>();
  let working = false;
  let loaded: (LoadedEngine & { readonly pictures: PictureMemory }) | undefined;

  return (command) => {
    if (command.type !== 'cancel') {
      if (goesBeside(command)) return void perform(command);
      waiting.push(command);
      if (!working) void work();
      return;
    }
    running.get(command.target)?.abort.abort();
    const index = waiting.findIndex((job) => job.id === command.target);
    // A job that has not begun is answered now; a finished one has been answered already.
    if (index >= 0) waiting.splice(index, 1).forEach((job) => fail(job.id, cancelled()));
  };

  async function work(): Promise<void> {
    working = true;
    for (let job = waiting.shift(); job; job = waiting.shift()) await perform(job);
    working = false;
  }

  /** A reading need not wait until the rest of the model has come over a slow network. */
  function goesBeside(job: Job): boolean {
    if (job.type !== 'readTiming' || waiting.length > 0 || !loaded || !holdsPart(loaded.parts, 'timing')) return false;
    const [first] = running.values();
    return running.size === 1 && first?.job.type === 'load' && isMoreOf(loaded, first.job.request);
  }

  async function perform(job: Job): Promise<void> {
    const { id } = job;
    const abort = new AbortController();
    running.set(id, { job, abort });
    const onProgress = (progress: EngineProgress) => post({ id, type: 'progress', progress }, previewBuffers(progress));
    try {
      await run(job, abort.signal, onProgress);
    } catch (error) {
      fail(id, runtimeFailure(error, DOING[job.type]));
    }
    running.delete(id);
  }

  async function run(job: Job, signal: AbortSignal, onProgress: (progress: EngineProgress) => void): Promise<void> {
    const part = partFor(job);
    if (part && loaded && !holdsPart(loaded.parts, part)) await load({ ...loaded.request, part }, signal, onProgress);
    switch (job.type) {
      case 'load': {
        const info = await load(job.request, signal, onProgress);
        post({ id: job.id, type: 'loaded', info }, []);
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

  async function load(
    request: LoadRequest,
    signal: AbortSignal,
    onProgress: (progress: EngineProgress) => void,
  ): Promise<EngineInfo> {
    const before = loaded && isMoreOf(loaded, request) ? loaded : undefined;
    if (before && holdsPart(before.parts, request.part ?? 'whole')) return before.info;
    if (!before) {
      const other = loaded;
      loaded = undefined;
      await other?.runner.release();
    }
    const made = await loadEngine(deps, request, signal, onProgress, before);
    // What was seen in a picture holds for the networks that saw it.
    const pictures = before && before.runner === made.runner ? before.pictures : createPictureMemory();
    loaded = { ...made, pictures };
    return made.info;
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

/** What of the pack a job takes, if any. */
function partFor(job: Job): PackPart | undefined {
  switch (job.type) {
    case 'generate':
      return job.request.task;
    case 'readTiming':
      return 'timing';
    case 'decode':
      return job.request.task === 'v2a' ? 'sound-decoder' : 'picture-decoder';
    case 'encodeSound':
      return 'sound-encoder';
    case 'load':
    case 'benchmark':
      return undefined;
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
