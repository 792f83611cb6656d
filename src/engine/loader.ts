/**
 * Bringing a pack to life: choose a backend and a variant, download, create sessions, golden check. Every step down from
 * the preferred backend, and from the chosen variant, leaves a notice.
 */
import { AppError } from '../errors.ts';
import { packFiles } from '../model/files.ts';
import { directingOf } from '../model/directing.ts';
import { gpuDrawback, gpuObstacleOf, type Capability } from '../model/capability.ts';
import type { Manifest } from '../model/manifest.ts';
import type { KnownManifest, PackIndex, ReadOptions } from '../model/pack-index.ts';
import { AUTOMATIC, chooseVariant, type Variant } from '../model/variants.ts';
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
  readPackIndex(packUrl: string, options: ReadOptions): Promise<PackIndex>;
  readVariant(packUrl: string, variant: Variant, options: ReadOptions): Promise<KnownManifest>;
  loadPack(packUrl: string, known: KnownManifest, options: LoadPackOptions): Promise<Pack>;
  probeCapability(): Promise<Capability>;
  createRunner(request: RunnerRequest): Promise<GraphRunner>;
}

export interface LoadedEngine {
  readonly runner: GraphRunner;
  readonly manifest: Manifest;
  readonly info: EngineInfo;
  /** The files of a part of the pack, by their SHA-256, for whoever loads all of it; none where all is loaded. */
  readonly inHand?: ReadonlyMap<string, Uint8Array>;
}

/** Throws AppError; `cancelled` soon after the signal is aborted. */
export async function loadEngine(
  deps: LoaderDeps,
  request: LoadRequest,
  signal: AbortSignal,
  onProgress: (progress: EngineProgress) => void,
  inHand?: LoadedEngine['inHand'],
): Promise<LoadedEngine> {
  const [index, capability] = await Promise.all([
    deps.readPackIndex(request.packUrl, { signal }),
    deps.probeCapability(),
  ]);
  const loading: Loading = { deps, request, index, capability, signal, onProgress, inHand, packs: new Map() };
  const notices: Notice[] = [];
  for (const backend of backendsToTry(request.backend, capability, index.manifest, notices)) {
    const attempt = await startAny(loading, backend);
    if (!('failure' in attempt)) {
      const { pack, runner, variant } = attempt;
      const all = [...pack.notices, ...notices, ...attempt.notices];
      const made = { runner, manifest: pack.manifest, info: describe(pack, variant, backend, all) };
      return isPart(request) ? { ...made, inHand: byHash(pack, request.part) } : made;
    }
    const { failure } = attempt;
    const next = request.backend === 'auto' && backend === 'webgpu';
    if (!next || failure.code === 'cancelled') throw failure;
    notices.push(gpuFailed(failure));
  }
  throw new AppError('no-backend', 'No backend of this browser can run the model.', 'Try another browser.');
}

interface Loading {
  readonly deps: LoaderDeps;
  readonly request: LoadRequest;
  readonly index: PackIndex;
  readonly capability: Capability;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EngineProgress) => void;
  readonly inHand: LoadedEngine['inHand'];
  /** What has been downloaded, by the hash of its manifest: a second backend does not fetch it again. */
  readonly packs: Map<string, Pack>;
}

interface Started {
  readonly pack: Pack;
  readonly runner: GraphRunner;
  readonly variant: Variant | undefined;
  readonly notices: readonly Notice[];
}

/**
 * The wanted variant on one backend, or the default in its place, whatever is wrong with the variant. `failure`: the
 * backend runs neither. Throws AppError when the default itself cannot be had.
 */
