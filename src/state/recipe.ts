/** The recipe as it travels inside exported files: all it takes to make the take again, and how it was shaped. Pure. */
import { z } from 'zod';
import type { Edit } from '../dsp/mix.ts';
import type { SamplerChoice, Take } from './types.ts';
import { BOUNDS, MAX_PROMPT, MAX_SEED } from './draft.ts';
import type { Task } from '../model/manifest.ts';

const VERSION = 1;
/** JSON knows no infinity: what is off is left out. */
const gain = z.number().min(-200).max(40).optional();
const seconds = z.number().min(-3600).max(3600);
const seed = z.int().min(0).max(MAX_SEED);
const bounded = (key: keyof SamplerChoice) => z.number().min(BOUNDS[key].min).max(BOUNDS[key].max);

const schema = z.object({
  app: z.literal('av-link-studio'),
  version: z.literal(VERSION),
  task: z.enum(['v2a', 'a2v']),
  sourceName: z.string().max(300),
  seed,
  variations: z.array(z.object({ seed, amount: z.number().min(0).max(1) })).max(32),
  prompt: z.string().max(MAX_PROMPT),
  negative: z.string().max(MAX_PROMPT),
  sampler: z.object({
    steps: bounded('steps'),
    guidanceText: bounded('guidanceText'),
    guidanceAv: bounded('guidanceAv'),
  }),
  pack: z.string().max(100),
  packHash: z.string().regex(/^[0-9a-f]{64}$/),
  edit: z.object({
    offset: seconds,
    originalGain: gain,
    generatedGain: gain,
    fadeIn: z.number().min(0).max(3600),
    fadeOut: z.number().min(0).max(3600),
  }),
});

/** What a file says about how it was made. */
export interface CarriedRecipe {
  readonly task: Task;
  readonly sourceName: string;
  readonly seed: number;
  readonly prompt: string;
  readonly negative: string;
  readonly sampler: SamplerChoice;
  readonly pack: string;
  readonly packHash: string;
  readonly edit: Omit<Edit, 'spans'>;
}

/** The recipe of a take as JSON. */
export function writeRecipe({ recipe, edit }: Take): string {
  const { task, sourceName, variations, prompt, negative, sampler, pack, packHash } = recipe;
  const { offset, originalGain, generatedGain, fadeIn, fadeOut } = edit;
  const finite = (key: string, value: number) => (Number.isFinite(value) ? { [key]: value } : {});
  return JSON.stringify({
    app: 'av-link-studio',
    version: VERSION,
    ...{ task, sourceName, seed: recipe.seed, variations, prompt, negative, sampler, pack, packHash },
    edit: {
      ...{ offset, fadeIn, fadeOut },
      ...finite('originalGain', originalGain),
      ...finite('generatedGain', generatedGain),
    },
  });
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
  const { edit, ...rest } = read.data;
  return {
    ...rest,
    edit: { ...edit, originalGain: edit.originalGain ?? -Infinity, generatedGain: edit.generatedGain ?? -Infinity },
  };
}
