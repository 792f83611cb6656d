import { useState } from 'react';
import { BOUNDS, parseBounded, samplerChoice } from '../../state/recipe/draft.ts';
import type { SamplerChoice } from '../../state/take.ts';
import { settingsText } from '../../text/settings.ts';
import { useTexts } from '../page/language.ts';
import { LoudnessSetting } from './LoudnessSetting.tsx';
import { NumberField } from './NumberField.tsx';
import { VariantField } from './VariantField.tsx';
import { useStudio, useStudioState } from '../page/studio-context.ts';

/** Steps and guidance, starting from what the pack recommends for the task, and the variant of the pack. */
export function AdvancedFields() {
  // What the model choice says about sizes takes some requests: nobody pays for them who does not look.
  const [opened, setOpened] = useState(false);
  const t = useTexts(settingsText);
  const studio = useStudio();
  const pack = useStudioState((state) => state.pack);
  const task = useStudioState((state) => state.task);
  const draft = useStudioState((state) => state.draft);
  if (pack.phase !== 'known') return null;
  const choice = samplerChoice(pack.manifest, task, draft);
  const changed = Object.keys(draft.sampler[task]).length > 0;

  const field = (name: keyof SamplerChoice, label: string, help: string) => (
    <NumberField
      // The text being typed belongs to one task's field.
      key={`${task}-${name}`}
      label={label}
      help={help}
      value={choice[name]}
      {...BOUNDS[name]}
      parse={(text) => parseBounded(text, name)}
      onChange={(value) => studio.setSampler({ [name]: value })}
    />
  );

  return (
    <details className="advanced" onToggle={({ currentTarget }) => setOpened((before) => before || currentTarget.open)}>
      <summary>{t.advanced}</summary>
      <div className="advanced-fields">
        {field('steps', t.steps, t.stepsHelp)}
        {field('guidanceAv', task === 'v2a' ? t.followPicture : t.followSound, t.followHelp)}
        {field('guidanceText', t.followWords, t.followWordsHelp)}
        {task === 'v2a' && <LoudnessSetting />}
        {changed && (
          <button type="button" className="button small" onClick={() => studio.resetSampler()}>
            {t.ownValues}
          </button>
        )}
        {opened && <VariantField pack={pack} />}
      </div>
    </details>
  );
}