async function startAny(loading: Loading, backend: Backend): Promise<Started | { readonly failure: AppError }> {
  const { deps, request, index, signal } = loading;
  const { variants } = index;
  const choice = request.variant ?? AUTOMATIC;
  const variant = chooseVariant(variants, choice, backend);
  const [standard] = variants;
  const notices = choice === AUTOMATIC || variant?.id === choice ? [] : [variantUnfit(choice, variant, backend)];
  if (variant && variant !== standard) {
    try {
      const known = await deps.readVariant(request.packUrl, variant, { signal });
      const pack = await packOf(loading, known);
      return { pack, runner: await start(loading, pack, backend), variant, notices };
    } catch (error) {
      const failure = AppError.from(error);
      if (failure.code === 'cancelled') throw failure;
      notices.push(variantFailed(variant, failure));
    }
  }
  const pack = await packOf(loading, index);
  try {
    return { pack, runner: await start(loading, pack, backend), variant: standard, notices };
  } catch (error) {
    return { failure: AppError.from(error) };
  }
}

async function packOf(loading: Loading, known: KnownManifest): Promise<Pack> {
  const { deps, request, signal, onProgress, packs } = loading;
  const there = packs.get(known.hash);
  if (there) return there;
  const pack = await deps.loadPack(request.packUrl, known, {
    signal,
    part: request.part,
    inHand: loading.inHand,
    beside: await besides(loading, known),
    onBytes: (loadedBytes, totalBytes) => onProgress({ kind: 'download', loadedBytes, totalBytes }),
  });
  packs.set(known.hash, pack);
  return pack;
}

/**
 * Manifests of the default and the other variants; undefined where one is not known, so that nothing of it is thrown
 * away. Whoever only needs a part does not ask for them.
 */
async function besides({ deps, request, index, signal }: Loading, known: KnownManifest) {
  const others = index.variants.slice(1).filter(({ manifest }) => manifest.sha256 !== known.hash);
  if (isPart(request) && others.length > 0) return undefined;
  const read = (variant: Variant) => deps.readVariant(request.packUrl, variant, { signal });
  try {
    return [index, ...(await Promise.all(others.map(read)))].map(({ manifest }) => manifest);
  } catch (error) {
    const failure = AppError.from(error);
    if (failure.code === 'cancelled') throw failure;
    return undefined;
  }
}

/** Whether only a part of the pack is wanted. */
function isPart({ part = 'whole' }: LoadRequest): boolean {
  return part !== 'whole';
}

function byHash({ manifest, files }: Pack, part: LoadRequest['part']): ReadonlyMap<string, Uint8Array> {
  const found = packFiles(manifest, part).map(({ file, sha256 }) => [sha256, files.get(file)] as const);
  return new Map(found.flatMap(([sha256, bytes]) => (bytes ? [[sha256, bytes]] : [])));
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

/** What is said when the chosen variant does not suit what is there. */
function variantUnfit(choice: string, taken: Variant | undefined, backend: Backend): Notice {
  const instead = taken?.id ?? '';
  return {
    code: 'variant-unfit',
    message:
      `The “${choice}” model was asked for and is not used: this pack has none for ${BACKEND_NAMES[backend]}. ` +
      (instead === '' ? 'Its only model was used.' : `The “${instead}” model was used instead.`),
    values: { variant: choice, instead, backend },
  };
}

/** What is said when a variant failed. */
function variantFailed({ id }: Variant, failure: AppError): Notice {
  return {
    code: 'variant-failed',
    message: `${failure.message} The standard model was used instead of the “${id}” one.`,
    values: { variant: id, code: failure.code, ...(failure.values?.['file'] ? { file: failure.values['file'] } : {}) },
  };
}

const BACKEND_NAMES = { webgpu: 'WebGPU', wasm: 'the processor' } as const;

async function start(loading: Loading, pack: Pack, backend: Backend): Promise<GraphRunner> {
  const { deps, request, signal, onProgress } = loading;
  const { gpu } = loading.capability;
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

function describe(
  { manifest, hash }: Pack,
  variant: Variant | undefined,
  backend: Backend,
  notices: readonly Notice[],
): EngineInfo {
  const { fps, frameSize, outputFrameSize, sampleRate } = manifest.grid;
  return {
    pack: manifest.name,
    packHash: hash,
    variant: variant?.id,
    backend,
    notices,
    sampler: manifest.sampler,
    grid: { fps, frameSize, outputFrameSize, sampleRate },
    vocabulary: manifest.text.vocabulary,
    synonyms: manifest.text.synonyms,
    directing: directingOf(manifest),
  };
}
