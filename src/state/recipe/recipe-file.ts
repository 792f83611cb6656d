/** The recipe as it travels inside exported files: all it takes to make the take again, and how it was shaped. Pure. */
import { z } from 'zod';
import type { Edit, SpanEdit } from '../../dsp/mix.ts';
import type { TimeSpan } from '../../dsp/span.ts';
import type { PlanWarning } from '../../media/preflight.ts';
import type { Recipe, SamplerChoice, Take } from '../take.ts';
import { BOUNDS, MAX_PROMPT, MAX_SEED } from './draft.ts';
import { fitTiming, readTiming, recipeTiming, type FittedTiming } from './recipe-timing.ts';

const VERSION = 1;
/** Bounds what a file can make of an edit, and keeps a recipe well within what a file carries (`MAX_RECIPE`). */
const MAX_SPANS = 160;
/** More than a prompt that anybody types amounts to. */
const MAX_WORDS = 32;
/** Bytes of a recipe with its timing: less than `MAX_RECIPE`, which has room for the tags around it. */
const ROOM = 15 * 1024;
/** JSON knows no infinity: what is off is left out. */
const gain = z.number().min(-200).max(40).optional();
const seconds = z.number().min(-3600).max(3600);
const seed = z.int().min(0).max(MAX_SEED);
const bounded = (key: keyof SamplerChoice) => z.number().min(BOUNDS[key].min).max(BOUNDS[key].max);
const forwards = ({ start, end }: TimeSpan) => end > start;
const span = z.object({ start: seconds, end: seconds }).refine(forwards);

const schema = z.object({
  app: z.literal('av-link-studio'),
  version: z.literal(VERSION),
  task: z.enum(['v2a', 'a2v']),
  sourceName: z.string().max(300),
  trim: span.optional(),
  seed,
  variations: z.array(z.object({ seed, amount: z.number().min(0).max(1) })).max(32),
  renewed: z.array(span).max(MAX_SPANS).optional(),
  timing: recipeTiming.optional(),
  /** What it was made with, typed or seen: made again elsewhere, nobody has to see it again. */
  words: z.array(z.string().max(40)).max(MAX_WORDS).optional(),
  byEyes: z.boolean().optional(),
  prompt: z.string().max(MAX_PROMPT),
  negative: z.string().max(MAX_PROMPT),
  sampler: z.object({
    steps: bounded('steps'),
    guidanceText: bounded('guidanceText'),
    guidanceAv: bounded('guidanceAv'),
  }),
  pack: z.string().max(100),
  packHash: z.string().regex(/^[0-9a-f]{64}$/),
  variant: z.string().max(20).optional(),
  edit: z.object({
    offset: seconds,
    originalGain: gain,
    generatedGain: gain,
    fadeIn: z.number().min(0).max(3600),
    fadeOut: z.number().min(0).max(3600),
    loudness: z.object({ lufs: z.number().min(-70).max(0), gain }).optional(),
    spans: z
      .array(
        z
          .object({ start: seconds, end: seconds, gain, shape: z.enum(['level', 'in', 'out']).optional() })
          .refine(forwards),
      )
      .max(MAX_SPANS)
      .optional(),
  }),
});

/** What a file says about how it was made. */
export interface CarriedRecipe extends Omit<Recipe, 'duration' | 'backend'> {
  /** On the clock of the source, as the take's own edit. */
  readonly edit: Edit;
  /** The words it was made with; left out where it was made without, or before recipes kept them. */
  readonly words?: readonly string[];
  /** The eyes typed those words. */
  readonly byEyes?: boolean;
}

/** What of a take goes into its recipe. */
type Written = Pick<Take, 'recipe' | 'edit'> & Partial<Pick<Take, 'understood' | 'byEyes'>>;

/**
 * The recipe of a take as JSON. An edit of more stretches than a recipe holds travels with the first ones, and so does a
 * timing of more hits.
 */
export function writeRecipe(take: Written): string {
  const fields = withoutTiming(take);
  const timing = timingOf(take, fields)?.written;
  return JSON.stringify(timing ? { ...fields, timing } : fields);
}

