import { MAX_TAKES, parseTakes } from '../../state/recipe/draft.ts';
import { settingsText } from '../../text/settings.ts';
import { useTexts } from '../page/language.ts';
import { NumberField } from './NumberField.tsx';
import { useStudio, useStudioState } from '../page/studio-context.ts';

export function TakesField() {
  const t = useTexts(settingsText);
  const studio = useStudio();
  const takes = useStudioState((state) => state.draft.takes);
  return (
    <NumberField
      label={t.takes}
      help={t.takesHelp}
      value={takes}
      min={1}
      max={MAX_TAKES}
      step={1}
      parse={parseTakes}
      onChange={(value) => studio.setDraft({ takes: value })}
    />
  );
}
