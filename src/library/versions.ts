/** From what lies in the database to a record of this version, or the reason why it is none. Pure. */
import type { z } from 'zod';
import { itemRecord, projectRecord, takeRecord } from './schema.ts';
import type { ItemRecord, ProjectRecord, TakeRecord } from './schema.ts';

/** Version 2 added the timing, and how loud a take comes. */
export const RECORD_VERSION = 2;

interface Records {
  readonly project: ProjectRecord;
  readonly take: TakeRecord;
  readonly item: ItemRecord;
}
export type RecordKind = keyof Records;
export type RecordOf<K extends RecordKind> = Records[K];

const RECORDS: { readonly [K in RecordKind]: z.ZodType<RecordOf<K>> } = {
  project: projectRecord,
  take: takeRecord,
  item: itemRecord,
};

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      /** `newer`: written by a later version of the app, which can still read it. */
      readonly problem: 'newer' | 'damaged';
      /** What does not fit, for a report. */
      readonly detail: string;
    };

type Raw = Record<string, unknown>;
/** At index v: from a record of version v + 1 to one of version v + 2. It may throw on a record that is damaged. */
export type Migrations = readonly ((record: Raw, kind: RecordKind) => Raw)[];

/**
 * A change of schema.ts that old records do not fit, or that older apps must not take for damage, adds one here. Records of
 * version 1 fit as they are.
 */
const MIGRATIONS: Migrations = [(record) => record];

/** A record of any version up to this one, as one of this version. Never throws. */
export function readRecord<K extends RecordKind>(kind: K, raw: unknown): Reading<RecordOf<K>> {
  const migrated = migrate(kind, raw, MIGRATIONS);
  if (!migrated.ok) return migrated;
  const parsed = RECORDS[kind].safeParse(migrated.value);
  if (!parsed.success) return { ok: false, problem: 'damaged', detail: describe(parsed.error) };
  return { ok: true, value: parsed.data };
}

/** The record as it is stored, of the oldest version that can hold it, so that older apps go on reading it. @throws RangeError for one that could not be read again: a bug of the caller */
export function checkRecord<K extends RecordKind>(kind: K, record: RecordOf<K>): RecordOf<K> {
  const parsed = RECORDS[kind].safeParse(record);
  if (!parsed.success) throw new RangeError(`This ${kind} cannot be stored: ${describe(parsed.error)}.`);
  return { ...parsed.data, version: versionFor(parsed.data) };
}

function versionFor(record: ProjectRecord | TakeRecord | ItemRecord): number {
  const since2 =
    'recipe' in record
      ? [record.recipe.timing, record.edit.loudness]
      : [
          record.draft.loudness,
          'timing' in record ? record.timing : undefined,
          'hits' in record ? record.hits : undefined,
        ];
  return since2.every((part) => part === undefined) ? 1 : RECORD_VERSION;
}

export function migrate(kind: RecordKind, raw: unknown, migrations: Migrations): Reading<Raw> {
  if (typeof raw !== 'object' || raw === null) return { ok: false, problem: 'damaged', detail: 'it is no record' };
  let record = raw as Raw;
  const version = record['version'];
  const newest = migrations.length + 1;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return { ok: false, problem: 'damaged', detail: 'version: missing' };
  }
  if (version > newest) return { ok: false, problem: 'newer', detail: `version ${version}, known up to ${newest}` };
  try {
    for (const [index, step] of migrations.entries()) {
      if (index + 1 >= version) record = { ...step(record, kind), version: index + 2 };
    }
  } catch (error) {
    return { ok: false, problem: 'damaged', detail: error instanceof Error ? error.message : String(error) };
  }
  return { ok: true, value: record };
}

const SHOWN_PROBLEMS = 3;

function describe({ issues }: z.ZodError): string {
  const shown = issues.slice(0, SHOWN_PROBLEMS);
  return shown.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`).join('; ');
}
