/** Levels, fades and edited parts of a take's sound. Driven by what it is given; nothing is kept here. */
import { useId } from 'react';
import { sameEdit, unshaped, type Edit, type SpanEdit } from '../../dsp/mix.ts';
import type { TimeSpan } from '../../dsp/span.ts';
import { mixerText } from '../../text/mixer.ts';
import { formatNumber } from '../page/format.ts';
import { CloseIcon } from '../parts/icons.tsx';
import { useDisclosure } from '../page/disclosure.ts';
import { useTexts } from '../page/language.ts';
import { NumberField } from '../settings/NumberField.tsx';
import { clockText } from '../timeline/view.ts';
import type { ChangePhase } from '../timeline/types.ts';
import { Fader } from './Fader.tsx';
import { LoudnessField } from './LoudnessField.tsx';

export interface MixerProps {
  readonly edit: Edit;
  /** Seconds. */
  readonly duration: number;
  readonly hasOriginal: boolean;
  /** Decibels by which the limiter turns the loudest moment of the mix down. */
  readonly limitedBy: number;
  /** Nothing would be heard. */
  readonly silent?: boolean;
  readonly onChange: (edit: Edit, phase: ChangePhase) => void;
  /** Asked to bring the generated sound to a loudness in LUFS, or back to how it was generated. */
  readonly onLoudness?: (lufs: number | undefined) => void;
  /** Asked to mark an edited part on the timeline. */
  readonly onShow?: (span: TimeSpan) => void;
}

export function Mixer(props: MixerProps) {
  const { edit, duration, hasOriginal, limitedBy, silent = false, onChange, onLoudness, onShow } = props;
  const t = useTexts(mixerText);
  const change = (part: Partial<Edit>, phase: ChangePhase = 'done') => onChange({ ...edit, ...part }, phase);
  const longest = Math.floor(duration * 10) / 10;
  const seconds = (text: string) => {
    const value = Number(text);
    return text.trim() !== '' && value >= 0 && value <= longest ? value : undefined;
  };
  const changed = !sameEdit(edit, unshaped(edit));
  const [open, toggle] = useDisclosure('mixer');
  const body = useId();
  return (
    <section className="mixer" aria-label={t.mixer}>
      <div className="mixer-head">
        <h2>
          <button type="button" className="disclosure" aria-expanded={open} aria-controls={body} onClick={toggle}>
            {t.mixer}
          </button>
        </h2>
        {open && (
          <button
            type="button"
            className="button small"
            disabled={!changed}
            onClick={() => onChange(unshaped(edit), 'done')}
          >
            {t.reset}
          </button>
        )}
      </div>
      <div id={body} className="mixer-body" hidden={!open}>
        {onLoudness && <LoudnessField lufs={edit.loudness?.lufs} onLoudness={onLoudness} />}
        {edit.loudness && edit.loudness.gain === undefined && <p className="help">{t.tooQuiet}</p>}
        <Fader
          label={t.generated}
          muteLabel={t.muteGenerated}
          gain={edit.generatedGain}
          usual={0}
          onGain={(generatedGain, phase) => change({ generatedGain }, phase)}
        />
        <Fader
          label={t.original}
          muteLabel={t.muteOriginal}
          gain={hasOriginal ? edit.originalGain : -Infinity}
          usual={0}
          disabled={!hasOriginal}
          onGain={(originalGain, phase) => change({ originalGain }, phase)}
        />
        {!hasOriginal && <p className="help">{t.noOriginal}</p>}
        <div className="mixer-numbers">
          <NumberField
            label={t.fadeIn}
            value={edit.fadeIn}
            min={0}
            max={longest}
            step={0.1}
            parse={seconds}
            onChange={(fadeIn) => change({ fadeIn })}
          />{' '}
          {/* prettier-ignore */}
          <NumberField label={t.fadeOut} value={edit.fadeOut} min={0} max={longest} step={0.1} parse={seconds} onChange={(fadeOut) => change({ fadeOut })} />
        </div>
        {edit.spans.length > 0 && (
          <Parts
            spans={edit.spans}
            onRemove={(gone) => change({ spans: edit.spans.filter((part) => part !== gone) })}
            onShow={onShow}
          />
        )}
      </div>
      <div className="mixer-notes" role="status">
        {silent && <p className="mixer-note strong">{t.silent}</p>}
        {limitedBy >= 0.1 && <p className="mixer-note">{t.limited(formatNumber(limitedBy, 1))}</p>}
      </div>
    </section>
  );
}

interface PartsProps {
  readonly spans: readonly SpanEdit[];
  readonly onRemove: (part: SpanEdit) => void;
  readonly onShow: ((span: TimeSpan) => void) | undefined;
}

function Parts({ spans, onRemove, onShow }: PartsProps) {
  const t = useTexts(mixerText);
  const what = ({ gain, shape = 'level' }: SpanEdit) => {
    if (shape !== 'level') return shape === 'in' ? t.fadesIn : t.fadesOut;
    return gain <= -60 ? t.muted : t.decibels(`${gain > 0 ? '+' : ''}${formatNumber(gain, 1)}`);
  };
  return (
    <div className="mixer-parts">
      <h3>{t.parts}</h3>
      <ul>
        {spans.map((part) => {
          const text = t.part(t.span(clockText(part.span.start), clockText(part.span.end)), what(part));
          return (
            <li key={`${part.span.start} ${part.span.end} ${part.shape} ${part.gain}`}>
              {onShow ? (
                <button
                  type="button"
                  className="mixer-part"
                  aria-label={t.showPart(text)}
                  onClick={() => onShow(part.span)}
                >
                  {text}
                </button>
              ) : (
                <span className="mixer-part">{text}</span>
              )}
              <button
                type="button"
                className="icon-button"
                aria-label={t.removePart(text)}
                onClick={() => onRemove(part)}
              >
                <CloseIcon />
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
