/**
 * ONNX Runtime as the browser runs it: the build that a backend needs and no other one, its files served by this app, sessions
 * from bytes.
 */
import type * as Ort from 'onnxruntime-web/webgpu';
import type { InferenceSession, TensorConstructor } from 'onnxruntime-web/webgpu';
import asyncifyMjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiMjs from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import plainMjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import plainWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { AppError } from '../errors.ts';
import { runtimeBuild, type RuntimeBuild } from '../model/runtime-build.ts';
import { WEIGHTS_FILE, type BenchmarkNetworkOptions } from './benchmark-network.ts';
import segment from './benchmark/segment.onnx?url';
import type { Backend } from './protocol.ts';
import type { SessionFactory } from './sessions.ts';

export interface Runtime {
  /** The Tensor class that its sessions know. */
  readonly Tensor: TensorConstructor;
  /** Sessions from the bytes of a pack; weights go in as external data, which keeps them out of the WASM heap. */
  readonly createSession: SessionFactory;
  /** The session of the benchmark's graph, which is a file of the app. */
  readonly benchmarkSession: BenchmarkNetworkOptions['createSession'];
  /** Tells whether the GPU of the sessions has been lost since. Call after the first WebGPU session was created. */
  readonly watchDevice: () => Promise<() => boolean>;
}

interface Build {
  readonly load: () => Promise<typeof Ort>;
  readonly mjs: string;
  readonly wasm: string;
}

const BUILDS: Readonly<Record<RuntimeBuild, Build>> = {
  plain: { load: () => import('onnxruntime-web/wasm'), mjs: plainMjs, wasm: plainWasm },
  jspi: { load: () => import('onnxruntime-web/jspi'), mjs: jspiMjs, wasm: jspiWasm },
  asyncify: { load: () => import('onnxruntime-web/webgpu'), mjs: asyncifyMjs, wasm: asyncifyWasm },
};

/** More threads than this gain nothing on networks of this size. */
const MAX_THREADS = 4;

const opened = new Map<RuntimeBuild, Promise<Runtime>>();

/** The runtime of a backend, fetched when it is first asked for. */
export function openRuntime(backend: Backend): Promise<Runtime> {
  const build = runtimeBuild(backend);
  const runtime = opened.get(build) ?? open(BUILDS[build]);
  opened.set(build, runtime);
  // Whoever waits gets the failure; the next one tries again.
  runtime.catch(() => opened.delete(build));
  return runtime;
}

async function open({ load, mjs, wasm }: Build): Promise<Runtime> {
  let ort: typeof Ort;
  try {
    ort = await load();
  } catch (error) {
    throw new AppError(
      'pack-network',
      'The program that runs the model could not be downloaded: the connection broke.',
      'Check the connection and try again; what has arrived so far is kept.',
      { cause: error, values: { file: 'ONNX Runtime' } },
    );
  }
  // Both files must be named: in a bundled worker the threads of the embedded runtime would start this worker's own
  // script again and hang.
  ort.env.wasm.wasmPaths = { mjs: new URL(mjs, self.location.href).href, wasm: new URL(wasm, self.location.href).href };
  ort.env.wasm.numThreads = wasmThreads();
  ort.env.logLevel = 'error';
  return {
    Tensor: ort.Tensor,
    async createSession(graph, options, bytes) {
      const bytesOf = (file: string) => {
        const found = bytes.get(file);
        if (!found) throw new AppError('internal', `The pack file ${file} was not loaded.`);
        return found;
      };
      return ort.InferenceSession.create(bytesOf(graph.file), {
        ...options,
        ...(graph.data ? { externalData: [{ path: graph.data.file, data: bytesOf(graph.data.file) }] } : {}),
      });
    },
    async benchmarkSession(weights, options): Promise<InferenceSession> {
      const response = await fetch(segment);
      if (!response.ok) {
        throw new AppError('internal', `A file of this app is missing (${segment}).`, 'Reload the page.');
      }
      const graph = new Uint8Array(await response.arrayBuffer());
      return ort.InferenceSession.create(graph, { ...options, externalData: [{ path: WEIGHTS_FILE, data: weights }] });
    },
    async watchDevice() {
      const device = await ort.env.webgpu.device;
      let lost = false;
      void device.lost.then(() => (lost = true));
      return () => lost;
    },
  };
}

/** Threads that WASM can have here: they need a cross-origin isolated page. */
export function wasmThreads(): number {
  return self.crossOriginIsolated ? Math.min(MAX_THREADS, navigator.hardwareConcurrency) : 1;
}
