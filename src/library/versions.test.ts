import { expect, test } from 'vitest';
import { filesNamedIn, fileTimeIsBefore, newFileName } from './files.ts';
import { checkRecord, migrate, readRecord, type Migrations } from './versions.ts';

const rename: Migrations = [
  (record, kind) => ({ ...record, label: record['name'], kind }),
  (record) => {
    if (typeof record['label'] !== 'string') throw new TypeError('label: missing');
    return { ...record, label: record['label'].toUpperCase() };
  },
];

test('old records pass every step up to this version, new ones none', () => {
  const moved = { ok: true, value: { version: 3, name: 'a', label: 'A', kind: 'take' } };
  expect(migrate('take', { version: 1, name: 'a' }, rename)).toEqual(moved);
  expect(migrate('take', { version: 2, name: 'a', label: 'a', kind: 'take' }, rename)).toEqual(moved);
  expect(migrate('take', { version: 3, label: 'a' }, rename)).toEqual({ ok: true, value: { version: 3, label: 'a' } });
});

test('a newer record is told from a damaged one, and nothing throws', () => {
  expect(migrate('take', { version: 4 }, rename)).toMatchObject({ ok: false, problem: 'newer' });
  expect(migrate('take', { version: 1 }, rename)).toMatchObject({ ok: false, detail: 'label: missing' });
  for (const raw of [
    undefined,
    null,
    1,
    'text',
    [],
    {},
    { version: 'x' },
    { version: 0 },
    { version: 1.5 },
    { version: 1 },
  ]) {
    for (const kind of ['project', 'take', 'item'] as const) {
      expect(readRecord(kind, raw)).toMatchObject({ ok: false, problem: 'damaged' });
    }
  }
});

test('files are found in any value, and only they', () => {
  const [a, b] = [newFileName(1000), newFileName(2000)];
  expect(filesNamedIn({ deep: [{ x: a }, null, 7], b, not: 'f-1', blob: new Blob([b]) })).toEqual(new Set([a, b]));
  expect([fileTimeIsBefore(a, 1500), fileTimeIsBefore(b, 1500)]).toEqual([true, false]);
  expect([fileTimeIsBefore('other', 1500), fileTimeIsBefore('other', Infinity)]).toEqual([false, true]);
});

/** As the app of version 1 wrote it. */
const TAKE_1 = {
  version: 1,
  project: 'p',
  id: 'a',
  created: 1000,
  recipe: {
    ...{ task: 'v2a', sourceName: 'ball.mp4', duration: 2, seed: 7, variations: [], prompt: 'hammer', negative: '' },
    sampler: { steps: 9, guidanceText: 1, guidanceAv: 2.5 },
    ...{ pack: 'mini', packHash: 'a'.repeat(64), backend: 'wasm' },
  },
  understood: ['hammer'],
  notices: [],
  seconds: { decode: 1, load: 1, encode: 1, sample: 1, render: 1, mux: 0, total: 5 },
  sketch: { peaks: [0, 1], onsets: [0.5], loudness: -20 },
  starred: false,
  edit: { offset: 0, originalGain: -Infinity, generatedGain: 0, fadeIn: 0, fadeOut: 0, spans: [] },
  media: { task: 'v2a', sampleRate: 16000, sound: { name: newFileName(1000), bytes: 4, type: 'audio/wav' } },
};
const TIMING = { hits: [{ time: 0.5, strength: 0.8 }], level: [{ time: 1, level: 0.25 }] };

test('records of before there was a timing are read, and stay what older apps can read', () => {
  const read = readRecord('take', TAKE_1);
  expect(read).toMatchObject({ ok: true, value: { recipe: { seed: 7 } } });
  if (!read.ok) return;
  expect(checkRecord('take', read.value)).toEqual(TAKE_1);
});

test('a record with a timing is newer to older apps, not damaged', () => {
  const read = readRecord('take', TAKE_1);
  if (!read.ok) throw new Error(read.detail);
  const record = checkRecord('take', { ...read.value, recipe: { ...read.value.recipe, timing: TIMING } });
  expect(record.version).toBe(2);
  expect(readRecord('take', record)).toMatchObject({ ok: true, value: { recipe: { timing: TIMING } } });
  expect(migrate('take', record, [])).toMatchObject({ ok: false, problem: 'newer' });
});
