import { expect, test } from 'vitest';
import { utf16 } from './hits.testing.ts';
import { readHits } from './read-hits.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (input: string | Uint8Array, name = 'hits.txt', duration?: number) => readHits(input, { name, duration });
const times = async (input: string | Uint8Array, name?: string, duration?: number) =>
  (await read(input, name, duration)).timing.hits.map(({ time }) => time);

test('labels: points, ranges, strengths in words, stretches of level, lines of the spectrogram', async () => {
  const { timing, format } = await read(
    '2.5\t2.5\t\n0.25\t0.75\thit 0.5\n\\\t120\t400\n1\t1\t80 %\n1.5\t1.5\tTake 2\n3\t4\tlevel 0.2 0.6\n4\t5\tlevel .6 0\n7\t8\tLevel 1\n',
  );
  expect(format).toBe('audacity');
  expect(timing.hits).toEqual([
    { time: 0.25, strength: 0.5 },
    { time: 1, strength: 0.8 },
    { time: 1.5, strength: 0.8 },
    { time: 2.5, strength: 0.8 },
  ]);
  expect(timing.level).toEqual([
    { time: 3, level: 0.2 },
    { time: 4, level: 0.6 },
    { time: 5, level: 0 },
    { time: 5.001, level: 0 },
    { time: 6.999, level: 0 },
    { time: 7, level: 1 },
    { time: 8, level: 1 },
  ]);
});

test.each([
  ['plain', '0.5\n1.25\n'],
  ['with strengths', '0.5,0.9\n1.25,0.1'],
  ['with a header', 'time,strength\r\n0.5,0.9\r\n1.25,0.1\r\n'],
  ['semicolons and decimal commas', 'Time;Strength\n0,5;0,9\n1,25;0,1'],
  ['tabs', 'time\tstrength\n0.5\t0.9\n1.25\t0.1'],
  ['tabs without a header', '0.5\t0.9\n1.25\t0.1'],
  ['decimal commas alone', '0,50\n1,25'],
  ['a separator line of Excel', 'sep=;\nstart;name\n0,5;"a; b"\n1,25;c'],
  ['milliseconds', 'id,time (ms)\na,500\nb,1250'],
  ['frames', 'frame\n12.5\n31.25'],
  ['clock times', 'Name,Start\nM1,0:00.5\nM2,00:00:01.250'],
  ['comments', '# made by hand\n0.5\n# more\n1.25'],
])('tables: %s', async (_, text) => {
  expect(await times(text)).toEqual([0.5, 1.25]);
  expect(await times(bytes(text), 'hits.csv')).toEqual([0.5, 1.25]);
});

test('strengths of a table may be shares, per cents or velocities; 0 is no hit', async () => {
  const strengths = async (text: string) => (await read(text, 'a.csv')).timing.hits.map(({ strength }) => strength);
  expect(await strengths('1,0.5\n2,1\n3,0')).toEqual([0.5, 1]);
  expect(await strengths('1.0,50\n2.0,100')).toEqual([0.5, 1]);
  expect(await strengths('time,velocity\n1,63.5\n2,127')).toEqual([0.5, 1]);
  expect(await strengths('1,\n2,0.4')).toEqual([0.8, 0.4]);
});

test('encodings: byte order marks, UTF-16 with and without, Latin', async () => {
  const text = '0.5\t0.5\tcaisse\n1.25\t1.25\t0.5\n';
  for (const input of [
    bytes(`\ufeff${text}`),
    utf16(text, true),
    utf16(text, false),
    bytes(text.replace(/\n/g, '\r')),
  ]) {
    expect(await times(input)).toEqual([0.5, 1.25]);
  }
  const swapped = utf16(text, true);
  for (let i = 0; i < swapped.length; i += 2) swapped.subarray(i, i + 2).reverse();
  expect(await times(swapped)).toEqual([0.5, 1.25]);
  const latin = bytes(text.replace('caisse', 'X'));
  latin[latin.indexOf(88)] = 0xe9;
  expect(await times(latin)).toEqual([0.5, 1.25]);
});

test('hits at one time are joined, hits outside are kept out, and both are said', async () => {
  const { timing, notices } = await read(
    '1\t1\t0.2\n1\t1\t0.9\n1.0001\t1.0001\t0.3\n-1\t-1\t\n9\t9\t\n2.01\t2.01\t',
    'a',
    2,
  );
  expect(timing.hits).toEqual([
    { time: 1, strength: 0.9 },
    { time: 2, strength: 0.8 },
  ]);
  expect(notices.map(({ code, values }) => [code, values])).toEqual([
    ['hits-joined', { count: 2 }],
    ['hits-outside', { count: 2, seconds: '2.00' }],
  ]);
});

test('a level is cut where the picture ends', async () => {
  const { timing } = await read('time,strength,level\n-1,,0\n1,,1\n3,,0\n1.5,0.5,', 'a.csv', 2);
  expect(timing.level).toEqual([
    { time: 0, level: 0.5 },
    { time: 1, level: 1 },
    { time: 2, level: 0.5 },
  ]);
  expect(timing.hits).toHaveLength(1);
});

test.each([
  ['binary junk', Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256), 'hits-unreadable', 'binary'],
  ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13), 'hits-unreadable', 'binary'],
  ['nothing', '', 'hits-none', 'empty'],
  ['space', ' \n\n', 'hits-none', 'empty'],
  ['subtitles', '1\n00:00:01,000 --> 00:00:02,000\nHello\n', 'hits-unreadable', 'foreign'],
  ['WebVTT', 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello', 'hits-unreadable', 'foreign'],
  ['Praat', 'File type = "ooTextFile"\nObject class = "TextGrid"\n', 'hits-unreadable', 'foreign'],
  ['XMEML', '<?xml version="1.0"?><!DOCTYPE xmeml><xmeml version="5"></xmeml>', 'hits-unreadable', 'foreign'],
  ['JSON', '{"hits": [1, 2]}', 'hits-unreadable', 'foreign'],
  ['words', 'Dear all,\nplease find attached', 'hits-unreadable', 'columns'],
  ['a damaged line of labels', '0.5\t0.5\ta\noops\t1\tb\n', 'hits-unreadable', 'line'],
  ['a damaged row', 'time,strength\n0.5,1\nlater,1', 'hits-unreadable', 'line'],
  ['a table without times', 'colour,size\nred,3', 'hits-unreadable', 'columns'],
  ['a header alone', 'time,strength\n', 'hits-none', 'rows'],
  ['an empty FCPXML', '<fcpxml version="1.9"><resources/></fcpxml>', 'hits-none', 'markers'],
  ['a broken FCPXML', '<fcpxml version="1.9"><resources>', 'hits-unreadable', 'damaged'],
  ['an EDL without markers', 'TITLE: x\nFCM: NON-DROP FRAME\n', 'hits-none', 'markers'],
  ['a broken MIDI', bytes('MThd nothing'), 'hits-unreadable', 'damaged'],
  ['hits that all lie outside', '70\n80', 'hits-none', 'outside'],
  ['more than ten thousand', Array.from({ length: 10_001 }, (_, i) => i / 200).join('\n'), 'too-many-hits', undefined],
  ['a long file', new Uint8Array(17e6), 'hits-unreadable', 'too-large'],
])('%s is refused with a sentence', async (_, input, code, variant) => {
  const values: unknown = expect.objectContaining(variant === undefined ? {} : { variant });
  await expect(read(input, 'a.txt', 60)).rejects.toMatchObject({ code, values });
  await expect(read(input, 'a.txt', 60)).rejects.toThrow(/^[A-Z].*\.$/);
});
