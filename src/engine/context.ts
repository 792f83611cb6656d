/** What a call into the model works with, whether it generates or only codes. */
import type { Manifest } from '../model/manifest.ts';
import type { CodecContext } from './codecs.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { EngineProgress, GenerateStage } from './protocol.ts';
import type { GraphRunner } from './runner.ts';

export interface GenerateContext {
  readonly runner: GraphRunner;
  readonly manifest: Manifest;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EngineProgress) => void;
  /** What was seen in the last picture; left out: nothing is remembered. Of this runner and manifest alone. */
  readonly pictures?: PictureMemory;
  /** Called with a copy of the latents after every step of the sampler: tests compare them with PyTorch's. */
  readonly onLatents?: (latents: Float32Array) => void;
}

/** The codecs' context, with their chunks told as the progress of `stage`. */
export function codecContext(
  { runner, manifest, signal, onProgress }: GenerateContext,
  stage: GenerateStage,
): CodecContext {
  const onChunk = (step: number, steps: number) => onProgress({ kind: 'generate', stage, step, steps });
  return { runner, manifest, signal, onChunk };
}
