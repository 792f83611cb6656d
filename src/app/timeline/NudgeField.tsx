import { roundNudge } from './gestures.ts';
import { NumberField } from '../settings/NumberField.tsx';

interface NudgeFieldProps {
  readonly label: string;
  /** Seconds. */
  readonly offset: number;
  readonly onNudge: (offset: number) => void;
}

/** Farthest nudge in milliseconds: beyond, another take is what one wants. */
const FARTHEST = 2000;

/** A nudge in milliseconds; arrow keys change it by a tenth. */
export function NudgeField({ label, offset, onNudge }: NudgeFieldProps) {
  return (
    <NumberField
      label={label}
      value={Math.round(offset * 10_000) / 10}
      min={-FARTHEST}
      max={FARTHEST}
      step={0.1}
      parse={(text) => {
        const value = Number(text);
        return text.trim() !== '' && Number.isFinite(value) && Math.abs(value) <= FARTHEST ? value : undefined;
      }}
      onChange={(milliseconds) => onNudge(roundNudge(milliseconds / 1000))}
    />
  );
}
