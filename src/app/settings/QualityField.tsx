import { samplerChoice } from '../../state/recipe/draft.ts';
import { QUALITIES, qualityOf, qualitySteps } from '../../state/settings/step-presets.ts';
import { settingsText } from '../../text/settings.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';

/** How much work goes into a take, by name; the number of steps itself is among the advanced settings. */
export function QualityField() {
  const t = useTexts(settingsText);
  const studio = useStudio();
  const pack = useStudioState((state) => state.pack);
  const task = useStudioState((state) => state.task);
  const draft = useStudioState((state) => state.draft);
  if (pack.phase !== 'known') return null;
  const chosen = qualityOf(pack.manifest, task, draft);
  const { steps } = samplerChoice(pack.manifest, task, draft);
  return (
    <fieldset className="quality">
      <legend>{t.quality}</legend>
      <div className="segmented wide">
        {QUALITIES.map((quality) => (
          <label key={quality}>
            <input
              type="radio"
              name="quality"
              checked={chosen === quality}
              onChange={() => studio.setSampler({ steps: qualitySteps(pack.manifest, task, quality) })}
            />
            <span>{t[quality]}</span>
          </label>
        ))}
      </div>
      <p className="help">{(chosen ? t.stepsOf : t.chosenSteps)(formatNumber(steps))}</p>
    </fieldset>
  );
}
