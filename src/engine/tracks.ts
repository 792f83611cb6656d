/** The two media of a clip as latents: the given one, and how those of the missing one are laid out. */
import type { Manifest, Task } from '../model/manifest.ts';
import type { WindowPlan } from '../sampler/windows.ts';
import type { Modality } from './networks.ts';
import type { SeenPicture } from './picture-memory.ts';

/** One generator's clip: how its latents are cut. */
export interface Track {
  readonly modality: Modality;
  /** Latents in a unit of the window plan. */
  readonly perUnit: number;
  /** Values of one latent. */
  readonly stride: number;
}

/** What is known of the given medium. */
export interface Given {
  /** Latents over the padded clip. */
  readonly latents: Float32Array;
  /** Of a picture: when its sound is to be heard, window after window, if the pack takes that. */
  readonly timing?: Float32Array | undefined;
  /** Whether a person set the timing: it holds under any words. */
  readonly directed?: boolean;
  /** Of a picture: what else is known of it. */
  readonly seen?: SeenPicture;
}

/** How the latents of the missing medium are laid out. */
export function generatedTrack({ grid }: Manifest, task: Task, plan: WindowPlan) {
  const audio: Track = { modality: 'audio', perUnit: plan.audioPerUnit, stride: grid.audioChannels };
  const video: Track = {
    modality: 'video',
    perUnit: plan.videoPerUnit,
    stride: grid.videoLatentSize ** 2 * grid.videoChannels,
  };
  const [generated, conditioning] = task === 'v2a' ? [audio, video] : [video, audio];
  return { generated, conditioning, count: plan.totalUnits * generated.perUnit };
}
