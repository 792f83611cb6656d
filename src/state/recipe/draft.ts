/** The settings of the next generation: their bounds, defaults and how they become a sampler's settings. Pure. */
import type { SamplerSettings } from '../../engine/protocol.ts';
import type { Manifest, Task } from '../../model/manifest.ts';
import type { Recipe, SamplerChoice } from '../take.ts';

export interface Draft {
  readonly prompt: string;
  readonly negative: string;
  /** Of the first take; the others count on from it. */
  readonly seed: number;
  /** How many takes a generation makes, 1 to MAX_TAKES. */
  readonly takes: number;
  /** Draw a new seed for every generation. */
  readonly drawSeed: boolean;
  /** Only what differs from the pack's defaults. */
  readonly sampler: Readonly<Record<Task, Partial<SamplerChoice>>>;
  /** `even` where it is left out. */
  readonly loudness?: LoudnessChoice | undefined;
}

/** How loud sounds come: `even`, all alike unless the prompt says otherwise, or as they were generated. */
export const LOUDNESS_CHOICES = ['even', 'as-generated'] as const;
export type LoudnessChoice = (typeof LOUDNESS_CHOICES)[number];

/** Largest seed that the noise generator takes and that JSON, links and number fields keep exactly. */
export const MAX_SEED = Number.MAX_SAFE_INTEGER;
export const BOUNDS: Readonly<Record<keyof SamplerChoice, { min: number; max: number; step: number }>> = {
  steps: { min: 1, max: 200, step: 1 },
  guidanceText: { min: 0, max: 20, step: 0.1 },
  guidanceAv: { min: 0, max: 20, step: 0.1 },
};
/** More are easier made in a second run, once the first have been heard. */
export const MAX_TAKES = 8;
const DEFAULT_TAKES = 4;
/** Longer prompts hold no more known words, and are mostly a paste gone wrong. */
export const MAX_PROMPT = 500;

/** A seed of nine digits at most: short enough to read out. */
export function drawSeed(random: () => number = Math.random): number {
  return Math.floor(random() * 1e9);
}

export function emptyDraft(seed: number): Draft {
  return { prompt: '', negative: '', seed, takes: DEFAULT_TAKES, drawSeed: true, sampler: { v2a: {}, a2v: {} } };
}

/** The draft with the settings of a take that is to be made again. */
export function draftOf(
  draft: Draft,
  { task, prompt, negative, seed, sampler }: Pick<Recipe, 'task' | 'prompt' | 'negative' | 'seed' | 'sampler'>,
): Draft {
  return { ...draft, prompt, negative, seed, drawSeed: false, sampler: { ...draft.sampler, [task]: sampler } };
}

/** Seeds of the takes of one run: they count on from the draft's, and from 0 after the largest. */
export function takeSeeds({ seed, takes }: Draft): number[] {
  return Array.from({ length: takes }, (_, index) =>
    seed > MAX_SEED - index ? index - (MAX_SEED - seed) - 1 : seed + index,
  );
}

/** What will be used: the pack's defaults under what the person set. */
export function samplerChoice(manifest: Manifest, task: Task, draft: Draft): SamplerChoice {
  const { steps, guidanceText, guidanceAv } = manifest.sampler[task];
  return { steps, guidanceText, guidanceAv, ...draft.sampler[task] };
}

export function samplerSettings(manifest: Manifest, task: Task, draft: Draft): SamplerSettings {
  return {
    ...manifest.sampler[task],
    ...samplerChoice(manifest, task, draft),
    seed: draft.seed,
    prompt: draft.prompt.trim(),
    negative: draft.negative.trim(),
  };
}

/** The number inside its bounds, or undefined when it is none. */
export function parseBounded(text: string, field: keyof SamplerChoice): number | undefined {
  const { min, max, step } = BOUNDS[field];
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return undefined;
  const bounded = Math.min(max, Math.max(min, value));
  return step === 1 ? Math.round(bounded) : bounded;
}

export function parseTakes(text: string): number | undefined {
  const takes = Number(text);
  return Number.isInteger(takes) && takes >= 1 && takes <= MAX_TAKES ? takes : undefined;
}

export function parseSeed(text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text.trim())) return undefined;
  const seed = Number(text);
  return seed <= MAX_SEED ? seed : undefined;
}
