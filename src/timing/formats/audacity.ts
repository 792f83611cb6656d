/**
 * Label tracks of Audacity: a line "start TAB end TAB text" for each label, in seconds. A label is a hit at its beginning; its text
 * may tell the strength. A range whose text is "level 0.2 0.6" is a stretch of what goes on.
 */
import type { Hit, LevelPoint, Timing } from '../types.ts';
import { badLine, noHits } from './failures.ts';
import { amountText, levelOf, parseNumber, strengthOf } from './label-text.ts';
import type { RawTiming } from './types.ts';

/** Seconds in which a level that breaks off falls to nothing. */
const EDGE = 0.001;

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

export function readAudacity(text: string): RawTiming {
  const hits: Hit[] = [];
  const stretches: Stretch[] = [];
  text.split(/\r\n?|\n/).forEach((line, index) => {
    // The line after a label of the spectrogram holds its frequencies.
    if (line.trim() === '' || line.startsWith('\\')) return;
    const [startText = '', endText, ...rest] = line.split('\t');
    const start = parseNumber(startText);
    const end = endText === undefined ? start : parseNumber(endText);
    if (Number.isNaN(start) || Number.isNaN(end)) throw badLine(index + 1, line);
    const label = rest.join(' ');
    const level = end > start ? levelOf(label) : undefined;
    if (level) stretches.push({ start, end, from: level[0], to: level[1] });
    else hits.push({ time: start, strength: strengthOf(label) });
  });
  if (hits.length === 0 && stretches.length === 0) throw noHits('labels');
  return { hits, level: levelOfStretches(stretches) };
}

/** Six places, as Audacity writes them. */
export function writeAudacity({ hits, level }: Timing): string {
  const lines = hits.map(({ time, strength }) => ({ start: time, end: time, label: amountText(strength) }));
  level.forEach((point, index) => {
    const next = level[index + 1];
    if (!next) return;
    const label = `level ${amountText(point.level)} ${amountText(next.level)}`;
    lines.push({ start: point.time, end: next.time, label });
  });
  lines.sort((a, b) => a.start - b.start);
  return lines.map(({ start, end, label }) => `${start.toFixed(6)}\t${end.toFixed(6)}\t${label}\n`).join('');
}

/** One polyline of stretches that may touch, or leave gaps in which nothing goes on. */
function levelOfStretches(stretches: readonly Stretch[]): LevelPoint[] {
  const points: LevelPoint[] = [];
  for (const { start, end, from, to } of [...stretches].sort((a, b) => a.start - b.start)) {
    const last = points.at(-1);
    const add = (time: number, level: number) => {
      if (time > (points.at(-1)?.time ?? -Infinity)) points.push({ time, level });
    };
    if (last && start - last.time > 2 * EDGE) {
      add(last.time + EDGE, 0);
      add(start - EDGE, 0);
    }
    if (last?.time === start && last.level !== from) add(start + EDGE, from);
    else add(start, from);
    add(end, to);
  }
  return points;
}