function timingOf({ recipe: { timing } }: Pick<Take, 'recipe'>, fields: object): FittedTiming | undefined {
  return timing && fitTiming(timing, ROOM - new TextEncoder().encode(JSON.stringify(fields)).length);
}

function withoutTiming({ recipe, edit, understood = [], byEyes = false }: Written) {
  const { task, sourceName, trim, variations, renewed, prompt, negative, sampler, pack, packHash, variant } = recipe;
  const { offset, originalGain, generatedGain, fadeIn, fadeOut, spans, loudness } = edit;
  return {
    app: 'av-link-studio',
    version: VERSION,
    ...{ task, sourceName, trim, seed: recipe.seed, variations, prompt, negative, sampler, pack, packHash, variant },
    ...(task === 'v2a' && understood.length > 0 ? { words: understood.slice(0, MAX_WORDS) } : {}),
    ...(byEyes ? { byEyes } : {}),
    ...(renewed ? { renewed: renewed.slice(0, MAX_SPANS).map(rounded) } : {}),
    edit: {
      ...{ offset, fadeIn, fadeOut },
      ...finite('originalGain', originalGain),
      ...finite('generatedGain', generatedGain),
      ...(loudness ? { loudness } : {}),
      ...(spans.length > 0 ? { spans: spans.slice(0, MAX_SPANS).map(writeSpan) } : {}),
    },
  };
}

/** What is said of a file whose recipe cannot hold all of the edit, or of the timing; undefined where it can. */
export function shortRecipe(take: Written): PlanWarning | undefined {
  const made = Math.max(take.edit.spans.length, take.recipe.renewed?.length ?? 0);
  if (made <= MAX_SPANS) return shortTiming(take);
  return {
    code: 'plan-recipe-short',
    message:
      `The recipe inside the file keeps the first ${MAX_SPANS} of ${made} marked parts. ` +
      'What is heard holds them all.',
    values: { kept: MAX_SPANS, made },
  };
}

function shortTiming(take: Written): PlanWarning | undefined {
  const timing = timingOf(take, withoutTiming(take));
  if (!timing || timing.kept === timing.made) return undefined;
  const { kept, made } = timing;
  return {
    code: 'plan-recipe-hits',
    message:
      `The recipe inside the file keeps the first ${kept} of ${made} hits and level points. ` +
      'What is heard holds them all. To keep them all, export the hits as a file of their own.',
    values: { kept, made },
  };
}

/** Reads what `writeRecipe` wrote; undefined for anything else, since files come from anywhere. */
export function readRecipe(text: string | undefined): CarriedRecipe | undefined {
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Another program's comment: the file simply has no recipe of ours.
    return undefined;
  }
  const read = schema.safeParse(json);
  if (!read.success) return undefined;
  const { app: _, version: __, edit, trim, renewed, timing, variant, words, byEyes, ...rest } = read.data;
  return {
    ...rest,
    ...(variant === undefined ? {} : { variant }),
    ...(words ? { words } : {}),
    ...(byEyes ? { byEyes } : {}),
    ...(trim ? { trim } : {}),
    ...(renewed ? { renewed } : {}),
    ...(timing ? { timing: readTiming(timing) } : {}),
    edit: {
      ...edit,
      originalGain: edit.originalGain ?? -Infinity,
      generatedGain: edit.generatedGain ?? -Infinity,
      spans: (edit.spans ?? []).map(({ start, end, gain = -Infinity, shape }) => ({
        span: { start, end },
        gain,
        ...(shape ? { shape } : {}),
      })),
    },
  };
}

function finite(key: string, value: number): Record<string, number> {
  return Number.isFinite(value) ? { [key]: value } : {};
}

/** Hundredths of a millisecond: finer than anyone can set. */
function rounded({ start, end }: TimeSpan): TimeSpan {
  return { start: Math.round(start * 1e5) / 1e5, end: Math.round(end * 1e5) / 1e5 };
}

function writeSpan({ span, gain, shape }: SpanEdit) {
  return { ...rounded(span), ...finite('gain', gain), ...(shape ? { shape } : {}) };
}
