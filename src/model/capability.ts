/** What this browser can do, as far as the model is concerned. Works on a page and in a worker. */
import type { Notice } from '../notices.ts';
import type { Manifest } from './manifest.ts';

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

/** The backend to start with: the one that is wanted, or the GPU where it can run this pack faster than the processor. */
export function preferredBackend(
  wanted: 'webgpu' | 'wasm' | 'auto',
  gpu: GpuCapability,
  requires: Manifest['requires'],
): 'webgpu' | 'wasm' {
  if (wanted !== 'auto') return wanted;
  return gpuDrawback(gpu, requires) === undefined ? 'webgpu' : 'wasm';
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
