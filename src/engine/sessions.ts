/** The graph runner over ONNX Runtime: one session per graph, one call at a time, intermediate tensors left on the GPU. */
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-web/webgpu';
import { AppError } from '../errors.ts';
import type { GraphSpec, Manifest } from '../model/manifest.ts';
import { MAX_BATCH } from '../sampler/windows.ts';
import { SerialQueue, untilAborted } from '../serial-queue.ts';
import { checkpoint } from './checkpoint.ts';
import { deviceLost, runtimeFailure } from './failures.ts';
import type { Backend } from './protocol.ts';
import { staysOnDevice, type GraphRunner, type RunTensor } from './runner.ts';

/** Gives the bytes of a file of the pack, as soon as they are there. */
export type FileSource = (file: string) => Promise<Uint8Array>;

/** Creates the session of one graph when its bytes have been fetched (in Node it finds them beside the graph). */
export type SessionFactory = (
  graph: GraphSpec,
  options: InferenceSession.SessionOptions,
  bytes: ReadonlyMap<string, Uint8Array>,
) => Promise<InferenceSession>;

const NO_BYTES = new Uint8Array();

export interface RunnerOptions {
  readonly manifest: Manifest;
  readonly backend: Backend;
  readonly createSession: SessionFactory;
  /** The Tensor class of the same ONNX Runtime. */
  readonly Tensor: TensorConstructor;
  /** Fail instead of letting any node of a WebGPU session run on the processor. */
  readonly strictPlacement?: boolean;
  /** Largest GPU buffer in bytes; bounds the batch. */
  readonly maxBufferBytes?: number;
  /** Whether the GPU has been lost; the errors of ONNX Runtime alone do not tell. */
  readonly isDeviceLost?: () => boolean;
  /** Execution provider of the `wasm` backend; Node's runtime calls it `cpu`. */
  readonly cpuProvider?: 'wasm' | 'cpu';
}

export interface AddOptions {
  /** Left out: the factory finds them by itself. */
  readonly file?: FileSource;
  readonly signal: AbortSignal;
  /** Called after each created session. */
  readonly onSession?: (done: number) => void;
}

export interface OrtRunner extends GraphRunner {
  /** Makes sessions of further graphs, in this order. When it fails, the runner is as it was before. Throws AppError. */
  add(graphs: readonly string[], options: AddOptions): Promise<void>;
}

/**
 * One queue for everything of this thread: ONNX Runtime in the browser does one thing at a time. A second `create`, `run` or
 * `release` beside a first one, be it of another session, hangs or corrupts it.
 */
export const queue = new SerialQueue();

/** A runner without any graphs yet. */
export function createOrtRunner(options: RunnerOptions): OrtRunner {
  const { manifest, backend, Tensor } = options;
  const onDevice = backend === 'webgpu' ? staysOnDevice(manifest) : new Set<string>();
  const sessions = new Map<string, InferenceSession>();
  const release = async (names: Iterable<string> = [...sessions.keys()]) => {
    for (const name of names) {
      const session = sessions.get(name);
      sessions.delete(name);
      if (session) await queue.add(() => session.release());
    }
  };

  async function bytesOf({ file, data }: GraphSpec, source: FileSource | undefined) {
    const files = source ? [file, ...(data ? [data.file] : [])] : [];
    return new Map(await Promise.all(files.map(async (name) => [name, (await source?.(name)) ?? NO_BYTES] as const)));
  }

  return {
    async add(graphs, { file, signal, onSession }) {
      const added: string[] = [];
      try {
        for (const name of graphs) {
          // Left by an attempt that failed after it.
          if (sessions.has(name)) continue;
          await checkpoint(signal);
          const graph = graphOf(manifest, name);
          const bytes = await untilAborted(signal, bytesOf(graph, file));
          const session = await queue.add(() =>
            options.createSession(graph, sessionOptions(options, onDevice.has(name)), bytes).catch((error: unknown) => {
              throw runtimeFailure(error, `loading ${graph.file} on ${backend}`);
            }),
          );
          sessions.set(name, session);
          added.push(name);
          onSession?.(added.length);
        }
      } catch (error) {
        await release(added);
        throw error;
      }
    },
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
    release: () => release(),
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
