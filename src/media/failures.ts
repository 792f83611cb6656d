/** Turns what ffmpeg says (its last stderr lines) and how it ends into the app's typed errors. Pure. */

import { AppError, type ErrorCode, type Values } from '../errors.ts';

/** Longest input the app takes, in seconds. */
export const MAX_SECONDS = 600;

const SENTENCES = {
  'empty-file': ['The file is empty (0 bytes).', 'Choose another file, or copy it again from where it came.'],
  'not-media': [
    'The file is not a video or a sound that can be read.',
    'Choose a video (MP4, MOV, WebM, MKV, AVI) or a sound (WAV, MP3, M4A, FLAC, OGG).',
  ],
  truncated: [
    'The file is damaged or incomplete; it ends earlier than it should.',
    'Copy or download it again, or export it once more from the app that made it.',
  ],
  'no-video-track': ['The file has no picture.', 'Choose a file with a video track.'],
  'no-audio-track': ['The file has no sound.', 'Choose a file with an audio track.'],
  'zero-length': ['The file plays for zero seconds.', 'Choose a file that lasts at least one frame.'],
  'too-long': [
    'The file is longer than 10 minutes.',
    'Cut it to 10 minutes or less, for instance in a phone or desktop video editor.',
  ],
  'unsupported-codec': [
    'The file is coded in a way this app cannot read.',
    'Convert it to H.264 (MP4) with a video converter and try again.',
  ],
  'too-large': [
    'The video is larger than 1 GB, more than the browser can rewrite.',
    'Save the sound alone and join the two in a video editor, or use a smaller copy of the video.',
  ],
  'out-of-memory': [
    'The file needs more memory than the browser gives a page.',
    'Close other tabs, or make the video smaller (1080p or less) and try again.',
  ],
  'media-crashed': [
    'The media decoder stopped unexpectedly; it has been restarted.',
    'Try again. If it happens again with the same file, convert the file to H.264 (MP4) first.',
  ],
} as const satisfies Partial<Record<ErrorCode, readonly [string, string]>>;

export type MediaErrorCode = keyof typeof SENTENCES;

/**
 * The AppError for `code`; `message` replaces the stock sentence (and `values` tell other languages how), `log` is kept
 * as the cause for bug reports.
 */
export function mediaError(
  code: MediaErrorCode,
  message?: string,
  log: readonly string[] = [],
  values?: Values,
): AppError {
  const [sentence, remedy] = SENTENCES[code];
  const cause = log.length > 0 ? { cause: new Error(log.slice(-20).join('\n')) } : undefined;
  return new AppError(code, message ?? sentence, remedy, { ...cause, ...(values && { values }) });
}

const OUT_OF_MEMORY = /cannot allocate memory|out of memory|\bOOM\b|could not allocate|allocation failed/i;
const NO_DECODER = /Decoder \(codec .*\) not found|no decoder|Missing Sequence Header|not (?:yet )?implemented/i;

/** Does the log say that the codec, not the file, is the trouble? */
export function saysUnsupported(log: readonly string[]): boolean {
  return log.some((line) => NO_DECODER.test(line));
}

const FILE_GONE = /NotFoundError|NotReadableError|could not be read|could not be found/i;

/** A WASM core that aborted (`thrown` undefined) or trapped: always followed by a fresh core. */
export function crashError(thrown: string | undefined, log: readonly string[]): AppError {
  const lines = thrown === undefined ? log : [...log, thrown];
  if (thrown !== undefined && FILE_GONE.test(thrown)) {
    const error = mediaError('truncated', 'The file can no longer be read; it was changed, moved or deleted.', lines);
    const values = { variant: 'gone' };
    return new AppError(error.code, error.message, 'Choose the file again.', { cause: error.cause, values });
  }
  return mediaError(
    lines.some((line) => OUT_OF_MEMORY.test(line)) ? 'out-of-memory' : 'media-crashed',
    undefined,
    lines,
  );
}

/** ffmpeg ended with an error while working on the user's file. */
export function workError(log: readonly string[]): AppError {
  if (log.some((line) => OUT_OF_MEMORY.test(line))) return mediaError('out-of-memory', undefined, log);
  if (saysUnsupported(log)) return mediaError('unsupported-codec', undefined, log);
  return mediaError('truncated', 'The file is damaged and could not be read to its end.', log, { variant: 'damaged' });
}

/** The demuxer refused the file. `head` holds its first bytes (16 or more). */
export function openError(head: Uint8Array, log: readonly string[]): AppError {
  // A known signature with an unreadable rest is a broken copy, not a wrong kind of file.
  return mediaError(hasMediaSignature(head) ? 'truncated' : 'not-media', undefined, log);
}

function hasMediaSignature(head: Uint8Array): boolean {
  const text = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  return (
    ['ftyp', 'moov', 'mdat', 'wide', 'skip', 'moof', 'styp'].includes(text(4, 8)) ||
    (text(0, 4) === 'RIFF' && ['AVI ', 'WAVE'].includes(text(8, 12))) ||
    ['OggS', 'fLaC', 'FLV\u0001', '\u001aE\u00df\u00a3', '\u0030\u0026\u00b2\u0075'].includes(text(0, 4))
  );
}
