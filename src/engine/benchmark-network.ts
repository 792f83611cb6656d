/** The network of the benchmark over ONNX Runtime. Its graph is a file of the app; its weights are made up here. */
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-web/webgpu';
import type { BenchmarkNetwork } from './benchmark.ts';
import { runtimeFailure } from './failures.ts';
import type { Backend } from './protocol.ts';
import { queue, sessionOptions } from './sessions.ts';

/** Shapes of segment.onnx with a batch of one, and its external data. */
const TOKENS = [1, 128, 192];
const MODULATION = [1, 1536];
export const WEIGHTS_FILE = 'audio_segment_0.bin';
const WEIGHTS_BYTES = 1_277_440;
/** A harmless value in every type the weights have: 60 as a byte, 0.0115 as a float32 of four such bytes. */
const FILLING = 0x3c;

export interface BenchmarkNetworkOptions {
  readonly backend: Backend;
  /** The session of the graph with these weights; where its bytes come from is the caller's affair. */
  readonly createSession: (weights: Uint8Array, options: InferenceSession.SessionOptions) => Promise<InferenceSession>;
  /** The Tensor class of the same ONNX Runtime. */
  readonly Tensor: TensorConstructor;
  /** Execution provider of the `wasm` backend; Node's runtime calls it `cpu`. */
  readonly cpuProvider?: 'wasm' | 'cpu';
}

/** Throws AppError. */
export async function openBenchmarkNetwork(options: BenchmarkNetworkOptions): Promise<BenchmarkNetwork> {
  const { backend, Tensor } = options;
  const doing = `testing the speed on ${backend}`;
  const attempt = <T>(work: () => Promise<T>): Promise<T> =>
    queue.add(() =>
      work().catch((error: unknown) => {
        throw runtimeFailure(error, doing);
      }),
    );
  const session = await attempt(() =>
    options.createSession(new Uint8Array(WEIGHTS_BYTES).fill(FILLING), sessionOptions(options, true)),
  );
  // Values around zero, as normalised tokens are; denormal numbers would slow processors down.
  const wave = (shape: readonly number[]) =>
    new Tensor(
      'float32',
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i)),
      shape,
    );
  const tokens = wave(TOKENS);
  const cond = wave(MODULATION);
  return {
    async run(passes) {
      let h: Tensor = tokens;
      for (let pass = 0; pass < passes; pass++) {
        const { h_out } = await attempt(() => session.run({ h, cond }));
        if (h !== tokens) release(h);
        if (!h_out) throw runtimeFailure('it has no output', doing);
        h = h_out;
      }
      await h.getData();
      if (h !== tokens) release(h);
    },
    release: () => queue.add(() => session.release()),
  };
}

/** Tensors in memory are left to the garbage collector. */
function release(tensor: Tensor): void {
  if (tensor.location === 'gpu-buffer') tensor.dispose();
}
