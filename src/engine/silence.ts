/** Sound that came out silent, and the second attempt that is guided away from that. */
import { fromDb, peak } from '../dsp/levels.ts';
import type { Manifest } from '../model/manifest.ts';
import { understand } from '../model/text.ts';
import type { Notice } from '../notices.ts';
import type { SamplerSettings } from './protocol.ts';

/** Sound whose loudest sample lies below this counts as silent, in dBFS: the model's own silence peaks near -55. */
const SILENT_DBFS = -40;

/** Text guidance that leads away from silence: at 4 half of the silent clips stay silent, at 9 some are far too loud. */
const AWAY_FROM_SILENCE = 6;

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

export function isSilent(samples: Float32Array): boolean {
  return peak(samples) < fromDb(SILENT_DBFS);
}

/**
 * Settings for a second attempt after a silent first one: silence joins what is to be avoided. A picture that is unlike
 * the training scenes is easily taken for movement without sound, but whoever asks for a sound wants one. Undefined
 * where the prompt asks for silence itself, or the pack has no word for it.
 */
export function awayFromSilence(settings: SamplerSettings, { text }: Manifest): SamplerSettings | undefined {
  const { silence } = text;
  const asked = understand(settings.prompt, text);
  if (silence === undefined || asked.includes(silence)) return undefined;
  const guidanceText = asked.length > 0 ? Math.max(settings.guidanceText, AWAY_FROM_SILENCE) : AWAY_FROM_SILENCE;
  // Away from silence is louder, whatever words may do to the level otherwise.
  const away = { guidanceText, guidanceLevel: AWAY_FROM_SILENCE };
  return { ...settings, ...away, negative: `${settings.negative} ${silence}` };
}
