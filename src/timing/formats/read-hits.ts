/** Hits of a file, whatever its format: its content tells, its name only helps. */
import { readAudacity } from './audacity.ts';
import { readCsv } from './csv.ts';
import { isEdl, readEdl } from './edl.ts';
import { foreignLabels, noHits, tooLarge } from './failures.ts';
import { readFcpxml } from './fcpxml.ts';
import { parseNumber } from './label-text.ts';
import { readMidi } from './midi.ts';
import { textOfBytes } from './text-of-bytes.ts';
import { tidyTiming } from './tidy.ts';
import type { HitsFormat, RawTiming, ReadContext, ReadHits } from './types.ts';

/** No file of hits is larger, in megabytes. */
export const MAX_HITS_FILE = 16;

/** Endings of the files that are read here. */
export const HITS_ENDINGS = ['.txt', '.csv', '.tsv', '.mid', '.midi', '.fcpxml', '.edl'] as const;

/** Whether a file's name says that it holds hits. */
export function isHitsName(name: string): boolean {
  const lower = name.toLowerCase();
  return HITS_ENDINGS.some((ending) => lower.endsWith(ending));
}

/**
 * Throws `hits-unreadable` for what is no file of hits, `hits-none` for one without any (or all of them outside), and
 * `too-many-hits` above 10,000.
 */
export async function readHits(input: Uint8Array | string, context: ReadContext): Promise<ReadHits> {
  if (input.length > MAX_HITS_FILE * 1e6) throw tooLarge(MAX_HITS_FILE);
  const { format, raw } = await readAny(input, context);
  return { format, ...tidyTiming(raw, context.duration) };
}

async function readAny(
  input: Uint8Array | string,
  { name, fps }: ReadContext,
): Promise<{ format: HitsFormat; raw: RawTiming }> {
  if (typeof input !== 'string') {
    const midi = midiIn(input);
    if (midi) return { format: 'midi', raw: await readMidi(midi) };
  }
  const text = (typeof input === 'string' ? input : textOfBytes(input)).replace(/^\ufeff/, '');
  if (text.trim() === '') throw noHits('empty');
  const program = foreignProgram(text);
  if (program !== undefined) throw foreignLabels(program);
  if (/<fcpxml[\s>]/.test(text)) return { format: 'fcpxml', raw: await readFcpxml(text) };
  if (isEdl(text)) return { format: 'edl', raw: readEdl(text, fps) };
  if (/^\s*TITLE:/.test(text)) throw noHits('markers');
  return isAudacity(text, name)
    ? { format: 'audacity', raw: readAudacity(text) }
    : { format: 'csv', raw: readCsv(text, fps) };
}

/** The MIDI of a file, also in the RIFF wrapper of Windows. */
function midiIn(bytes: Uint8Array): Uint8Array | undefined {
  const says = (text: string, at: number) => [...text].every((sign, i) => bytes[at + i] === sign.charCodeAt(0));
  if (says('MThd', 0)) return bytes;
  return says('RIFF', 0) && says('RMID', 8) && says('MThd', 20) ? bytes.subarray(20) : undefined;
}

/** Two columns of which the second never lies before the first; tables may have any. */
function isAudacity(text: string, name: string): boolean {
  if (/\.(csv|tsv)$/i.test(name)) return false;
  const lines = text.split(/\r\n?|\n/).filter((line) => line.trim() !== '' && !line.startsWith('\\'));
  const [first = ''] = lines;
  if (!first.includes('\t')) return false;
  return lines.every((line) => {
    const [start = '', end = ''] = line.split('\t');
    // A line that is damaged is told as one of a label.
    return !(parseNumber(end) < parseNumber(start)) && (line !== first || !Number.isNaN(parseNumber(start)));
  });
}

/** Files of other programs that a person may well try. */
function foreignProgram(text: string): string | undefined {
  const start = text.trimStart().slice(0, 2000);
  if (/^WEBVTT/.test(start) || /^\s*\d*\s*[\r\n]*\d\d:\d\d:\d\d[.,]\d{3}\s*-->/.test(start)) return 'subtitles';
  if (/ooTextFile|TextGrid/.test(start)) return 'Praat (TextGrid)';
  if (/<xmeml[\s>]/.test(start)) return 'Final Cut Pro 7 or Premiere (XMEML)';
  if (/<ANNOTATION_DOCUMENT/.test(start)) return 'ELAN';
  if (/^\[Script Info\]/.test(start)) return 'subtitles';
  if (/^</.test(start) && !/<fcpxml[\s>]/.test(text)) return 'another program (XML)';
  if (/^[{[]/.test(start)) return 'another program (JSON)';
  return undefined;
}
