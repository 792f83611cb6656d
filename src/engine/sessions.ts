/** The graph runner over ONNX Runtime: one session per graph, one call at a time, intermediate tensors left on the GPU. */
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-web/webgpu';
import { AppError } from '../errors.ts';
import type { GraphSpec, Manifest } from '../model/manifest.ts';
import { graphsInUse } from '../model/validate.ts';
import { MAX_BATCH } from '../sampler/windows.ts';
import { SerialQueue } from '../serial-queue.ts';
import { checkpoint } from './checkpoint.ts';
import { deviceLost, runtimeFailure } from './failures.ts';
import type { Backend } from './protocol.ts';
import { staysOnDevice, type GraphRunner, type RunTensor } from './runner.ts';

/** Creates the session of one graph; where the bytes come from is the caller's affair (bytes in browsers, files in Node). */
export type SessionFactory = (graph: GraphSpec, options: InferenceSession.SessionOptions) => Promise<InferenceSession>;

export interface RunnerOptions {
  readonly manifest: Manifest;
  /** Names of the graphs that are used; left out: all. */
  readonly graphs?: readonly string[];
  readonly backend: Backend;
  readonly createSession: SessionFactory;
  /** The Tensor class of the same ONNX Runtime. */
  readonly Tensor: TensorConstructor;
  readonly signal: AbortSignal;
  /** Called after each created session. */
  readonly onSession?: (done: number, all: number) => void;
  /** Fail instead of letting any node of a WebGPU session run on the processor. */
  readonly strictPlacement?: boolean;
  /** Largest GPU buffer in bytes; bounds the batch. */
  readonly maxBufferBytes?: number;
  /** Whether the GPU has been lost; the errors of ONNX Runtime alone do not tell. */
  readonly isDeviceLost?: () => boolean;
  /** Execution provider of the `wasm` backend; Node's runtime calls it `cpu`. */
  readonly cpuProvider?: 'wasm' | 'cpu';
}

/**
 * One queue for everything of this thread: ONNX Runtime in the browser does one thing at a time. A second `create`, `run` or
 * `release` beside a first one, be it of another session, hangs or corrupts it.
 */
export const queue = new SerialQueue();

export async function createOrtRunner(options: RunnerOptions): Promise<GraphRunner> {
  const { manifest, backend, signal, Tensor, onSession } = options;
  const onDevice = backend === 'webgpu' ? staysOnDevice(manifest) : new Set<string>();
  const names = options.graphs ?? graphsInUse(manifest);
  const sessions = new Map<string, InferenceSession>();
  const release = async () => {
    for (const [name, session] of sessions) {
      sessions.delete(name);
      await queue.add(() => session.release());
    }
  };
  try {
    for (const name of names) {
      await checkpoint(signal);
      const graph = graphOf(manifest, name);
      const session = await queue.add(() =>
        options.createSession(graph, sessionOptions(options, onDevice.has(name))).catch((error: unknown) => {
          throw runtimeFailure(error, `loading ${graph.file} on ${backend}`);
        }),
      );
      sessions.set(name, session);
      onSession?.(sessions.size, names.length);
    }
  } catch (error) {
    await release();
    throw error;
  }

  return {
    backend,
    maxBatch: maxBatch(manifest, options.maxBufferBytes),
    tensor: (data, dims) => wrap(new Tensor('float32', data, dims)),
    async run(name, inputs) {
      const session = sessions.get(name);
      if (!session) throw new AppError('internal', `There is no session for the graph "${name}".`);
      const feeds: Record<string, Tensor> = {};
      // An exporter may drop inputs a graph has no use for; ONNX Runtime refuses unknown ones.
      for (const input of session.inputNames) {
        const tensor = inputs[input];
        if (!(tensor instanceof OrtTensor)) {
          throw new AppError('internal', `The graph "${name}" wants the input "${input}".`);
        }
        feeds[input] = tensor.tensor;
      }
      const outputs = await queue.add(() =>
        session.run(feeds).catch(async (error: unknown) => {
          // The news of the loss may come just after the failure.
          await checkpoint(new AbortController().signal);
          throw options.isDeviceLost?.() ? deviceLost(error) : runtimeFailure(error, `running ${name}`);
        }),
      );
      return Object.fromEntries(Object.entries(outputs).map(([key, tensor]) => [key, wrap(tensor)]));
    },
    release,
  };
}

class OrtTensor implements RunTensor {
  readonly tensor: Tensor;
  constructor(tensor: Tensor) {
    this.tensor = tensor;
  }
  get dims() {
    return this.tensor.dims;
  }
  async read() {
    const data = await this.tensor.getData();
    if (!(data instanceof Float32Array)) throw new AppError('internal', `A tensor of ${this.tensor.type} came back.`);
    return data;
  }
  dispose() {
    // Tensors in memory are left to the garbage collector: disposing them would detach data that was read.
    if (this.tensor.location === 'gpu-buffer') this.tensor.dispose();
  }
}

function wrap(tensor: Tensor): OrtTensor {
  return new OrtTensor(tensor);
}

/** @param onDevice whether outputs of a WebGPU session stay on the GPU */
export function sessionOptions(
  { backend, strictPlacement, cpuProvider }: Pick<RunnerOptions, 'backend' | 'strictPlacement' | 'cpuProvider'>,
  onDevice: boolean,
): InferenceSession.SessionOptions {
  if (backend === 'wasm') return { executionProviders: [cpuProvider ?? 'wasm'], logSeverityLevel: 3 };
  return {
    // The object form: options of a provider named by a mere string are ignored.
    executionProviders: [{ name: 'webgpu' }],
    logSeverityLevel: 3,
    preferredOutputLocation: onDevice ? 'gpu-buffer' : 'cpu',
    ...(strictPlacement ? { extra: { session: { disable_cpu_ep_fallback: '1' } } } : {}),
  };
}

function maxBatch(manifest: Manifest, maxBufferBytes = Infinity): number {
  return Math.max(1, Math.min(MAX_BATCH, Math.floor(maxBufferBytes / manifest.requires.largestBuffer)));
}

function graphOf(manifest: Manifest, name: string): GraphSpec {
  const graph = manifest.graphs[name];
  if (!graph) throw new AppError('pack-invalid', `The model pack has no graph "${name}".`);
  return graph;
}
