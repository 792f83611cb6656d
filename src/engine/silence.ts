/** Sound that came out silent, and the second attempt that is guided away from that. */
import { fromDb, peak } from '../dsp/levels.ts';
import type { Manifest } from '../model/manifest.ts';
import { understand } from '../model/vocabulary.ts';
import type { Notice } from '../notices.ts';
import type { SamplerSettings } from './protocol.ts';

export const SECOND_ATTEMPT: Notice = {
  code: 'second-attempt',
  message:
    'The model would have left this picture silent, so the sound was made a second time, guided away from silence. ' +
    'To keep it silent, write “silence” as the prompt.',
};
export const STILL_SILENT: Notice = {
  code: 'still-silent',
  message:
    'The model found nothing to sound in this picture: the result is silent. ' +
    'A prompt that names the sound (say “striking metal”) or another seed may help.',
};

export function isSilent(samples: Float32Array, { secondAttempt }: Pick<Manifest, 'secondAttempt'>): boolean {
  return peak(samples) < fromDb(secondAttempt.silentBelow);
}

/**
 * Settings for a second attempt after a silent first one: silence joins what is to be avoided. A picture that is unlike
 * the training scenes is easily taken for movement without sound, but whoever asks for a sound wants one. Undefined
 * where the prompt asks for silence itself, or the pack has no word for it.
 */
export function awayFromSilence(
  settings: SamplerSettings,
  { text, secondAttempt: { guidance } }: Pick<Manifest, 'text' | 'secondAttempt'>,
): SamplerSettings | undefined {
  const { silence } = text;
  const asked = understand(settings.prompt, text);
  if (silence === undefined || asked.includes(silence)) return undefined;
  const guidanceText = asked.length > 0 ? Math.max(settings.guidanceText, guidance) : guidance;
  // Away from silence is louder, whatever words may do to the level otherwise.
  const away = { guidanceText, guidanceLevel: guidance };
  return { ...settings, ...away, negative: `${settings.negative} ${silence}` };
}
