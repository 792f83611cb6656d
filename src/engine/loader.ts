/**
 * Bringing a pack to life: choose a backend and a variant, download, create sessions, golden check. Every step down from
 * the preferred backend, and from the chosen variant, leaves a notice.
 */
import { AppError } from '../errors.ts';
import { directingOf } from '../model/directing.ts';
import { gpuDrawback, gpuObstacleOf, type Capability } from '../model/capability.ts';
import type { Manifest, PackPart } from '../model/manifest.ts';
import type { KnownManifest, PackIndex, ReadOptions } from '../model/pack-index.ts';
import { AUTOMATIC, chooseVariant, type Variant } from '../model/variants.ts';
import { distinct, type Notice } from '../notices.ts';
import { checkKey, type CheckMemory } from '../model/checks.ts';
import { filesOf, goldenFile } from '../model/files.ts';
import type { LoadPackOptions, Pack } from '../model/pack.ts';
import { graphsInUse } from '../model/validate.ts';
import { createArrivals } from './arrivals.ts';
import { checkGolden } from './golden.ts';
import type { Backend, EngineInfo, EngineProgress, LoadRequest } from './protocol.ts';
import type { GraphRunner } from './runner.ts';

export interface RunnerRequest {
  readonly manifest: Manifest;
  /** Names of the graphs that are to run. */
  readonly graphs: readonly string[];
  /** The bytes of a file of theirs, as soon as it has arrived. */
  readonly file: (name: string) => Promise<Uint8Array>;
  /** A runner of the same manifest and backend, made by the same function, that is to run these graphs, too. */
  readonly onto: GraphRunner | undefined;
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
  readonly checks: CheckMemory;
}

export interface LoadedEngine {
  readonly runner: GraphRunner;
  readonly manifest: Manifest;
  readonly info: EngineInfo;
  readonly request: LoadRequest;
  /** Parts of the pack that can be used. */
  readonly parts: ReadonlySet<PackPart>;
  /** What is used again when another part is loaded. */
  readonly known: Known;
}

interface Known {
  readonly index: PackIndex;
  readonly capability: Capability;
  /** What the golden check reads, by its SHA-256, while not all of the pack is loaded. */
  readonly inHand: ReadonlyMap<string, Uint8Array>;
}

/**
 * @param before what was loaded, if this is more of it (`isMoreOf`): its sessions stay, and only what they lack is fetched and
 *   made. It stays usable when this fails, and belongs to the result when it succeeds.
 * @throws AppError; `cancelled` soon after the signal is aborted
 */
