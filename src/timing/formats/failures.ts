/** What is wrong with a file of hits, in sentences. */
import { AppError } from '../../errors.ts';

const FORMATS = 'Use Audacity labels, CSV, MIDI, FCPXML or EDL.';

/** No file of hits at all, or of a kind that holds none. */
export function notHits(): AppError {
  return new AppError('hits-unreadable', 'This file does not hold hits: it is not text and not MIDI.', FORMATS, {
    values: { variant: 'binary' },
  });
}

export function foreignLabels(program: string): AppError {
  return new AppError('hits-unreadable', `This is a file of ${program}, which cannot be read here.`, FORMATS, {
    values: { variant: 'foreign', program },
  });
}

/** @param line counted from 1 */
export function badLine(line: number, text: string): AppError {
  const shown = text.trim().slice(0, 40);
  return new AppError(
    'hits-unreadable',
    `Line ${line} does not start with a time: “${shown}”.`,
    'Correct the line, or delete it. Times are seconds, such as 1.25, or clock times, such as 0:01.25.',
    { values: { variant: 'line', line, text: shown } },
  );
}

export function noTimeColumn(columns: string): AppError {
  return new AppError(
    'hits-unreadable',
    `The table has no column of times. Its columns are: ${columns.slice(0, 80)}.`,
    'Name the column of the times “time” and that of the strengths “strength”.',
    { values: { variant: 'columns', columns: columns.slice(0, 80) } },
  );
}

/** @param format 'MIDI' or 'FCPXML' */
export function damaged(format: string, cause: unknown): AppError {
  return new AppError('hits-unreadable', `The ${format} file is damaged or cut off.`, 'Export it again.', {
    cause,
    values: { variant: 'damaged', format },
  });
}

export function tooLarge(megabytes: number): AppError {
  return new AppError(
    'hits-unreadable',
    `The file has more than ${megabytes} MB, so it is no file of hits.`,
    'Choose a smaller file.',
    { values: { variant: 'too-large', megabytes } },
  );
}

/** What each kind of file lacks. */
const NOTHING = {
  empty: 'The file is empty.',
  notes: 'The MIDI file has no notes.',
  markers: 'The file has no markers.',
  labels: 'The file has no labels.',
  rows: 'The table has no rows.',
  sound: 'No hit is heard in this sound.',
} as const;

export function noHits(variant: keyof typeof NOTHING): AppError {
  return new AppError('hits-none', NOTHING[variant], 'Choose a file with at least one hit.', { values: { variant } });
}

export function allOutside(count: number, seconds: number): AppError {
  const length = seconds.toFixed(2);
  return new AppError(
    'hits-none',
    count === 1
      ? `The only hit lies outside the file, which is ${length} s long.`
      : `All ${count} hits lie outside the file, which is ${length} s long.`,
    'Check that the hits belong to this file and begin at 0.',
    { values: { variant: 'outside', count, seconds: length } },
  );
}
