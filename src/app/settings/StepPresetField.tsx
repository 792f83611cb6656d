import { samplerChoice } from '../../state/recipe/draft.ts';
import { STEP_PRESETS, presetOf, presetSteps } from '../../state/settings/step-presets.ts';
import { settingsText } from '../../text/settings.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';

/** How much work goes into a take, by name; the number of steps itself is among the advanced settings. */
export function StepPresetField() {
  const t = useTexts(settingsText);
  const studio = useStudio();
  const pack = useStudioState((state) => state.pack);
  const task = useStudioState((state) => state.task);
  const draft = useStudioState((state) => state.draft);
  if (pack.phase !== 'known') return null;
  const chosen = presetOf(pack.manifest, task, draft);
  const { steps } = samplerChoice(pack.manifest, task, draft);
  return (
    <fieldset className="step-presets">
      <legend>{t.stepPreset}</legend>
      <div className="segmented wide">
        {STEP_PRESETS.map((preset) => (
          <label key={preset}>
            <input
              type="radio"
              name="step-preset"
              checked={chosen === preset}
              onChange={() => studio.setSampler({ steps: presetSteps(pack.manifest, task, preset) })}
            />
            <span>{t[preset]}</span>
          </label>
        ))}
      </div>
      <p className="help">{(chosen ? t.stepsOf : t.chosenSteps)(formatNumber(steps))}</p>
    </fieldset>
  );
}
