/** What this browser can do, as far as the model is concerned. Works on a page and in a worker. */
import type { Notice } from '../notices.ts';
import { packFiles } from './files.ts';
import type { Manifest } from './manifest.ts';
import { openPackStorage, type PackStorage } from './storage.ts';

export type GpuCapability =
  | {
      readonly available: true;
      /** The adapter in words, as far as the browser tells. */
      readonly description: string;
      /** A processor plays the GPU: right, but far slower than the WASM backend. */
      readonly software: boolean;
      readonly features: readonly string[];
      readonly maxBufferBytes: number;
    }
  | {
      readonly available: false;
      readonly code: Extract<GpuObstacle, 'no-webgpu' | 'no-adapter' | 'gpu-broken'>;
      readonly reason: string;
    };

/** Why a GPU cannot run the model, for words in another language. */
export const GPU_OBSTACLES = ['no-webgpu', 'no-adapter', 'gpu-broken', 'missing-features', 'small-buffers'] as const;
export type GpuObstacle = (typeof GPU_OBSTACLES)[number];

export interface Capability {
  readonly gpu: GpuCapability;
  /** WASM threads need a cross-origin isolated page. */
  readonly crossOriginIsolated: boolean;
  readonly cores: number;
  /** Gigabytes, rounded down by the browser; undefined where it does not say. */
  readonly deviceMemory: number | undefined;
  /** Bytes this site may store and has stored. */
  readonly storage: { readonly quota: number; readonly usage: number } | undefined;
}

/** The part of `navigator` that is asked; replaced in tests. */
export interface NavigatorLike {
  readonly gpu?: Pick<GPU, 'requestAdapter'> | undefined;
  readonly hardwareConcurrency?: number;
  readonly deviceMemory?: number;
  readonly storage?: { estimate(): Promise<StorageEstimate> } | undefined;
}

export async function probeCapability(
  navigator: NavigatorLike = globalThis.navigator,
  isolated = globalThis.crossOriginIsolated,
): Promise<Capability> {
  const estimate = await estimateStorage(navigator.storage);
  return {
    gpu: await probeGpu(navigator.gpu),
    crossOriginIsolated: isolated,
    cores: navigator.hardwareConcurrency ?? 1,
    deviceMemory: navigator.deviceMemory,
    storage: estimate?.quota === undefined ? undefined : { quota: estimate.quota, usage: estimate.usage ?? 0 },
  };
}

/** Why the GPU cannot run this pack, as the end of a sentence; undefined when it can. */
export function gpuObstacle(gpu: GpuCapability, requires: Manifest['requires']): string | undefined {
  return gpuObstacleOf(gpu, requires)?.reason;
}

/** The same with a code, and with the facts of the sentence. */
export function gpuObstacleOf(
  gpu: GpuCapability,
  requires: Manifest['requires'],
): { readonly code: GpuObstacle; readonly reason: string; readonly detail: string } | undefined {
  if (!gpu.available) return { code: gpu.code, reason: gpu.reason, detail: '' };
  const missing = requires.features.filter((feature) => !gpu.features.includes(feature)).join(', ');
  if (missing !== '') return { code: 'missing-features', reason: `the GPU lacks ${missing}`, detail: missing };
  if (requires.largestBuffer > gpu.maxBufferBytes) {
    const [has, needs] = [toMiB(gpu.maxBufferBytes), toMiB(requires.largestBuffer)];
    return {
      code: 'small-buffers',
      reason: `the GPU allows buffers of ${has} MiB and the model needs ${needs} MiB`,
      detail: `${has} < ${needs} MiB`,
    };
  }
  return undefined;
}

/** Why the processor is to be preferred to the GPU, for the person; undefined where it is not. */
export function gpuDrawback(gpu: GpuCapability, requires: Manifest['requires']): Notice | undefined {
  const obstacle = gpuObstacleOf(gpu, requires);
  if (obstacle !== undefined) {
    return {
      code: 'gpu-unusable',
      message: `The processor is used (WASM), which is slower than a GPU, because ${obstacle.reason}.`,
      values: { reason: obstacle.code, detail: obstacle.detail },
    };
  }
  if (gpu.available && gpu.software) {
    return {
      code: 'gpu-emulated',
      message: 'The processor is used (WASM), because WebGPU runs on an emulated, slower GPU here.',
    };
  }
  return undefined;
}

