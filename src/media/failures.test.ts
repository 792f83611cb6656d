import { describe, expect, it } from 'vitest';
import { crashError, mediaError, openError, workError } from './failures.ts';

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

describe('openError', () => {
  it('a known signature means a broken copy', () => {
    for (const head of ['\0\0\0\x20ftypisom', 'RIFF\0\0\0\0WAVEfmt ', '\x1aE\xdf\xa3', 'OggS', 'fLaC'])
      expect(openError(bytes(head.padEnd(16, '\0')), []).code).toBe('truncated');
  });

  it('anything else is no media', () => {
    for (const head of ['', 'Dear diary, today', 'RIFF\0\0\0\0WEBPVP8 ', 'PK\x03\x04'])
      expect(openError(bytes(head), []).code).toBe('not-media');
  });
});

describe('workError', () => {
  it('reads the log', () => {
    expect(workError(['[libx264] malloc: Cannot allocate memory']).code).toBe('out-of-memory');
    expect(workError(['Decoder (codec none) not found for input stream #0:0']).code).toBe('unsupported-codec');
    expect(workError(['Error while decoding stream #0:0']).code).toBe('truncated');
  });

  it('keeps the last lines for bug reports', () => {
    expect((workError(['first', 'last']).cause as Error).message).toBe('first\nlast');
  });
});

describe('crashError', () => {
  it('tells memory, a vanished file and other traps apart', () => {
    expect(crashError('RuntimeError: memory access out of bounds', []).code).toBe('media-crashed');
    expect(crashError('RuntimeError: Aborted(OOM)', []).code).toBe('out-of-memory');
    expect(crashError(undefined, ['x: Cannot allocate memory']).code).toBe('out-of-memory');
    const gone = crashError('NotFoundError: A requested file or directory could not be found', []);
    expect(gone.remedy).toBe('Choose the file again.');
  });
});

describe('mediaError', () => {
  it('always has a sentence and a remedy', () => {
    for (const code of ['empty-file', 'not-media', 'truncated', 'zero-length', 'too-long', 'too-large'] as const) {
      expect(mediaError(code).message).toMatch(/^The .*\.$/);
      expect(mediaError(code).remedy).toMatch(/\.$/);
    }
  });
});
