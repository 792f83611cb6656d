/** What a link carries. `shareSchema` is the one description: links are untrusted, and everything read is checked by it. */
import { z } from 'zod';
import { MAX_CHANNELS, MAX_LATENTS } from './sound-code.ts';
import { MAX_LINK_HITS } from './timing-code.ts';
import { MAX_PICTURE_FRAMES, MAX_PICTURE_SIDE, MAX_QUANTIZER } from './picture-code.ts';

/** Longest result a link carries, in seconds. */
export const MAX_SHARE_SECONDS = 12;
/** Largest MP4 in a link, in bytes. */
export const MAX_CLIP_BYTES = 96 * 1024;
/** Largest picture side of that MP4, in pixels. */
export const MAX_CLIP_SIDE = 640;
/** Longest texts, in UTF-16 units. */
export const MAX_PROMPT = 1000;
export const MAX_NAME = 200;
export const MAX_TITLE = 120;

const text = (longest: number) => z.string().max(longest);
const whole = (from: number, to: number) => z.number().int().min(from).max(to);
/** Bytes of any buffer, a bounded number. */
const bytes = (most: number) => z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= most);
const code = bytes(16 * 1024);

export const recipeSchema = z.object({
  task: z.enum(['v2a', 'a2v']),
  prompt: text(MAX_PROMPT),
  negative: text(MAX_PROMPT),
  seed: whole(0, Number.MAX_SAFE_INTEGER),
  steps: whole(1, 1000),
  /** Both with two decimals. */
  guidanceText: z.number().min(0).max(100),
  guidanceAv: z.number().min(0).max(100),
  /** The first 16 hexadecimal digits of the pack's hash. */
  packHash: z.string().regex(/^[0-9a-f]{16}$/),
  sourceName: text(MAX_NAME),
  /** Where in the result the shared part begins, and its length, in seconds with three decimals. */
  start: z.number().min(0).max(36_000),
  seconds: z.number().positive().max(MAX_SHARE_SECONDS),
});

/** Seconds on the clock of the source file, with three decimals. */
const time = z.number().min(0).max(36_000);
const rising = (points: readonly { readonly time: number }[]) =>
  points.every(({ time }, i) => i === 0 || time > (points[i - 1]?.time ?? time));
const timing = z.object({
  hits: z
    .array(z.object({ time, strength: z.number().gt(0).max(1) }))
    .max(MAX_LINK_HITS)
    .refine(rising),
  level: z
    .array(z.object({ time, level: z.number().min(0).max(1) }))
    .max(MAX_LINK_HITS)
    .refine(rising),
});

const sound = z.object({
  count: whole(1, MAX_LATENTS),
  channels: whole(1, MAX_CHANNELS),
  step: whole(1, 255),
  /** Quarters of a decibel by which the decoded sound is made louder. */
  gain: whole(-100, 100),
  data: code,
});

const side = whole(4, MAX_PICTURE_SIDE).multipleOf(4);
const picture = z.object({
  frames: whole(1, MAX_PICTURE_FRAMES),
  width: side,
  height: side,
  quantizer: whole(0, MAX_QUANTIZER),
  data: code,
});

export const shareSchema = z.object({
  recipe: recipeSchema,
  title: text(MAX_TITLE),
  /** When a person wanted the sound to be heard in the part that is shared; left out: the picture was read. */
  timing: timing.optional(),
  media: z.discriminatedUnion('kind', [
    /** Picture and sound that any browser plays. */
    z.object({ kind: z.literal('clip'), mp4: bytes(MAX_CLIP_BYTES) }),
    /** Sound that the pack's decoder makes audible, and a rough picture. */
    z.object({ kind: z.literal('sketch'), sound, picture: picture.optional() }),
    /** Only how it was made. */
    z.object({ kind: z.literal('recipe') }),
  ]),
});

export type ShareRecipe = z.infer<typeof recipeSchema>;
export type Share = z.infer<typeof shareSchema>;
export type ShareMedia = Share['media'];
export type SharedSound = z.infer<typeof sound>;
export type SharedPicture = z.infer<typeof picture>;
