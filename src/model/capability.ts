/** What this browser can do, as far as the model is concerned. Works on a page and in a worker. */
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
  | { readonly available: false; readonly reason: string };

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
  const estimate = await navigator.storage?.estimate().catch(() => undefined);
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
  if (!gpu.available) return gpu.reason;
  const missing = requires.features.filter((feature) => !gpu.features.includes(feature));
  if (missing.length > 0) return `the GPU lacks ${missing.join(', ')}`;
  if (requires.largestBuffer > gpu.maxBufferBytes) {
    return `the GPU allows buffers of ${toMiB(gpu.maxBufferBytes)} MiB and the model needs ${toMiB(requires.largestBuffer)} MiB`;
  }
  return undefined;
}

async function probeGpu(gpu: NavigatorLike['gpu']): Promise<GpuCapability> {
  if (!gpu) return { available: false, reason: 'this browser has no WebGPU' };
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (error) {
    return { available: false, reason: `WebGPU failed to start (${String(error)})` };
  }
  if (!adapter) return { available: false, reason: 'WebGPU found no graphics adapter' };
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  return {
    available: true,
    description: description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed GPU',
    software: isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${architecture} ${description}`),
    features: [...adapter.features],
    maxBufferBytes: Math.min(adapter.limits.maxBufferSize, adapter.limits.maxStorageBufferBindingSize),
  };
}

function toMiB(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
