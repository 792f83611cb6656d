/**
 * Bringing a pack to life: download, choose a backend, create sessions, golden check. Every step down from the preferred
 * backend leaves a notice.
 */
import { AppError } from '../errors.ts';
import { gpuDrawback, gpuObstacleOf, type Capability } from '../model/capability.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Notice } from '../notices.ts';
import type { LoadPackOptions, Pack } from '../model/pack.ts';
import { graphsInUse } from '../model/validate.ts';
import { checkGolden } from './golden.ts';
import type { Backend, EngineInfo, EngineProgress, LoadRequest } from './protocol.ts';
import type { GraphRunner } from './runner.ts';

export interface RunnerRequest {
  readonly pack: Pack;
  /** Names of the graphs that are used. */
  readonly graphs: readonly string[];
  readonly backend: Backend;
  readonly signal: AbortSignal;
  readonly onSession: (done: number) => void;
  readonly strictPlacement: boolean;
  readonly maxBufferBytes: number;
}

/** What loading needs of the outside; the worker gives the real ones, tests their own. */
export interface LoaderDeps {
  loadPack(packUrl: string, options: LoadPackOptions): Promise<Pack>;
  probeCapability(): Promise<Capability>;
  createRunner(request: RunnerRequest): Promise<GraphRunner>;
}

export interface LoadedEngine {
  readonly runner: GraphRunner;
  readonly manifest: Manifest;
  readonly info: EngineInfo;
}

/** Throws AppError; `cancelled` soon after the signal is aborted. */
export async function loadEngine(
  deps: LoaderDeps,
  request: LoadRequest,
  signal: AbortSignal,
  onProgress: (progress: EngineProgress) => void,
): Promise<LoadedEngine> {
  const [pack, capability] = await Promise.all([
    deps.loadPack(request.packUrl, {
      signal,
      part: request.part,
      onBytes: (loadedBytes, totalBytes) => onProgress({ kind: 'download', loadedBytes, totalBytes }),
    }),
    deps.probeCapability(),
  ]);
  const notices = [...pack.notices];
  for (const backend of backendsToTry(request.backend, capability, pack.manifest, notices)) {
    try {
      const runner = await start(deps, pack, backend, capability, request, signal, onProgress);
      return { runner, manifest: pack.manifest, info: describe(pack, backend, notices) };
    } catch (error) {
      const failure = AppError.from(error);
      const next = request.backend === 'auto' && backend === 'webgpu';
      if (!next || failure.code === 'cancelled') throw failure;
      notices.push(gpuFailed(failure));
    }
  }
  throw new AppError('no-backend', 'No backend of this browser can run the model.', 'Try another browser.');
}

/** Backends in order of preference; explains in `notices` what is left out. Throws AppError `no-webgpu`. */
export function backendsToTry(
  wanted: LoadRequest['backend'],
  { gpu }: Capability,
  { requires }: Pick<Manifest, 'requires'>,
  notices: Notice[],
): Backend[] {
  if (wanted === 'wasm') return ['wasm'];
  if (wanted === 'webgpu') {
    const obstacle = gpuObstacleOf(gpu, requires);
    if (obstacle === undefined) return ['webgpu'];
    throw new AppError(
      'no-webgpu',
      `WebGPU cannot be used here: ${obstacle.reason}.`,
      'Choose the automatic backend, or a browser with WebGPU.',
      { values: { reason: obstacle.code, detail: obstacle.detail } },
    );
  }
  const drawback = gpuDrawback(gpu, requires);
  if (drawback === undefined) return ['webgpu', 'wasm'];
  notices.push(drawback);
  return ['wasm'];
}

/** What is said when a GPU that was to be used failed. */
export function gpuFailed(failure: AppError): Notice {
  return {
    code: 'gpu-failed',
    message: `${failure.message} The processor is used instead (WASM), which is slower.`,
    values: { code: failure.code },
  };
}

async function start(
  deps: LoaderDeps,
  pack: Pack,
  backend: Backend,
  { gpu }: Capability,
  request: LoadRequest,
  signal: AbortSignal,
  onProgress: (progress: EngineProgress) => void,
): Promise<GraphRunner> {
  const { manifest, files } = pack;
  const graphs = graphsInUse(manifest, request.part);
  const cases = manifest.golden.cases.filter(({ graph }) => graphs.includes(graph));
  const sessions = graphs.length;
  const steps = sessions + cases.length;
  const onStep = (step: number) => onProgress({ kind: 'prepare', step, steps });
  onStep(0);
  const runner = await deps.createRunner({
    pack,
    graphs,
    backend,
    signal,
    onSession: onStep,
    strictPlacement: request.strictPlacement ?? false,
    maxBufferBytes: backend === 'webgpu' && gpu.available ? gpu.maxBufferBytes : Infinity,
  });
  try {
    const golden = files.get(manifest.golden.file);
    if (!golden) throw new AppError('internal', 'The golden file was not loaded.');
    await checkGolden(runner, { ...manifest.golden, cases }, golden, signal, (done) => onStep(sessions + done));
    return runner;
  } catch (error) {
    await runner.release();
    throw error;
  }
}

function describe({ manifest, hash }: Pack, backend: Backend, notices: readonly Notice[]): EngineInfo {
  const { fps, frameSize, outputFrameSize, sampleRate } = manifest.grid;
  return {
    pack: manifest.name,
    packHash: hash,
    backend,
    notices,
    sampler: manifest.sampler,
    grid: { fps, frameSize, outputFrameSize, sampleRate },
    vocabulary: manifest.text.vocabulary,
    synonyms: manifest.text.synonyms,
  };
}
