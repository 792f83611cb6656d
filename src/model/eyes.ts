/**
 * The eyes: a network of others that tells a thousand everyday things in a picture, and a table that says those that sound
 * in words that a pack may know. They are a component of their own (`public/models/eyes/`), beside the packs and without a
 * word in them, so that no pack, link or recipe changes with them. Pure.
 */
import { z } from 'zod';
import type { TimeSpan } from '../dsp/span.ts';
import { AppError } from '../errors.ts';
import { packFile } from './manifest.ts';

const count = z.number().int().positive();
/** How often something is right that is seen with probability p: sigmoid(slope * logit(p) + offset). */
const calibration = z.object({ slope: z.number().positive(), offset: z.number() });

const manifestSchema = z.object({
  schema: z.literal(1),
  name: z.string(),
  licence: z.string(),
  /** Pixels float32 [n, side, side, 3] in 0..255 -> logits [n, classes]. */
  graph: packFile,
  /** The table, a file of the same folder. */
  words: packFile,
  side: count,
  classes: count,
  /** Certainty from which on something is said. */
  saidAbove: z.number().min(0).max(1),
  /** Of what the eyes see, and of what a pack's tagger sees: both on one scale, that of how often it is right. */
  certainty: z.object({ eyes: calibration, tagger: calibration }),
});

const tableSchema = z.object({
  schema: z.literal(1),
  groups: z.array(
    z.object({
      name: z.string(),
      /** Ways of saying it, the best first, each of words separated by spaces. */
      say: z.array(z.string().min(1)).min(1),
      /** Classes of the network, by index, with their names. */
      classes: z.record(z.string().regex(/^\d+$/), z.string()),
    }),
  ),
});

export type EyesManifest = z.infer<typeof manifestSchema>;
export type Calibration = z.infer<typeof calibration>;
/** Things that sound alike. */
export type WordGroup = z.infer<typeof tableSchema>['groups'][number];

/** What the eyes see in a file: enough to say what any part of it shows. */
export interface Sight {
  /** Moments of the pictures that were looked at, in seconds of the file, rising. */
  readonly times: readonly number[];
  /** [pictures, classes], one picture after the other. */
  readonly logits: Float32Array;
  readonly groups: readonly WordGroup[];
  readonly rule: Pick<EyesManifest, 'classes' | 'saidAbove' | 'certainty'>;
}

/** Words for a picture that come from outside a pack. */
export interface SeenElsewhere {
  /** Of the pack's vocabulary. */
  readonly words: readonly string[];
  /**
   * How often such words are right, 0..1, and what makes probabilities of the tagger comparable: the surer one is
   * believed. Left out: the words are taken as they are, as those of a take that is made again.
   */
  readonly trust?: { readonly certainty: number; readonly tagger: Calibration };
}

/** Throws AppError `pack-invalid`. */
export const parseEyesManifest = (text: string): EyesManifest => parse(manifestSchema, text, 'manifest.json');

/** Throws AppError `pack-invalid`. */
export const parseWordTable = (text: string): readonly WordGroup[] => parse(tableSchema, text, 'words.json').groups;

export function certaintyOf(probability: number, { slope, offset }: Calibration): number {
  const p = Math.min(1 - 1e-6, Math.max(1e-6, probability));
  return 1 / (1 + Math.exp(-(slope * Math.log(p / (1 - p)) + offset)));
}

/**
 * What a part of the file shows, in words of the vocabulary; undefined where the eyes are not sure of anything that the
 * vocabulary can say. Logits are averaged over the pictures of the part (the nearest one where none lies in it), so that
 * what is there all the time counts more than a glimpse; probabilities of things that sound alike are added.
 */
export function sayWhatIsSeen(
  { times, logits, groups, rule }: Sight,
  part: TimeSpan | undefined,
  vocabulary: readonly string[],
): SeenElsewhere | undefined {
  const known = new Set(vocabulary);
  const p = probabilities(logits, picturesWithin(times, part), rule.classes);
  let best: { words: readonly string[]; probability: number } | undefined;
  for (const { say, classes } of groups) {
    const words = say.map((one) => one.split(' ')).find((one) => one.every((word) => known.has(word)));
    const probability = Object.keys(classes).reduce((sum, index) => sum + (p[Number(index)] ?? 0), 0);
    if (words && probability > (best?.probability ?? 0)) best = { words, probability };
  }
  if (!best) return undefined;
  const certainty = certaintyOf(best.probability, rule.certainty.eyes);
  if (certainty < rule.saidAbove) return undefined;
  return { words: best.words, trust: { certainty, tagger: rule.certainty.tagger } };
}

function picturesWithin(times: readonly number[], part: TimeSpan | undefined): number[] {
  const all = [...times.keys()];
  if (!part) return all;
  const within = all.filter((k) => (times[k] ?? 0) >= part.start && (times[k] ?? 0) < part.end);
  if (within.length > 0) return within;
  const middle = (part.start + part.end) / 2;
  const distance = (k: number) => Math.abs((times[k] ?? 0) - middle);
  return all.sort((a, b) => distance(a) - distance(b)).slice(0, 1);
}

/** Softmax of the mean logits of some pictures. */
function probabilities(logits: Float32Array, pictures: readonly number[], classes: number): Float64Array {
  const mean = new Float64Array(classes);
  for (const k of pictures)
    for (let c = 0; c < classes; c++) mean[c]! += (logits[k * classes + c] ?? 0) / pictures.length;
  const most = mean.reduce((a, b) => Math.max(a, b), -Infinity);
  const raised = mean.map((value) => Math.exp(value - most));
  const sum = raised.reduce((a, b) => a + b, 0);
  return raised.map((value) => value / sum);
}

function parse<T>(schema: z.ZodType<T>, text: string, file: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError(
      'pack-invalid',
      `The file ${file} of the eyes is not as this app expects it.`,
      'Reload the page.',
      {
        cause: error,
      },
    );
  }
}