export async function loadEngine(
  deps: LoaderDeps,
  request: LoadRequest,
  signal: AbortSignal,
  onProgress: (progress: EngineProgress) => void,
  before?: LoadedEngine,
): Promise<LoadedEngine> {
  const [index, capability] = before
    ? [before.known.index, before.known.capability]
    : await Promise.all([deps.readPackIndex(request.packUrl, { signal }), deps.probeCapability()]);
  const parts = new Set([...(before?.parts ?? []), request.part ?? 'whole']);
  const inHand = new Map(before?.known.inHand);
  const loading: Loading = { deps, request, parts, before, index, capability, signal, onProgress, inHand };
  const notices: Notice[] = [];
  const order = backendsToTry(request.backend, capability, index.manifest, notices);
  // What an earlier part found out about a GPU holds for the next one.
  const first = before ? Math.max(0, order.indexOf(before.info.backend)) : 0;
  for (const backend of order.slice(first)) {
    const attempt = await startAny(loading, backend);
    if (!('failure' in attempt)) {
      const { pack, runner, variant } = attempt;
      if (before && before.runner !== runner) await before.runner.release();
      const all = distinct([...(before?.info.notices ?? []), ...pack.notices, ...notices, ...attempt.notices]);
      const info = describe(pack, variant, backend, all);
      if (parts.has('whole')) inHand.clear();
      return { runner, manifest: pack.manifest, info, request, parts, known: { index, capability, inHand } };
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
  readonly parts: ReadonlySet<PackPart>;
  readonly before: LoadedEngine | undefined;
  readonly index: PackIndex;
  readonly capability: Capability;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EngineProgress) => void;
  /** Files that have been downloaded, by their SHA-256: a second backend does not fetch them again. */
  readonly inHand: Map<string, Uint8Array>;
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
  const { deps, request, index, signal, before } = loading;
  const { variants } = index;
  const choice = request.variant ?? AUTOMATIC;
  const same = before?.info.backend === backend && variants.find(({ id }) => id === before.info.variant);
  const variant = same || chooseVariant(variants, choice, backend);
  const [standard] = variants;
  const notices = choice === AUTOMATIC || variant?.id === choice ? [] : [variantUnfit(choice, variant, backend)];
  if (variant && variant !== standard) {
    try {
      const known = await deps.readVariant(request.packUrl, variant, { signal });
      const made = await start(loading, known, backend);
      if ('failure' in made) throw made.failure;
      return { ...made, variant, notices };
    } catch (error) {
      const failure = AppError.from(error);
      if (failure.code === 'cancelled') throw failure;
      notices.push(variantFailed(variant, failure));
    }
  }
  const made = await start(loading, index, backend);
  return 'failure' in made ? made : { ...made, variant: standard, notices };
}

/**
 * Manifests of the default and the other variants; undefined where one is not known, so that nothing of it is thrown
 * away.
 */
async function besides({ deps, request, index, signal }: Loading, known: KnownManifest) {
  const others = index.variants.slice(1).filter(({ manifest }) => manifest.sha256 !== known.hash);
  const read = (variant: Variant) => deps.readVariant(request.packUrl, variant, { signal });
  try {
    return [index, ...(await Promise.all(others.map(read)))].map(({ manifest }) => manifest);
  } catch (error) {
    const failure = AppError.from(error);
    if (failure.code === 'cancelled') throw failure;
    return undefined;
  }
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

/** Parts whose loading throws away what is left of earlier packs: whoever wants less does not ask for the other variants. */
const TIDIES: ReadonlySet<PackPart> = new Set(['whole', 'v2a', 'a2v']);

/**
 * Downloads what is lacking of a manifest and makes the sessions of each graph as soon as its files are there. `failure`: the
 * backend does not run it. Throws AppError when the files cannot be had.
 */
async function start(
  loading: Loading,
  known: KnownManifest,
  backend: Backend,
): Promise<{ readonly pack: Pack; readonly runner: GraphRunner } | { readonly failure: AppError }> {
  const { deps, request, parts, signal, onProgress, inHand, capability } = loading;
  const { gpu } = capability;
  const { manifest, hash } = known;
  const before = loading.before;
  const onto = before?.info.packHash === hash && before.info.backend === backend ? before : undefined;
  const there = new Set(onto && graphsOf(manifest, onto.parts));
  const graphs = graphsOf(manifest, parts).filter((name) => !there.has(name));
  const key = checkKey(hash, backend, backend === 'webgpu' && gpu.available ? gpu.description : undefined);
  const passed = await deps.checks.passed(key);
  const cases = manifest.golden.cases.filter(({ graph }) => graphs.includes(graph) && !passed.has(graph));
  const wanted = [...filesOf(manifest, graphs), ...(cases.length > 0 ? [goldenFile(manifest)] : [])];

  const steps = graphs.length + cases.length;
  let arrived = false;
  let done = 0;
  // Sessions are made beside the download: they are told of when it is over.
  const onStep = (step: number) => {
    done = step;
    if (arrived) onProgress({ kind: 'prepare', step, steps });
  };

  const arrivals = createArrivals();
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const downloading = deps
    .loadPack(request.packUrl, known, {
      signal: both,
      wanted,
      inHand,
      ...(TIDIES.has(request.part ?? 'whole') ? { beside: () => besides(loading, known) } : {}),
      onFile: (file, bytes) => arrivals.put(file, bytes),
      onBytes: (loadedBytes, totalBytes) => onProgress({ kind: 'download', loadedBytes, totalBytes }),
    })
    .then((pack) => {
      for (const { file, sha256 } of wanted) {
        const bytes = pack.files.get(file);
        if (!bytes) continue;
        inHand.set(sha256, bytes);
        arrivals.put(file, bytes);
      }
      arrived = true;
      onStep(done);
      return pack;
    });
  downloading.catch((error: unknown) => {
    arrivals.fail(AppError.from(error));
    stop.abort();
  });

  let runner: GraphRunner | undefined;
  try {
    runner = await deps.createRunner({
      ...{ manifest, graphs, backend, signal: both, onSession: onStep, onto: onto?.runner },
      file: (name) => arrivals.get(name),
      strictPlacement: request.strictPlacement ?? false,
      maxBufferBytes: backend === 'webgpu' && gpu.available ? gpu.maxBufferBytes : Infinity,
    });
    const pack = await downloading;
    const golden = pack.files.get(manifest.golden.file);
    if (cases.length > 0) {
      if (!golden) throw new AppError('internal', 'The golden file was not loaded.');
      const onCase = (count: number) => onStep(graphs.length + count);
      await checkGolden(runner, { ...manifest.golden, cases }, golden, signal, onCase);
      await deps.checks.remember(key, new Set(cases.map(({ graph }) => graph)));
    }
    // Sessions have their own copies by now.
    for (const { sha256 } of filesOf(manifest, graphs)) inHand.delete(sha256);
    return { pack, runner };
  } catch (error) {
    if (runner && runner !== onto?.runner) await runner.release();
    await downloading;
    const failure = AppError.from(error);
    if (failure.code === 'cancelled') throw failure;
    return { failure };
  }
}

function graphsOf(manifest: Manifest, parts: Iterable<PackPart>): string[] {
  return [...new Set([...parts].flatMap((one) => graphsInUse(manifest, one)))];
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
