/** The manifest and the table of the eyes, checked; the page that only goes by what they see needs neither. */
import { z } from 'zod';
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

/** Throws AppError `pack-invalid`. */
export const parseEyesManifest = (text: string): EyesManifest => parse(manifestSchema, text, 'manifest.json');

/** Throws AppError `pack-invalid`. */
export const parseWordTable = (text: string): readonly WordGroup[] => parse(tableSchema, text, 'words.json').groups;

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