/** What a person should know before the model is downloaded. */
export interface DeviceSurvey {
  readonly capability: Capability;
  /** The backend that `auto` begins with. */
  readonly backend: 'webgpu' | 'wasm';
  /** Why that is not WebGPU, in the words of loading; undefined where it is. */
  readonly notice: Notice | undefined;
  /** WASM runs on several threads: the page is cross-origin isolated and there is more than one core. */
  readonly wasmThreads: boolean;
  /** Bytes of the whole pack, and what of it must still be fetched. */
  readonly packBytes: number;
  readonly fetchBytes: number;
  /** Where a download is kept for the next visit; `none` in private windows of some browsers. */
  readonly keeps: 'stored' | 'none';
  /** Bytes this site may still store; undefined where the browser does not say. */
  readonly storageLeft: number | undefined;
  /** `storageLeft` is known and too little for what must be fetched: the model would be fetched again on every visit. */
  readonly storageShort: boolean;
}

export interface SurveyOptions {
  readonly navigator?: NavigatorLike;
  readonly isolated?: boolean;
  /** Left out: the browser's Cache Storage. `null`: none. */
  readonly storage?: PackStorage | null;
}

/** Never rejects: what cannot be found out is reported as missing. Downloads nothing and asks the network nothing. */
export async function surveyDevice(manifest: Manifest, options: SurveyOptions = {}): Promise<DeviceSurvey> {
  const { navigator = globalThis.navigator, isolated = globalThis.crossOriginIsolated } = options;
  const [capability, storage] = await Promise.all([
    probeCapability(navigator, isolated),
    options.storage === undefined ? openPackStorage() : options.storage,
  ]);
  const { gpu, cores } = capability;
  const notice = gpuDrawback(gpu, manifest.requires);
  const sum = (files: readonly { bytes: number }[]) => files.reduce((total, { bytes }) => total + bytes, 0);
  const files = packFiles(manifest);
  // An entry that cannot be looked up counts as missing: it would be fetched.
  const stored = await Promise.all(
    files.map(({ sha256 }) => Promise.resolve(storage?.has(sha256) ?? false).catch(() => false)),
  );
  const fetchBytes = sum(files.filter((_, index) => !stored[index]));
  const left = capability.storage && Math.max(0, capability.storage.quota - capability.storage.usage);
  return {
    capability,
    backend: notice === undefined ? 'webgpu' : 'wasm',
    notice,
    wasmThreads: isolated && cores > 1,
    packBytes: sum(files),
    fetchBytes,
    keeps: storage ? 'stored' : 'none',
    storageLeft: left,
    storageShort: left !== undefined && left < fetchBytes,
  };
}

async function probeGpu(gpu: NavigatorLike['gpu']): Promise<GpuCapability> {
  if (!gpu) return { available: false, code: 'no-webgpu', reason: 'this browser has no WebGPU' };
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (error) {
    return { available: false, code: 'gpu-broken', reason: `WebGPU failed to start (${String(error)})` };
  }
  if (!adapter) return { available: false, code: 'no-adapter', reason: 'WebGPU found no graphics adapter' };
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  return {
    available: true,
    description: description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed GPU',
    software: isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${architecture} ${description}`),
    features: [...adapter.features],
    maxBufferBytes: Math.min(adapter.limits.maxBufferSize, adapter.limits.maxStorageBufferBindingSize),
  };
}

/** Undefined where the browser does not say; some throw at once instead of rejecting. */
async function estimateStorage(storage: NavigatorLike['storage']): Promise<StorageEstimate | undefined> {
  try {
    return await storage?.estimate();
  } catch {
    return undefined;
  }
}

function toMiB(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
