import type { Match } from '../../dsp/matching.ts';
import { timelineText } from '../../text/timeline.ts';
import { useTexts } from '../page/language.ts';
import { clockText } from './view.ts';

interface MarksProps {
  readonly seen: readonly number[];
  readonly heard: readonly number[];
  readonly matches: readonly Match[];
}

/** How much of what is seen is heard, and every mark in words for whoever cannot see the drawing. */
export function MarksAsText({ seen, heard, matches }: MarksProps) {
  const t = useTexts(timelineText);
  const rows = marksInOrder({ seen, heard, matches });
  return (
    <details className="timeline-marks">
      <summary>
        {seen.length === 0 ? t.noMovement : t.land(String(matches.length), String(seen.length))}
        <span className="timeline-key" aria-hidden="true">
          <span className="key-seen" /> {t.seen} <span className="key-heard" /> {t.heard}
        </span>
      </summary>
      <ul aria-label={t.marks}>
        {rows.map((row) => (
          <li key={`${row.seen} ${row.heard}`}>
            {row.seen !== undefined && row.heard !== undefined
              ? t.markBoth(clockText(row.seen), clockText(row.heard))
              : row.seen !== undefined
                ? t.markSeen(clockText(row.seen))
                : t.markHeard(clockText(row.heard ?? 0))}
          </li>
        ))}
      </ul>
    </details>
  );
}

interface MarkRow {
  readonly seen?: number;
  readonly heard?: number;
}

/** Pairs and lonely marks, by time. */
function marksInOrder({ seen, heard, matches }: MarksProps): MarkRow[] {
  const pairOfSeen = new Map(matches.map((match) => [match.seen, match.heard]));
  const paired = new Set(matches.map((match) => match.heard));
  const rows: MarkRow[] = seen.map((time, n) => {
    const partner = heard[pairOfSeen.get(n) ?? -1];
    return partner === undefined ? { seen: time } : { seen: time, heard: partner };
  });
  heard.forEach((time, n) => {
    if (!paired.has(n)) rows.push({ heard: time });
  });
  return rows.sort((a, b) => (a.seen ?? a.heard ?? 0) - (b.seen ?? b.heard ?? 0));
}
