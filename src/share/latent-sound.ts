/** The sound of a share that holds it as latents. */
import type { Transcoder } from '../engine/protocol.ts';
import { soundLatents, withGain } from './sketch.ts';
import type { Share } from './types.ts';

export interface SketchSound {
  /** Mono, -1..1. */
  readonly samples: Float32Array;
  readonly sampleRate: number;
}

/** @param engine with the model that the share was made with. Throws AppError; RangeError for a share without such sound. */
export async function hearSketch(engine: Transcoder, signal: AbortSignal, share: Share): Promise<SketchSound> {
  const { media, recipe } = share;
  if (media.kind !== 'sketch') throw new RangeError('There is no sketched sound in this share.');
  const request = { task: 'v2a', latents: soundLatents(media.sound), duration: recipe.seconds } as const;
  const decoded = await engine.decodeLatents(signal, request);
  if (decoded.task !== 'v2a') throw new TypeError('The engine mixed up its tasks.');
  const { sampleRate } = decoded;
  return { samples: withGain(media.sound, decoded.samples, sampleRate), sampleRate };
}
