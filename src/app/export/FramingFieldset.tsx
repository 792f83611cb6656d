import type { Aspect } from '../../media/framing.ts';
import { exportText } from '../../text/export.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { ASPECTS, RATES, RESOLUTIONS, type FramingFields } from './choices.ts';

interface FramingFieldsetProps {
  readonly value: FramingFields;
  /** Of the clip, in seconds. */
  readonly duration: number;
  readonly disabled: boolean;
  readonly onChange: (value: FramingFields) => void;
}

/** Shape, size, frame rate and cover of a framed clip. */
export function FramingFieldset({ value, duration, disabled, onChange }: FramingFieldsetProps) {
  const t = useTexts(exportText);
  const names: Readonly<Record<Aspect, string>> = { '1:1': t.square, '9:16': t.tall, '16:9': t.wide };
  const change = (part: Partial<FramingFields>) => onChange({ ...value, ...part });
  return (
    <fieldset className="framing" disabled={disabled}>
      <legend className="visually-hidden">{t.framed}</legend>
      <label className="field">
        <span>{t.shape}</span>
        <select value={value.aspect} onChange={({ target }) => change({ aspect: target.value as Aspect })}>
          {ASPECTS.map((aspect) => (
            <option key={aspect} value={aspect}>
              {names[aspect]}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{t.size}</span>
        <select value={value.resolution} onChange={({ target }) => change({ resolution: Number(target.value) })}>
          {RESOLUTIONS.map((size) => (
            <option key={size} value={size}>
              {size}p
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{t.fill}</span>
        <select value={value.fit} onChange={({ target }) => change({ fit: target.value === 'crop' ? 'crop' : 'blur' })}>
          <option value="blur">{t.blur}</option>
          <option value="crop">{t.crop}</option>
        </select>
      </label>
      <label className="field">
        <span>{t.rate}</span>
        <select value={value.fps} onChange={({ target }) => change({ fps: Number(target.value) })}>
          {RATES.map((rate) => (
            <option key={rate} value={rate}>
              {rate === 0 ? t.ownRate : formatNumber(rate)}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        <span>{t.cover}</span>
        <input
          type="number"
          min="0"
          max={duration.toFixed(2)}
          step="0.1"
          value={value.cover ?? ''}
          onChange={({ target }) =>
            change({ cover: target.value === '' ? undefined : Math.min(duration, Math.max(0, Number(target.value))) })
          }
        />
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={value.coverFirst}
          disabled={value.cover === undefined}
          onChange={({ target }) => change({ coverFirst: target.checked })}
        />
        <span>{t.coverFirst}</span>
      </label>
    </fieldset>
  );
}
