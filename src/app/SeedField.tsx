import { MAX_SEED, parseSeed } from '../state/draft.ts';
import { settingsText } from '../text/settings.ts';
import { DiceIcon } from './icons.tsx';
import { useTexts } from './language.ts';
import { NumberField } from './NumberField.tsx';
import { useStudio, useStudioState } from './studio-context.ts';

export function SeedField() {
  const t = useTexts(settingsText);
  const studio = useStudio();
  const seed = useStudioState((state) => state.draft.seed);
  const drawSeed = useStudioState((state) => state.draft.drawSeed);
  return (
    <div className="seed">
      <NumberField
        label={t.seed}
        value={seed}
        min={0}
        max={MAX_SEED}
        step={1}
        parse={parseSeed}
        onChange={(value) => studio.setDraft({ seed: value })}
      >
        <button type="button" className="icon-button framed" aria-label={t.rollSeed} onClick={() => studio.rollSeed()}>
          <DiceIcon />
        </button>
      </NumberField>
      <label className="check">
        <input
          type="checkbox"
          checked={drawSeed}
          onChange={(event) => studio.setDraft({ drawSeed: event.target.checked })}
        />
        {t.drawSeed}
      </label>
    </div>
  );
}
