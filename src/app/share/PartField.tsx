import { useId, useState } from 'react';
import type { TimeSpan } from '../../dsp/span.ts';
import { shareText } from '../../text/share.ts';
import { useTexts } from '../page/language.ts';

interface PartFieldProps {
  /** What the link holds now. */
  readonly part: TimeSpan;
  /** All that there is to choose from. */
  readonly whole: TimeSpan;
  /** A person chose it; else it is where most happens. */
  readonly chosen: boolean;
  /** On the timeline. */
  readonly marked: TimeSpan | undefined;
  readonly onChange: (part: TimeSpan) => void;
}

/** What of a long result goes into the link, said and chosen here. */
export function PartField({ part, whole, chosen, marked, onChange }: PartFieldProps) {
  const t = useTexts(shareText);
  const id = useId();
  const length = part.end - part.start;
  // Making a link takes seconds: it counts when the handle rests.
  const [dragged, setDragged] = useState<number>();
  const start = dragged ?? part.start;
  const commit = () => {
    if (dragged === undefined) return;
    setDragged(undefined);
    onChange({ start: dragged, end: dragged + length });
  };
  return (
    <div className="share-part">
      <p data-testid="share-part">{t.holdsPart(start.toFixed(1), (start + length).toFixed(1), chosen)}</p>
      <label htmlFor={id}>{t.partStart}</label>
      <input
        id={id}
        type="range"
        min={whole.start}
        max={Math.max(whole.start, whole.end - length)}
        step={0.1}
        value={start}
        aria-valuetext={t.holdsPart(start.toFixed(1), (start + length).toFixed(1), true)}
        onChange={({ target }) => setDragged(target.valueAsNumber)}
        onPointerUp={commit}
        onKeyUp={commit}
        onBlur={commit}
      />
      {marked && (
        <button type="button" className="button small" onClick={() => onChange(marked)}>
          {t.useMarked}
        </button>
      )}
    </div>
  );
}
