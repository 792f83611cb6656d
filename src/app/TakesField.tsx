import { MAX_TAKES, parseTakes } from '../state/draft.ts';
import { NumberField } from './NumberField.tsx';
import { useStudio, useStudioState } from './studio-context.ts';

export function TakesField() {
  const studio = useStudio();
  const takes = useStudioState((state) => state.draft.takes);
  return (
    <NumberField
      label="Takes"
      help="Each is another interpretation; the first plays while the others are made."
      value={takes}
      min={1}
      max={MAX_TAKES}
      step={1}
      parse={parseTakes}
      onChange={(value) => studio.setDraft({ takes: value })}
    />
  );
}
