/** ONNX Runtime as the browser runs it: the native WebGPU build, its files served by this app, sessions from bytes. */
import * as ort from 'onnxruntime-web/webgpu';
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { AppError } from '../errors.ts';
import { WEIGHTS_FILE, type BenchmarkNetworkOptions } from './benchmark-network.ts';
import segment from './benchmark/segment.onnx?url';
import type { SessionFactory } from './sessions.ts';

/** More threads than this gain nothing on networks of this size. */
const MAX_THREADS = 4;

/** Call once in the worker, before the first session. */
export function configureOrt(): void {
  // Both files must be named: in a bundled worker the threads of the embedded runtime would start this worker's own
  // script again and hang.
  ort.env.wasm.wasmPaths = { mjs: new URL(mjs, self.location.href).href, wasm: new URL(wasm, self.location.href).href };
  ort.env.wasm.numThreads = wasmThreads();
  ort.env.logLevel = 'error';
}

/** Threads that WASM can have here: they need a cross-origin isolated page. */
export function wasmThreads(): number {
  return self.crossOriginIsolated ? Math.min(MAX_THREADS, navigator.hardwareConcurrency) : 1;
}

/** The session of the benchmark's graph, which is a file of the app. */
export const benchmarkSession: BenchmarkNetworkOptions['createSession'] = async (weights, options) => {
  const response = await fetch(segment);
  if (!response.ok) throw new AppError('internal', `A file of this app is missing (${segment}).`, 'Reload the page.');
  const graph = new Uint8Array(await response.arrayBuffer());
  return ort.InferenceSession.create(graph, { ...options, externalData: [{ path: WEIGHTS_FILE, data: weights }] });
};

/** Sessions from the bytes of a pack; weights go in as external data, which keeps them out of the WASM heap. */
export function sessionsFrom(files: ReadonlyMap<string, Uint8Array>): SessionFactory {
  const bytesOf = (file: string) => {
    const bytes = files.get(file);
    if (!bytes) throw new AppError('internal', `The pack file ${file} was not loaded.`);
    return bytes;
  };
  return (graph, options) =>
    ort.InferenceSession.create(bytesOf(graph.file), {
      ...options,
      ...(graph.data ? { externalData: [{ path: graph.data.file, data: bytesOf(graph.data.file) }] } : {}),
    });
}

export const { Tensor } = ort;

/** Tells whether the GPU of the sessions has been lost since. Call after the first WebGPU session was created. */
export async function watchDevice(): Promise<() => boolean> {
  const device = await ort.env.webgpu.device;
  let lost = false;
  void device.lost.then(() => (lost = true));
  return () => lost;
}
