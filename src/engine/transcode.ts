/** Between media and latents without generating: what links need, which carry latents from one device to another. */
import { fitSamples, frameCount, sampleCount } from '../model/counts.ts';
import { AppError } from '../errors.ts';
import { decodeAudio, decodeVideo, encodeAudio } from './codecs.ts';
import { codecContext, type GenerateContext } from './context.ts';
import type { Decoded, DecodeRequest } from './protocol.ts';

/** See `Engine.decodeLatents`. */
export async function decodeLatents(context: GenerateContext, request: DecodeRequest): Promise<Decoded> {
  const { grid } = context.manifest;
  const { task, latents, duration } = request;
  const samples = sampleCount(duration, grid.sampleRate);
  const frames = frameCount(duration, grid.fps);
  const [stride, needed] =
    task === 'v2a'
      ? [grid.audioChannels, Math.ceil(samples / grid.samplesPerLatent)]
      : [grid.videoLatentSize ** 2 * grid.videoChannels, Math.ceil(frames / grid.framesPerLatent)];
  const whole = latents.length % stride === 0 && latents.length >= needed * stride;
  if (!(duration > 0) || !Number.isFinite(duration) || !whole || !latents.every(Number.isFinite)) {
    throw new AppError('internal', `${latents.length} latents do not make ${duration} s.`, 'Reload the page.');
  }
  const codec = codecContext(context, 'decode');
  if (task === 'v2a') {
    const decoded = await decodeAudio(codec, latents.subarray(0, needed * stride));
    return { task, samples: decoded.slice(0, samples), sampleRate: grid.sampleRate };
  }
  const rgb = await decodeVideo(codec, latents, frames);
  return { task, rgb, count: frames, size: grid.outputFrameSize, fps: grid.fps };
}

/** See `Engine.encodeSound`. */
export function encodeSound(context: GenerateContext, samples: Float32Array): Promise<Float32Array> {
  const { samplesPerLatent } = context.manifest.grid;
  if (samples.length === 0 || !samples.every(Number.isFinite)) {
    throw new AppError('internal', 'There is no sound to encode.', 'Reload the page and try again.');
  }
  const count = Math.ceil(samples.length / samplesPerLatent) * samplesPerLatent;
  return encodeAudio(codecContext(context, 'encode'), fitSamples(samples, count));
}
