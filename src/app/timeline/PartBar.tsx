import type { ReactNode } from 'react';
import { spanLength, type TimeSpan } from '../../dsp/span.ts';
import { formatText } from '../../text/format.ts';
import { timelineText } from '../../text/timeline.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import type { TimelineAction, TimelineProps } from './types.ts';
import { clockText } from './view.ts';

const ACTIONS: readonly TimelineAction[] = ['anew', 'mute', 'fadeIn', 'fadeOut', 'clear'];

interface PartBarProps {
  readonly onAction: TimelineProps['onAction'];
  readonly unavailable: TimelineProps['unavailable'];
  /** What is marked, also while it is dragged. */
  readonly span: TimeSpan | undefined;
  /** What is marked, once it is let go: only this is said aloud. */
  readonly settled: TimeSpan | undefined;
  readonly onClear: () => void;
  readonly children?: ReactNode;
}

/** What is marked, in words, and what can be done to it. */
export function PartBar({ span, settled, onAction, unavailable = {}, onClear, children }: PartBarProps) {
  const t = useTexts(timelineText);
  const f = useTexts(formatText);
  const words = (part: TimeSpan | undefined) =>
    part
      ? t.selected(clockText(part.start), clockText(part.end), f.seconds(formatNumber(spanLength(part), 2)))
      : t.nothingSelected;
  return (
    <div className="part-bar" role="group" aria-label={t.actions}>
      <p aria-hidden="true">{words(span)}</p>
      <p className="visually-hidden" role="status">
        {words(settled)}
      </p>
      {span && (
        <div className="part-actions">
          {onAction &&
            ACTIONS.map((action) => (
              <button
                key={action}
                type="button"
                className={action === 'anew' ? 'button small primary' : 'button small'}
                disabled={unavailable[action] !== undefined}
                title={unavailable[action]}
                onClick={() => onAction(action, span)}
              >
                {t[action]}
              </button>
            ))}
          {children}
          <button type="button" className="button small quiet" onClick={onClear}>
            {t.deselect}
          </button>
        </div>
      )}
    </div>
  );
}
