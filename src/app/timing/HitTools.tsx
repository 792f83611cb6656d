/** Buttons for the hits: the tool, stepping, adding, deleting, repeating, snapping. */
import { useState, type ReactNode } from 'react';
import { timingText } from '../../text/timing.ts';
import { NumberField } from '../settings/NumberField.tsx';
import { Icon } from '../parts/icons.tsx';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { ends } from './near.ts';
import type { Hits } from './use-hits.ts';

export function HitTools({ hits }: { readonly hits: Hits }) {
  const t = useTexts(timingText);
  const { chosen, tool, snapping } = hits;
  const none = chosen.length === 0;
  return (
    <div className="timing-row">
      <div className="timeline-choice" role="group" aria-label={t.tools}>
        {(['hits', 'level'] as const).map((name) => (
          <button key={name} type="button" aria-pressed={tool === name} onClick={() => hits.setTool(name)}>
            {name === 'hits' ? t.hitsTool : t.levelTool}
          </button>
        ))}
      </div>
      <span className="hit-steps">
        <button
          type="button"
          className="icon-button"
          aria-label={t.previousHit}
          title={`${t.previousHit} ([)`}
          disabled={hits.times.length === 0}
          onClick={() => hits.step(-1)}
        >
          <PreviousSign />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t.nextHit}
          title={`${t.nextHit} (])`}
          disabled={hits.times.length === 0}
          onClick={() => hits.step(1)}
        >
          <NextSign />
        </button>
      </span>
      <button type="button" className="button small" title={`${t.addHit} (A)`} onClick={hits.addAtPlayhead}>
        {t.addHit}
      </button>
      {tool === 'level' ? (
        <button
          type="button"
          className="button small"
          disabled={hits.timing.level.length === 0}
          onClick={() => hits.commit({ ...hits.lane.timing, level: [] }, { label: 'level' })}
        >
          {t.clearLevel}
        </button>
      ) : (
        <button type="button" className="button small" disabled={none} onClick={() => hits.remove()}>
          {t.deleteHits}
        </button>
      )}
      <Menu label={t.repeat} disabled={none}>
        <RepeatForm hits={hits} />
      </Menu>
      <Menu label={t.snap}>
        <div className="menu-choices">
          {(['movement', 'frames', 'hits'] as const).map((name) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={snapping[name]}
                onChange={(event) => hits.setSnapping({ ...snapping, [name]: event.target.checked })}
              />
              {{ movement: t.snapMovement, frames: t.snapFrames, hits: t.snapHits }[name]}
            </label>
          ))}
        </div>
        <p className="help for-mouse">{t.snapHelp}</p>
      </Menu>
      <span className="hit-count">
        {none ? t.count(formatNumber(hits.times.length)) : t.chosen(formatNumber(chosen.length))}
      </span>
    </div>
  );
}

function RepeatForm({ hits }: { readonly hits: Hits }) {
  const t = useTexts(timingText);
  const [first, last] = ends(hits.chosen);
  const length = hits.chosen.length > 1 ? last - first : 0;
  // As if the pattern went on: after its last hit comes a pause as long as those within.
  const usual = length > 0 ? length + length / (hits.chosen.length - 1) : 0.5;
  const [every, setEvery] = useState<number>();
  const [times, setTimes] = useState(3);
  const period = every ?? Math.round(usual * 1000) / 1000;
  return (
    <>
      <div className="menu-fields">
        <NumberField
          label={t.repeatEvery}
          value={period}
          min={0.02}
          max={60}
          step={0.01}
          parse={(text) => within(text, 0.02, 60)}
          onChange={setEvery}
        />
        <NumberField
          label={t.repeatTimes}
          value={times}
          min={1}
          max={999}
          step={1}
          parse={(text) => within(text, 1, 999)}
          onChange={(value) => setTimes(Math.round(value))}
        />
      </div>
      <div className="menu-actions">
        <button type="button" className="button small" onClick={() => hits.repeat(period, times)}>
          {t.repeatAdd}
        </button>
        <button type="button" className="button small" onClick={() => hits.repeat(period)}>
          {t.repeatToEnd}
        </button>
      </div>
    </>
  );
}

function within(text: string, low: number, high: number): number | undefined {
  const value = Number(text);
  return text.trim() !== '' && value >= low && value <= high ? value : undefined;
}

/** A button with a sheet below it. It closes when something else is pressed or reached, and with Escape. */
function Menu({
  label,
  disabled = false,
  children,
}: {
  readonly label: string;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <div
      className="menu"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.preventDefault();
        event.stopPropagation();
        setOpen(false);
        event.currentTarget.querySelector('button')?.focus();
      }}
    >
      <button
        type="button"
        className="button small menu-button"
        aria-expanded={open && !disabled}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && !disabled && (
        <div className="menu-sheet" role="group" aria-label={label} tabIndex={-1}>
          {children}
        </div>
      )}
    </div>
  );
}

const PreviousSign = () => (
  <Icon>
    <path d="M5 5v14M15 6l-6 6 6 6M9 12h10" />
  </Icon>
);

const NextSign = () => (
  <Icon>
    <path d="M19 5v14M9 6l6 6-6 6M15 12H5" />
  </Icon>
);
