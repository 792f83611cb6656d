/** What a result will look or sound like, decoded from the clean estimate of a sampling step. */
import { peakEnvelope } from '../dsp/levels.ts';
import { SUMMARY_POINTS } from '../dsp/sound-summary.ts';
import { frameCount, sampleCount } from '../model/counts.ts';
import { workOf, type PlannedGeneration } from '../model/cost.ts';
import type { Manifest } from '../model/manifest.ts';
import { decodeAudio, decodeVideo, type CodecContext } from './codecs.ts';
import type { GenerateRequest, Preview } from './protocol.ts';

/** Share of the sampling time that previews may take. */
const SHARE = 0.15;
const MOST_FRAMES = 8;

export interface PreviewPlan {
  /** Steps from one preview to the next. */
  readonly every: number;
  /** Frames of each; of no meaning for sound. */
  readonly frames: number;
}

/**
 * Previews every `wanted` steps, or as much less often as one frame (or the whole sound) must be to stay within the share,
 * with as many frames as fit in. Follows from the pack alone, so that every device makes the same previews.
 */
export function planPreviews(manifest: Manifest, planned: PlannedGeneration, wanted: number): PreviewPlan {
  const work = workOf(manifest, planned);
  const { fps, framesPerLatent, videoDecoderContext } = manifest.grid;
  const pieces = planned.task === 'v2a' ? 1 : latentFrames(planned.duration, fps, framesPerLatent);
  const allowance = (SHARE * work.sample) / planned.steps;
  // A frame on its own is decoded with all its context.
  const piece = (work.decode / pieces) * (planned.task === 'v2a' ? 1 : 1 + 2 * videoDecoderContext);
  const every = Math.max(wanted, allowance > 0 ? Math.ceil(piece / allowance) : 1);
  return { every, frames: Math.max(1, Math.min(MOST_FRAMES, Math.floor((every * allowance) / piece))) };
}

/**
 * @param latents the estimate over the padded clip
 * @param codec its `onChunk` is not called
 */
export async function makePreview(
  codec: Omit<CodecContext, 'onChunk'>,
  { task, duration }: Pick<GenerateRequest, 'task' | 'duration'>,
  latents: Float32Array,
  wantedFrames: number,
  at: { readonly step: number; readonly steps: number },
): Promise<Preview> {
  const { grid } = codec.manifest;
  const context: CodecContext = { ...codec, onChunk: () => undefined };
  if (task === 'v2a') {
    const samples = (await decodeAudio(context, latents, true)).subarray(0, sampleCount(duration, grid.sampleRate));
    const peaks = Array.from(peakEnvelope(samples, SUMMARY_POINTS), (value) => Math.min(1, value));
    return { kind: 'preview', task, ...at, peaks };
  }
  const stride = grid.videoLatentSize ** 2 * grid.videoChannels;
  const picks = spread(latentFrames(duration, grid.fps, grid.framesPerLatent), wantedFrames);
  // One frame of each latent is enough: its others look almost the same.
  const size = grid.outputFrameSize;
  const frameBytes = size * size * 3;
  const frames = new Uint8Array(picks.length * frameBytes);
  for (const [i, latent] of picks.entries()) {
    const decoded = await decodeVideo(context, latents.subarray(latent * stride, (latent + 1) * stride), 1);
    frames.set(decoded, i * frameBytes);
  }
  const times = picks.map((latent) => (latent * grid.framesPerLatent) / grid.fps);
  return { kind: 'preview', task, ...at, frames, count: picks.length, size, times };
}

function latentFrames(duration: number, fps: number, framesPerLatent: number): number {
  return Math.ceil(frameCount(duration, fps) / framesPerLatent);
}

/** Up to `most` whole numbers below `count`, each in the middle of an equal share. */
function spread(count: number, most: number): number[] {
  const picks = Math.min(count, most);
  return Array.from({ length: picks }, (_, i) => Math.floor(((i + 0.5) * count) / picks));
}
