/** What the pipeline needs of an inference runtime. Implemented over ONNX Runtime in sessions.ts, and by a fake in tests. */
import type { Manifest } from '../model/manifest.ts';
import type { Backend } from './protocol.ts';

/** A float32 tensor, in memory or on the GPU. Whoever gets one from `run` or `tensor` disposes it, once. */
export interface RunTensor {
  readonly dims: readonly number[];
  /** The values; copies them from the GPU when they lie there. */
  read(): Promise<Float32Array>;
  dispose(): void;
}

export interface GraphRunner {
  readonly backend: Backend;
  /** Most items on the batch axis of one run. */
  readonly maxBatch: number;
  /** Wraps `data` without copying: it must not change until the runs that use it are over. */
  tensor(data: Float32Array, dims: readonly number[]): RunTensor;
  /** Inputs and outputs by name. Outputs that `staysOnDevice` names lie on the GPU. Throws AppError. */
  run(graph: string, inputs: Readonly<Record<string, RunTensor>>): Promise<Readonly<Record<string, RunTensor>>>;
  /** Frees all sessions; the runner is unusable afterwards. */
  release(): Promise<void>;
}

/**
 * The graphs whose outputs only feed other graphs: embeddings, Fusion Blocks, and all segments but the last of each
 * backbone, which ends in the velocity that the sampler needs.
 */
export function staysOnDevice({ roles, fusionSets }: Manifest): ReadonlySet<string> {
  return new Set([
    roles.audio.embed,
    ...roles.audio.segments.slice(0, -1),
    roles.video.embed,
    ...roles.video.segments.slice(0, -1),
    ...fusionSets.flatMap((set) => set.blocks),
  ]);
}

/** Owns tensors and disposes all of them at its end. */
export class TensorScope {
  readonly #owned: RunTensor[] = [];

  own<T extends RunTensor>(tensor: T): T {
    this.#owned.push(tensor);
    return tensor;
  }

  /** Owns all outputs of a run. */
  ownAll<T extends Readonly<Record<string, RunTensor>>>(tensors: T): T {
    for (const tensor of Object.values(tensors)) this.#owned.push(tensor);
    return tensors;
  }

  dispose(): void {
    for (const tensor of this.#owned.splice(0)) tensor.dispose();
  }

  /** Runs `work` with a scope that ends with it, whichever way. */
  static async during<T>(work: (scope: TensorScope) => Promise<T>): Promise<T> {
    const scope = new TensorScope();
    try {
      return await work(scope);
    } finally {
      scope.dispose();
    }
  }
}
