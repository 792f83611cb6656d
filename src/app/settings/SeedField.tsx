import { MAX_SEED, parseSeed } from '../../state/recipe/draft.ts';
import { settingsText } from '../../text/settings.ts';
import { useCommand } from '../commands/use-command.ts';
import { DiceIcon, LockIcon, UnlockIcon } from '../parts/icons.tsx';
import { useTexts } from '../page/language.ts';
import { NumberField } from './NumberField.tsx';
import { useStudio, useStudioState } from '../page/studio-context.ts';

/** The seed is always seen; the lock says whether it stays for the next generation. */
export function SeedField() {
  const t = useTexts(settingsText);
  const studio = useStudio();
  const seed = useStudioState((state) => state.draft.seed);
  const kept = useStudioState((state) => !state.draft.drawSeed);
  const roll = useCommand('generate.roll');
  const lock = useCommand('generate.lock');
  return (
    <NumberField
      label={t.seed}
      help={kept ? t.seedKept : t.seedDrawn}
      value={seed}
      min={0}
      max={MAX_SEED}
      step={1}
      parse={parseSeed}
      onChange={(value) => studio.setDraft({ seed: value })}
    >
      <button {...lock} className="icon-button framed" aria-label={t.keepSeed} aria-pressed={kept}>
        {kept ? <LockIcon /> : <UnlockIcon />}
      </button>
      <button {...roll} className="icon-button framed" aria-label={t.rollSeed}>
        <DiceIcon />
      </button>
    </NumberField>
  );
}
