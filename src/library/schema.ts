/**
 * What the library writes: the shape of its records. Every record is checked against it on its way in and on its way
 * out, so that what is stored can be read again. A field that a record does not know is an error, not a silent loss:
 * a new field belongs here (and, where old records lack it and must have it, in versions.ts).
 */
import { z } from 'zod';
import { ERROR_CODES } from '../errors.ts';
import { NOTICE_CODES } from '../notices.ts';
import { FILE_NAME } from './files.ts';

const optional = z.exactOptional;
const id = z.string().min(1).max(100);
/** Milliseconds since 1970. */
const moment = z.number().nonnegative();
const count = z.number().int().nonnegative();
const task = z.enum(['v2a', 'a2v']);
/** Decibels; -Infinity, which is off, is refused by zod's own numbers. NaN is none. */
const gain = z.custom<number>((value) => typeof value === 'number' && value < Infinity, 'a gain in decibels');
/** Seconds. */
const span = z.strictObject({ start: z.number(), end: z.number() });
const values = z.record(z.string(), z.union([z.string(), z.number()]));

/** A file in the library's own file store. */
const fileRef = z.strictObject({ name: z.string().regex(FILE_NAME), bytes: count, type: z.string() });

const isHandle = (value: unknown): value is FileSystemFileHandle =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'file' && 'getFile' in value;

/** A file of the person, and how it is found again after a reload. */
const keptFile = z.strictObject({
  name: z.string(),
  size: count,
  type: z.string(),
  lastModified: z.number(),
  kept: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('copy'), file: fileRef }),
    /** On the disk, where the browser may read it again once the person allows it. */
    z.strictObject({ by: z.literal('handle'), handle: z.custom<FileSystemFileHandle>(isHandle, 'a file handle') }),
    /** Only its name is known: the person is asked for the file again. */
    z.strictObject({ by: z.literal('name'), because: z.enum(['too-large', 'no-room', 'done']) }),
  ]),
});

/** When something is to be heard; since version 2. */
const timing = z.strictObject({
  hits: z.array(z.strictObject({ time: z.number(), strength: z.number(), certainty: optional(z.number()) })).readonly(),
  level: z.array(z.strictObject({ time: z.number(), level: z.number() })).readonly(),
});

const samplerChoice = z.strictObject({ steps: count, guidanceText: z.number(), guidanceAv: z.number() });
const samplerChange = z.strictObject({
  steps: optional(count),
  guidanceText: optional(z.number()),
  guidanceAv: optional(z.number()),
});

const draft = z.strictObject({
  prompt: z.string(),
  negative: z.string(),
  seed: count,
  takes: count,
  drawSeed: z.boolean(),
  sampler: z.strictObject({ v2a: samplerChange, a2v: samplerChange }),
  loudness: z.enum(['even', 'as-generated']).optional(),
});

const recipe = z.strictObject({
  task,
  sourceName: z.string(),
  duration: z.number().nonnegative(),
  trim: optional(span),
  seed: count,
  variations: z.array(z.strictObject({ seed: count, amount: z.number() })).readonly(),
  renewed: optional(z.array(span).readonly()),
  timing: optional(timing),
  prompt: z.string(),
  negative: z.string(),
  sampler: samplerChoice,
  pack: z.string(),
  packHash: z.string(),
  variant: optional(z.string()),
  backend: z.enum(['webgpu', 'wasm']),
});

const edit = z.strictObject({
  offset: z.number(),
  originalGain: gain,
  generatedGain: gain,
  fadeIn: z.number().nonnegative(),
  fadeOut: z.number().nonnegative(),
  spans: z.array(z.strictObject({ span, gain, shape: optional(z.enum(['level', 'in', 'out'])) })).readonly(),
  loudness: z.strictObject({ lufs: z.number(), gain: z.number().optional() }).optional(),
});

const notice = z.strictObject({ code: z.enum(NOTICE_CODES), message: z.string(), values: optional(values) });

const sketch = z.strictObject({
  peaks: z.array(z.number()).readonly(),
  onsets: z.array(z.number()).readonly(),
  loudness: z.union([z.number(), z.undefined()]),
});

const seconds = z.strictObject({
  decode: z.number(),
  load: z.number(),
  encode: z.number(),
  sample: z.number(),
  render: z.number(),
  mux: z.number(),
  total: z.number(),
});

const takeMedia = z.discriminatedUnion('task', [
  z.strictObject({
    task: z.literal('v2a'),
    sampleRate: z.number().positive(),
    sound: fileRef,
    latents: optional(fileRef),
  }),
  z.strictObject({ task: z.literal('a2v'), clip: fileRef, latents: optional(fileRef) }),
]);

const version = count;
/** When it was discarded or deleted; it can be brought back until it is purged. */
const removed = optional(moment);

export const projectRecord = z.strictObject({
  version,
  id,
  created: moment,
  /** Last opened or worked on. */
  opened: moment,
  removed,
  source: keptFile,
  task,
  draft,
  trim: optional(span),
  /** What a person set of it, and the sensitivity at which the picture is read. */
  timing: optional(z.strictObject({ shown: timing, sensitivity: z.number() })),
  thumbnail: optional(fileRef),
});

export const takeRecord = z.strictObject({
  version,
  project: id,
  id,
  created: moment,
  removed,
  recipe,
  understood: z.array(z.string()).readonly(),
  byEyes: optional(z.boolean()),
  notices: z.array(notice).readonly(),
  seconds,
  sketch,
  starred: z.boolean(),
  edit,
  media: takeMedia,
});

const errorData = z.strictObject({
  code: z.enum(ERROR_CODES),
  name: z.string(),
  message: z.string(),
  remedy: z.string(),
  values: optional(values),
  stack: optional(z.string()),
});

/** A file of a batch. */
export const itemRecord = z.strictObject({
  version,
  id,
  created: moment,
  /** Items are worked on by this, smallest first. */
  order: z.number(),
  file: keptFile,
  /** Left out: what fits the file. */
  task: optional(task),
  draft,
  /** A file of hits that lay beside it; since version 2. */
  hits: optional(
    z.strictObject({
      name: z.string(),
      bytes: z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array, 'bytes'),
    }),
  ),
  /** How often it was begun without an end; a file that takes the page down with it is not tried for ever. */
  begun: count,
  status: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('waiting') }),
    z.strictObject({ state: z.literal('running') }),
    z.strictObject({ state: z.literal('cancelled') }),
    z.strictObject({ state: z.literal('failed'), error: errorData }),
    z.strictObject({
      state: z.literal('done'),
      seconds: z.number(),
      outputs: z.array(z.strictObject({ name: z.string(), file: fileRef })).readonly(),
      notices: z.array(notice).readonly(),
    }),
  ]),
});

export type StoredSpan = Readonly<z.infer<typeof span>>;
export type FileRef = Readonly<z.infer<typeof fileRef>>;
export type KeptFile = Readonly<z.infer<typeof keptFile>>;
export type StoredTiming = NonNullable<ProjectRecord['timing']>;
export type StoredDraft = Readonly<z.infer<typeof draft>>;
export type ProjectRecord = Readonly<z.infer<typeof projectRecord>>;
export type TakeRecord = Readonly<z.infer<typeof takeRecord>>;
export type TakeMedia = TakeRecord['media'];
export type ItemRecord = Readonly<z.infer<typeof itemRecord>>;
