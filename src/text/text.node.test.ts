/** Every text of the interface in both languages: none missing, none empty, none left in the other language. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AppError, ERROR_CODES } from '../errors.ts';
import { GPU_OBSTACLES } from '../model/capability.ts';
import { NOTICE_CODES } from '../notices.ts';
import { errorText } from './errors.ts';
import { LANGUAGES, preferredLanguage, type Messages, type Texts } from './language.ts';
import { noticeText } from './notices.ts';

/** Korean texts that are names or units, the same in every language. */
const NAMES = new Set([
  'Esc',
  'MP4',
  'WAV',
  'WebM',
  'AV-Link Studio',
  'LUFS',
  'kB',
  'MB',
  'GB',
  'fps',
  'A/B',
  'BPM',
  'dB',
  'ms',
  'LUFS',
  'CSV',
  'MIDI',
  'FCPXML',
  'EDL',
]);
const HANGUL = /\p{Script=Hangul}/u;

const files = import.meta.glob<Record<string, unknown>>(['./*.ts', '!./*.node.test.ts'], { eager: true });
const areas = Object.entries(files).flatMap(([file, exported]) =>
  Object.entries(exported).flatMap(([name, value]) =>
    isTexts(value) ? [[`${file.slice(2)} ${name}`, value] as const] : [],
  ),
);

function isTexts(value: unknown): value is Texts<Messages> {
  return typeof value === 'object' && value !== null && LANGUAGES.every((language) => language in value);
}

/** The text itself, or what it becomes with values that are neither words nor empty. */
function written(message: Messages[string]): string {
  return typeof message === 'string' ? message : message(...Array.from({ length: message.length }, () => '7'));
}

/** Letters that are not part of a name. */
function words(text: string): string {
  return text
    .split(/[^\p{L}/-]+/u)
    .filter((word) => word !== '' && !NAMES.has(word))
    .join(' ');
}

test('there are texts', () => {
  expect(areas.length).toBeGreaterThan(4);
});

describe.each(areas)('%s', (_, { en, ko }) => {
  test('says the same things in both languages', () => {
    expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
  });

  test.each(Object.keys(en))('%s', (key) => {
    const english = written(en[key] ?? '');
    const korean = written(ko[key] ?? '');
    expect(english.trim()).not.toBe('');
    expect(korean.trim()).not.toBe('');
    expect(english).not.toMatch(HANGUL);
    if (words(korean) !== '' && words(english) !== '') expect(korean).toMatch(HANGUL);
  });
});

describe('errors', () => {
  const variants = [
    ...['', 'task', 'picture', 'gone', 'damaged', 'pictures', 'not-loaded', 'empty-export', 'sample'],
    ...['zip', 'newer', 'results', 'list', 'page'],
  ];
  test.each(ERROR_CODES)('%s is said in Korean, with what to do about it', (code) => {
    for (const variant of variants) {
      const values = {
        variant,
        file: 'text.bin',
        codec: 'AV1',
        title: 'Drops',
        megabytes: 9,
        reason: 'no-adapter',
        name: 'a.mp4',
        count: 3,
      };
      for (const error of [
        new AppError(code, 'English.', 'Do it.'),
        new AppError(code, 'English.', 'Do it.', { values }),
      ]) {
        expect(errorText('en', error)).toEqual({ message: 'English.', remedy: 'Do it.' });
        const { message, remedy } = errorText('ko', error.toData());
        expect(message).toMatch(HANGUL);
        expect(message + remedy).not.toContain('undefined');
        if (code !== 'cancelled') expect(remedy).toMatch(HANGUL);
      }
    }
  });

  test('what an error is about reaches its Korean words across a worker border', () => {
    const error = new AppError('unsupported-codec', 'The file is coded as AV1.', '', { values: { codec: 'AV1' } });
    const arrived = AppError.fromData(structuredClone(error.toData()));
    expect(errorText('ko', arrived).message).toContain('AV1');
    expect(errorText('ko', new AppError('internal', 'Odd.')).message).toContain('Odd.');
  });
});

describe('notices', () => {
  test.each(NOTICE_CODES)('%s is said in Korean', (code) => {
    expect(noticeText('en', { code, message: 'English.' })).toBe('English.');
    const bare = noticeText('ko', { code, message: 'English.' });
    expect(bare).toMatch(HANGUL);
    expect(bare).not.toContain('undefined');
  });

  test('every reason against the graphics card has its own sentence', () => {
    const said = GPU_OBSTACLES.map((reason) =>
      noticeText('ko', { code: 'gpu-unusable', message: '', values: { reason } }),
    );
    expect(new Set(said).size).toBe(GPU_OBSTACLES.length);
  });
});

test('every bundled sample has a Korean title', () => {
  const list = JSON.parse(readFileSync('public/samples/samples.json', 'utf8')) as { titles?: { ko?: string } }[];
  for (const { titles } of list) expect(titles?.ko).toMatch(HANGUL);
});

test('the browser’s languages choose, in their order', () => {
  expect(preferredLanguage(['ko-KR', 'en'])).toBe('ko');
  expect(preferredLanguage(['fr', 'en-GB', 'ko'])).toBe('en');
  expect(preferredLanguage(['fr'])).toBe('en');
  expect(preferredLanguage([])).toBe('en');
});
