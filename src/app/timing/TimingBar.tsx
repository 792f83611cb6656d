/** What is above the lane: whose hits they are, how many the reading gives, and the tools for them. */
import { useId, type ReactNode } from 'react';
import { errorText } from '../../text/errors.ts';
import { timingText } from '../../text/timing.ts';
import { formatNumber } from '../page/format.ts';
import { useLanguage, useTexts } from '../page/language.ts';
import { HitTools } from './HitTools.tsx';
import type { Hits } from './use-hits.ts';

/** What is said of hits that nobody set, by how far the reading is. */
const OF_MODEL = { none: 'notRead', reading: 'beingRead', ready: 'ofModel', failed: 'notRead' } as const;

interface TimingBarProps {
  readonly hits: Hits;
  /** Stands at the end of the first row. */
  readonly children?: ReactNode;
}

export function TimingBar({ hits, children }: TimingBarProps) {
  const t = useTexts(timingText);
  const language = useLanguage();
  const sensitivityId = useId();
  const { lane } = hits;
  const busy = lane.reading.phase === 'reading';
  return (
    <div className="timing-bar" role="group" aria-label={t.timing}>
      <div className="timing-row">
        <p className="timing-owner" data-own={lane.directed}>
          <span className={lane.directed ? 'key-own' : 'key-read'} aria-hidden="true" />
          {lane.directed ? t.ofPerson : t[OF_MODEL[lane.reading.phase]]}
        </p>
        <div className="sensitivity">
          <label htmlFor={sensitivityId}>{t.sensitivity}</label>
          <input
            id={sensitivityId}
            type="range"
            min={0}
            max={1}
            step={0.02}
            value={lane.sensitivity}
            disabled={!lane.onSensitivity || lane.reading.phase !== 'ready'}
            title={`${t.fewer} – ${t.more}`}
            aria-valuetext={t.count(formatNumber(hits.timing.hits.length))}
            onChange={(event) => lane.onSensitivity?.(event.target.valueAsNumber, 'live')}
            onPointerUp={(event) => lane.onSensitivity?.(event.currentTarget.valueAsNumber, 'done')}
            onKeyUp={(event) => lane.onSensitivity?.(event.currentTarget.valueAsNumber, 'done')}
          />
        </div>
        {/* One or the other, in one place: nothing moves when the reading arrives or the first hit is set. */}
        {lane.onReadAgain ? (
          <button type="button" className="button small" disabled={busy} onClick={lane.onReadAgain}>
            {t.readAgain}
          </button>
        ) : (
          <button type="button" className="button small" disabled={busy || !lane.onBack} onClick={lane.onBack}>
            {t.back}
          </button>
        )}
        {children && <div className="timing-update">{children}</div>}
      </div>
      {lane.reading.phase === 'failed' && (
        <p className="timing-failed" role="alert">
          {lane.reading.message}
        </p>
      )}
      {hits.refusal && (
        <p className="timing-failed" role="alert">
          {`${errorText(language, hits.refusal).message} ${errorText(language, hits.refusal).remedy}`}
        </p>
      )}
      <HitTools hits={hits} />
      <p className="visually-hidden" role="status" data-testid="timing-said">
        {hits.said}
      </p>
    </div>
  );
}
