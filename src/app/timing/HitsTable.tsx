/** Every hit and level point in words and numbers, to be read and changed without the drawing. */
import { useState } from 'react';
import type { Match } from '../../dsp/matching.ts';
import { timingText } from '../../text/timing.ts';
import { moveHits, setStrength } from '../../timing/edit.ts';
import { levelAt, moveLevelPoint, removeLevelPoint, setLevelPoint } from '../../timing/level.ts';
import type { LevelPoint } from '../../timing/types.ts';
import { CloseIcon } from '../parts/icons.tsx';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { clockText } from '../timeline/view.ts';
import type { Hits } from './use-hits.ts';

interface HitsTableProps {
  readonly hits: Hits;
  /** Onsets of the sound, where they are heard; undefined without a sound. */
  readonly heard: readonly number[] | undefined;
  readonly matches: readonly Match[];
}

/** A table of thousands would take seconds to lay out. */
const ROWS = 50;

export function HitsTable({ hits, heard, matches }: HitsTableProps) {
  const t = useTexts(timingText);
  const [open, setOpen] = useState(false);
  const count = formatNumber(hits.lane.timing.hits.length);
  return (
    <details className="timeline-marks" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {heard ? t.land(formatNumber(matches.length), count) : t.asText}
        <span className="timeline-key" aria-hidden="true">
          <span className="key-read" /> {t.keyModel} <span className="key-own" /> {t.key}
          {heard && (
            <>
              {' '}
              <span className="key-heard" /> {t.keyHeard}
            </>
          )}
        </span>
      </summary>
      {open && (
        <>
          <HitRows hits={hits} heard={heard} matches={matches} />
          <LevelRows hits={hits} />
        </>
      )}
    </details>
  );
}

function HitRows({ hits, heard, matches }: HitsTableProps) {
  const t = useTexts(timingText);
  const [page, setPage] = useState(0);
  const { timing } = hits.lane;
  const { range } = hits;
  const pages = Math.max(1, Math.ceil(timing.hits.length / ROWS));
  const at = Math.min(page, pages - 1);
  const from = at * ROWS;
  const shown = timing.hits.slice(from, from + ROWS);
  const heardOf = new Map(matches.map((match) => [match.seen, heard?.[match.heard]]));
  return (
    <>
      <table className="hits-table" aria-label={t.lane}>
        <thead>
          <tr>
            <th scope="col">{t.time}</th>
            <th scope="col">{t.strength}</th>
            {heard && <th scope="col">{t.isHeard}</th>}
            <td />
          </tr>
        </thead>
        <tbody>
          {shown.map((hit, n) => {
            const number = formatNumber(from + n + 1);
            const heardAt = heardOf.get(from + n);
            return (
              // By place, so that the field keeps the focus while its hit moves.
              <tr key={from + n}>
                <td>
                  <NumberCell
                    label={t.timeOf(number)}
                    value={hit.time}
                    digits={3}
                    max={range.end}
                    step={0.001}
                    onChange={(time) => hits.edit(() => moveHits(timing, [hit.time], time - hit.time, range), 'move')}
                  />
                </td>
                <td>
                  <NumberCell
                    label={t.strengthOf(number)}
                    value={hit.strength * 100}
                    digits={0}
                    max={100}
                    step={5}
                    onChange={(percent) => hits.commit(setStrength(timing, [hit.time], percent / 100), { label: 'hits', name: 'strength' })} // prettier-ignore
                  />
                </td>
                {heard && <td>{heardAt === undefined ? t.notHeard : t.heardAt(clockText(heardAt, 3))}</td>}
                <td>
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={t.removeHit(number)}
                    onClick={() => hits.remove([hit.time])}
                  >
                    <CloseIcon />
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {pages > 1 && (
        <p className="hits-pages">
          <button type="button" className="button small" disabled={at === 0} onClick={() => setPage(at - 1)}>
            {t.earlierRows}
          </button>
          {t.page(formatNumber(from + 1), formatNumber(from + shown.length), formatNumber(timing.hits.length))}
          <button type="button" className="button small" disabled={at === pages - 1} onClick={() => setPage(at + 1)}>
            {t.laterRows}
          </button>
        </p>
      )}
    </>
  );
}

function LevelRows({ hits }: { readonly hits: Hits }) {
  const t = useTexts(timingText);
  const { timing } = hits.lane;
  const put = (level: readonly LevelPoint[], name?: string) =>
    hits.commit({ ...timing, level }, { label: 'level', ...(name === undefined ? {} : { name }) });
  return (
    <>
      {timing.level.length === 0 ? (
        <p className="help">{t.noLevel}</p>
      ) : (
        <table className="hits-table" aria-label={t.levelPoints}>
          <thead>
            <tr>
              <th scope="col">{t.time}</th>
              <th scope="col">{t.level}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {timing.level.slice(0, 4 * ROWS).map((point, n) => {
              const number = formatNumber(n + 1);
              const move = (to: Partial<LevelPoint>) => put(moveLevelPoint(timing.level, point.time, { ...point, ...to }, hits.range), 'point'); // prettier-ignore
              return (
                <tr key={n}>
                  <td>
                    <NumberCell
                      label={t.levelTime(number)}
                      value={point.time}
                      digits={3}
                      max={hits.range.end}
                      step={0.01}
                      onChange={(time) => move({ time })}
                    />
                  </td>
                  <td>
                    <NumberCell
                      label={t.levelValue(number)}
                      value={point.level * 100}
                      digits={0}
                      max={100}
                      step={5}
                      onChange={(percent) => move({ level: percent / 100 })}
                    />
                  </td>
                  <td>
                    <button
                      type="button"
                      className="icon-button"
                      aria-label={t.removePoint(number)}
                      onClick={() => put(removeLevelPoint(timing.level, point.time))}
                    >
                      <CloseIcon />
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <button
        type="button"
        className="button small"
        onClick={() => {
          const time = hits.time();
          put(setLevelPoint(timing.level, { time, level: levelAt(timing.level, time) || 0.5 }, hits.range));
        }}
      >
        {t.addPoint}
      </button>
    </>
  );
}

interface NumberCellProps {
  readonly label: string;
  readonly value: number;
  readonly digits: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
}

/** A number that counts when it is typed to its end: half of a time is another hit's time. */
function NumberCell({ label, value, digits, max, step, onChange }: NumberCellProps) {
  const [text, setText] = useState<string>();
  const settle = (typed: string | undefined) => {
    setText(undefined);
    const number = Number(typed);
    if (typed !== undefined && typed.trim() !== '' && number >= 0 && number <= max) onChange(number);
  };
  return (
    <input
      type="number"
      inputMode="decimal"
      aria-label={label}
      min={0}
      max={max}
      step={step}
      value={text ?? value.toFixed(digits)}
      onChange={(event) => {
        // The arrows of the field and of the keyboard set it at once.
        const isStep = !('inputType' in event.nativeEvent && event.nativeEvent.inputType);
        if (isStep) settle(event.target.value);
        else setText(event.target.value);
      }}
      onBlur={() => settle(text)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') settle(text);
        if (event.key !== 'Escape' || text === undefined) return;
        // It gives up what was typed and nothing else: unclaimed, it would cancel a running generation as well.
        event.preventDefault();
        setText(undefined);
      }}
    />
  );
}
