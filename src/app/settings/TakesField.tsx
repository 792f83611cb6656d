import { MAX_TAKES } from '../../state/recipe/draft.ts';
import { settingsText } from '../../text/settings.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';

const CHOICES: readonly number[] = [1, 2, 4, MAX_TAKES];

export function TakesField() {
  const t = useTexts(settingsText);
  const studio = useStudio();
  const takes = useStudioState((state) => state.draft.takes);
  // A number that came with a file or from the console is shown as it is.
  const choices = CHOICES.includes(takes) ? CHOICES : [...CHOICES, takes].sort((a, b) => a - b);
  return (
    <fieldset className="takes-field">
      <legend>{t.takes}</legend>
      <div className="segmented wide">
        {choices.map((count) => (
          <label key={count}>
            <input
              type="radio"
              name="takes"
              checked={takes === count}
              onChange={() => studio.setDraft({ takes: count })}
            />
            <span>{formatNumber(count)}</span>
          </label>
        ))}
      </div>
      <p className="help">{t.takesHelp}</p>
    </fieldset>
  );
}
