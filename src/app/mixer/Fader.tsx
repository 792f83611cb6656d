import { useId, useRef } from 'react';
import { mixerText } from '../../text/mixer.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { MutedIcon, SpeakerIcon } from '../parts/icons.tsx';

export const QUIETEST = -40;
export const LOUDEST = 12;

interface FaderProps {
  readonly label: string;
  readonly muteLabel: string;
  /** Decibels; -Infinity is off. */
  readonly gain: number;
  /** Gain that a fader which starts off comes on with. */
  readonly usual: number;
  readonly disabled?: boolean;
  readonly onGain: (gain: number, phase: 'live' | 'done') => void;
}

/** A level in decibels. Its lowest place is off; the button beside it mutes and brings back what was there. */
export function Fader({ label, muteLabel, gain, usual, disabled = false, onGain }: FaderProps) {
  const t = useTexts(mixerText);
  const id = useId();
  const before = useRef(usual);
  const off = gain === -Infinity;
  const text = off ? t.off : t.decibels(`${gain > 0 ? '+' : ''}${formatNumber(gain, 1)}`);
  const gainAt = (place: number) => (place <= QUIETEST ? -Infinity : place);
  const change = (value: number, phase: 'live' | 'done') => {
    if (!off) before.current = gain;
    onGain(gainAt(value), phase);
  };
  return (
    <div className="fader">
      <label htmlFor={id}>{label}</label>
      <button
        type="button"
        className="icon-button"
        aria-label={muteLabel}
        aria-pressed={off}
        disabled={disabled}
        onClick={() => {
          if (!off) before.current = gain;
          onGain(off ? before.current : -Infinity, 'done');
        }}
      >
        {off ? <MutedIcon /> : <SpeakerIcon />}
      </button>
      <input
        id={id}
        type="range"
        min={QUIETEST}
        max={LOUDEST}
        step={0.5}
        value={off ? QUIETEST : Math.max(QUIETEST, Math.min(LOUDEST, gain))}
        aria-valuetext={text}
        disabled={disabled}
        onChange={(event) => change(event.target.valueAsNumber, 'live')}
        onPointerUp={(event) => change(event.currentTarget.valueAsNumber, 'done')}
        onKeyUp={(event) => change(event.currentTarget.valueAsNumber, 'done')}
        onDoubleClick={() => onGain(0, 'done')}
      />
      <output htmlFor={id}>{text}</output>
    </div>
  );
}
