import { spanLength, type TimeSpan } from '../../dsp/span.ts';
import { formatText } from '../../text/format.ts';
import { timelineText } from '../../text/timeline.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import type { ChangePhase } from './types.ts';
import { clockText } from './view.ts';

interface TrimBarProps {
  readonly trim: TimeSpan;
  /** Seconds. */
  readonly duration: number;
  readonly onTrim: ((span: TimeSpan, phase: ChangePhase) => void) | undefined;
}

/** Says what of the file is used, and gives all of it back. */
export function TrimBar({ trim, duration, onTrim }: TrimBarProps) {
  const t = useTexts(timelineText);
  const f = useTexts(formatText);
  return (
    <div className="part-bar">
      <p role="status">
        {t.trimmed(clockText(trim.start), clockText(trim.end), f.seconds(formatNumber(spanLength(trim), 2)))}
      </p>
      <p className="help">{t.trimHelp}</p>
      {onTrim && (trim.start > 0 || trim.end < duration) && (
        <button type="button" className="button small" onClick={() => onTrim({ start: 0, end: duration }, 'done')}>
          {t.trimReset}
        </button>
      )}
    </div>
  );
}
