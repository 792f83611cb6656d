/**
 * Tables: a row for each hit, "time[,strength]", separated by commas, semicolons or tabs, with or without a header, with decimal
 * points or commas. A row with a level and no strength is a point of what goes on.
 */
import { DEFAULT_STRENGTH } from '../edit.ts';
import type { Hit, LevelPoint, Timing } from '../types.ts';
import { badLine, noHits, noTimeColumn } from './failures.ts';
import { frameOfTimecode, nearestRate } from './frame-rate.ts';
import { amountText, parseNumber } from './label-text.ts';
import type { RawTiming } from './types.ts';

const TIME = /^(time|start|onset|position|pos|seconds?|sec|s|ms|milliseconds?|frames?|in|시간)\b|[_ ](time|onset)\b/i;
const STRENGTH = /^(strength|velocity|vel|intensity|amplitude|amount|weight|value|세기)\b/i;
const LEVEL = /^(level|레벨)\b/i;

interface Row {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  readonly fields: readonly string[];
}

interface Columns {
  readonly time: number;
  readonly strength: number;
  readonly level: number;
  readonly unit: 'seconds' | 'milliseconds' | 'frames';
}

export function readCsv(text: string, fps?: number): RawTiming {
  const lines = text
    .split(/\r\n?|\n/)
    .map((line, index) => ({ line: index + 1, text: line }))
    .filter(({ text: line }, index) => line.trim() !== '' && !/^sep=/i.test(line) && !isComment(line, index === 0));
  const separator = separatorOf(lines.map(({ text: line }) => line));
  const rows: Row[] = lines.map(({ line, text: row }) => ({ line, text: row, fields: fieldsOf(row, separator) }));
  const [first, ...rest] = rows;
  if (!first) throw noHits('rows');
  const bare: Columns = { time: 0, strength: 1, level: 2, unit: 'seconds' };
  const headed = Number.isNaN(secondsOf(first.fields[0] ?? '', bare, fps)) && !/\d/.test(first.fields[0] ?? '');
  const columns = headed ? columnsOf(first) : bare;
  const body = headed ? rest : rows;
  if (body.length === 0) throw noHits('rows');

  const hits: Hit[] = [];
  const level: LevelPoint[] = [];
  const scale = strengthScale(body, columns);
  for (const { line, text: row, fields } of body) {
    const time = secondsOf(fields[columns.time] ?? '', columns, fps);
    if (Number.isNaN(time)) throw badLine(line, row);
    const [strengthText, levelText] = [fields[columns.strength]?.trim() ?? '', fields[columns.level]?.trim() ?? ''];
    const strength = parseNumber(strengthText) / scale;
    const height = parseNumber(levelText);
    if (height >= 0 && height <= 1) level.push({ time, level: height });
    if (levelText !== '' && strengthText === '') continue;
    // What has no strength makes no sound.
    if (strength <= 0) continue;
    hits.push({ time, strength: strength <= 1 ? strength : DEFAULT_STRENGTH });
  }
  if (hits.length === 0 && level.length === 0) throw noHits('rows');
  return { hits, level: rising(level) };
}

export function writeCsv({ hits, level }: Timing): string {
  const second = (time: number) => time.toFixed(6);
  const rows = [
    ...hits.map(({ time, strength }) => ({ time, row: `${second(time)},${amountText(strength)}`, end: ',' })),
    ...level.map(({ time, level: height }) => ({ time, row: `${second(time)},`, end: `,${amountText(height)}` })),
  ].sort((a, b) => a.time - b.time);
  const wide = level.length > 0;
  return ['time,strength', ...rows.map(({ row }) => row)]
    .map((row, index) => row + (wide ? (index === 0 ? ',level' : (rows[index - 1]?.end ?? '')) : '') + '\n')
    .join('');
}

/** "# made by hand"; a first line may be the header of a table whose first column is "#". */
function isComment(line: string, first: boolean): boolean {
  return /^\s*#/.test(line) && !(first && /[,;\t]/.test(line));
}

/** The separator, or none where commas are decimal ones: "0,52" in every line. */
function separatorOf(lines: readonly string[]): string | undefined {
  const [first = ''] = lines;
  if (first.includes('\t')) return '\t';
  if (first.includes(';')) return ';';
  const decimals = lines.map((line) => /^\s*\d+,(\d+)\s*$/.exec(line)?.[1]);
  const body = /\d/.test(first) ? decimals : decimals.slice(1);
  const beyond = body.some((digits) => digits !== undefined && Number(digits) > 1);
  return body.length > 0 && body.every((digits) => digits !== undefined) && beyond && !/,\D/.test(first)
    ? undefined
    : ',';
}

function fieldsOf(line: string, separator: string | undefined): string[] {
  if (separator === undefined) return [line];
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (const sign of line) {
    if (sign === '"') quoted = !quoted;
    else if (sign === separator && !quoted) {
      fields.push(field);
      field = '';
    } else field += sign;
  }
  return [...fields, field];
}

function columnsOf({ fields, text }: Row): Columns {
  const names = fields.map((field) => field.trim());
  const time = names.findIndex((name) => TIME.test(name));
  if (time < 0) throw noTimeColumn(names.length > 1 ? names.join(', ') : text);
  const name = names[time] ?? '';
  const unit = /\bms\b|_ms\b|milli/i.test(name) ? 'milliseconds' : /frame/i.test(name) ? 'frames' : 'seconds';
  const find = (pattern: RegExp) => {
    const index = names.findIndex((other) => pattern.test(other));
    return index < 0 ? Infinity : index;
  };
  return { time, strength: find(STRENGTH), level: find(LEVEL), unit };
}

/** Seconds of a time in any of the usual ways of writing; NaN for what is none. */
function secondsOf(field: string, { unit }: Columns, fps = 25): number {
  const text = field.trim().replace(/\s*(s|sec|seconds)$/i, '');
  const plain = parseNumber(text);
  if (!Number.isNaN(plain)) return unit === 'milliseconds' ? plain / 1000 : unit === 'frames' ? plain / fps : plain;
  const clock = /^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)$/.exec(text);
  if (clock) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + parseNumber(clock[3] ?? '');
  const rate = nearestRate(fps);
  return (frameOfTimecode(text, rate, text.includes(';')) * rate.ticks) / rate.scale;
}

/** What a full strength is written as: 1, 100 for per cent, or 127 as MIDI has it. */
function strengthScale(rows: readonly Row[], { strength }: Columns): number {
  const most = rows.reduce((max, { fields }) => Math.max(max, parseNumber(fields[strength] ?? '') || 0), 0);
  return most <= 1 ? 1 : most <= 100 ? 100 : most <= 127 ? 127 : most;
}

function rising(points: readonly LevelPoint[]): LevelPoint[] {
  const sorted = [...points].sort((a, b) => a.time - b.time);
  return sorted.filter(({ time }, index) => index === 0 || time > (sorted[index - 1]?.time ?? 0));
}
