import { expect, test } from 'vitest';
import { filesNamedIn, fileTimeIsBefore, newFileName } from './files.ts';
import { migrate, readRecord, type Migrations } from './versions.ts';

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
