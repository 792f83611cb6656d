import { LOUDNESS } from '../../state/settings/loudness.ts';
import { mixerText } from '../../text/mixer.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';

interface LoudnessFieldProps {
  /** LUFS that the sound is brought to; undefined where it stays as it was generated. */
  readonly lufs: number | undefined;
  readonly onLoudness: (lufs: number | undefined) => void;
}

const AS_GENERATED = '';

/** How loud the generated sound comes before its fader: at one of the usual levels, or as it was generated. */
export function LoudnessField({ lufs, onLoudness }: LoudnessFieldProps) {
  const t = useTexts(mixerText);
  const levels = Object.entries(LOUDNESS) as [keyof typeof LOUDNESS, number][];
  const usual = lufs === undefined || levels.some(([, level]) => level === lufs);
  return (
    <label className="field">
      <span>{t.loudness}</span>
      <select
        value={lufs ?? AS_GENERATED}
        onChange={({ target }) => onLoudness(target.value === AS_GENERATED ? undefined : Number(target.value))}
      >
        <option value={AS_GENERATED}>{t.asGenerated}</option>
        {levels.map(([name, level]) => (
          <option key={name} value={level}>
            {t.level(t[name], formatNumber(level))}
          </option>
        ))}
        {/* From a recipe of another version. */}
        {!usual && <option value={lufs}>{t.lufs(formatNumber(lufs, 1))}</option>}
      </select>
    </label>
  );
}
