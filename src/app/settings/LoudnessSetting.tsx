import { LOUDNESS_CHOICES } from '../../state/recipe/draft.ts';
import { LOUDNESS, loudnessChoice } from '../../state/settings/loudness.ts';
import { settingsText } from '../../text/settings.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';

/** Whether sounds come equally loud; a take's own loudness is changed in the mixer. */
export function LoudnessSetting() {
  const t = useTexts(settingsText);
  const studio = useStudio();
  const chosen = useStudioState((state) => loudnessChoice(state.draft));
  const names = { even: t.evenLoudness(formatNumber(LOUDNESS.even)), 'as-generated': t.asGenerated };
  return (
    <fieldset className="loudness">
      <legend>{t.loudness}</legend>
      <div className="segmented wide">
        {LOUDNESS_CHOICES.map((loudness) => (
          <label key={loudness}>
            <input
              type="radio"
              name="loudness"
              checked={chosen === loudness}
              onChange={() => studio.setDraft({ loudness })}
            />
            <span>{names[loudness]}</span>
          </label>
        ))}
      </div>
      <p className="help">{chosen === 'even' ? t.evenHelp : t.asGeneratedHelp}</p>
    </fieldset>
  );
}
