/** Steps by name: multiples of what the pack recommends. Pure. */
import type { Manifest, Task } from '../../model/manifest.ts';
import { BOUNDS, type Draft, samplerChoice } from '../recipe/draft.ts';

export const QUALITIES = ['draft', 'standard', 'best'] as const;
export type Quality = (typeof QUALITIES)[number];

const MULTIPLES: Readonly<Record<Quality, number>> = { draft: 0.5, standard: 1, best: 2 };

export function qualitySteps(manifest: Manifest, task: Task, quality: Quality): number {
  const { min, max } = BOUNDS.steps;
  return Math.min(max, Math.max(min, Math.round(manifest.sampler[task].steps * MULTIPLES[quality])));
}

/** The quality whose steps are set; undefined when the number was chosen by hand. */
export function qualityOf(manifest: Manifest, task: Task, draft: Draft): Quality | undefined {
  const { steps } = samplerChoice(manifest, task, draft);
  // Standard first: with very few steps two names may stand for one number.
  return (['standard', 'draft', 'best'] as const).find((quality) => qualitySteps(manifest, task, quality) === steps);
}
