import type { Sound } from '../../dsp/mix.ts';
import type { Pcm } from '../../media/types.ts';

/** A sound as the media layer takes it. */
export function pcmOf({ channels, sampleRate }: Sound): Pcm {
  const [left = new Float32Array(), right] = channels;
  return { channels: right ? [left, right] : [left], sampleRate };
}
