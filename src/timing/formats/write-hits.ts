/** Hits as a file in a format. */
import type { Timing } from '../types.ts';
import { writeAudacity } from './audacity.ts';
import { writeCsv } from './csv.ts';
import { writeEdl } from './edl.ts';
import { writeFcpxml } from './fcpxml.ts';
import { writeMidi } from './midi.ts';
import type { HitsFile, HitsFormat, WriteContext } from './types.ts';

const FILES: Readonly<Record<HitsFormat, { readonly ending: string; readonly mimeType: string }>> = {
  audacity: { ending: 'txt', mimeType: 'text/plain' },
  csv: { ending: 'csv', mimeType: 'text/csv' },
  midi: { ending: 'mid', mimeType: 'audio/midi' },
  fcpxml: { ending: 'fcpxml', mimeType: 'application/xml' },
  edl: { ending: 'edl', mimeType: 'text/plain' },
};

/** Whether a format has a place for the level, beside the hits. */
export function keepsLevel(format: HitsFormat): boolean {
  return format === 'audacity' || format === 'csv';
}

/** The format that the ending of a file's name asks for; Audacity labels for any other. */
export function formatOfName(name: string): HitsFormat {
  const ending = /\.([^.]+)$/.exec(name.toLowerCase())?.[1];
  const found = Object.entries(FILES).find(([, file]) => file.ending === ending || `${file.ending}i` === ending);
  return (found?.[0] as HitsFormat | undefined) ?? 'audacity';
}

export function writeHits(timing: Timing, format: HitsFormat, context: WriteContext): HitsFile {
  const { ending, mimeType } = FILES[format];
  const title = context.name.replace(/\.[^.]*$/, '') || 'hits';
  return {
    fileName: `${title}.hits.${ending}`,
    mimeType,
    content: contentOf(timing, format, { ...context, name: title }),
  };
}

function contentOf(timing: Timing, format: HitsFormat, context: WriteContext): string | Uint8Array<ArrayBuffer> {
  switch (format) {
    case 'audacity':
      return writeAudacity(timing);
    case 'csv':
      return writeCsv(timing);
    case 'midi':
      return writeMidi(timing, context.name);
    case 'fcpxml':
      return writeFcpxml(timing, context);
    case 'edl':
      return writeEdl(timing, context);
  }
}
