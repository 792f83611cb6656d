/** Steps by name: multiples of what the pack recommends. Pure. */
import type { Manifest, Task } from '../../model/manifest.ts';
import { BOUNDS, type Draft, samplerChoice } from '../recipe/draft.ts';

export const STEP_PRESETS = ['draft', 'standard', 'best'] as const;
export type StepPreset = (typeof STEP_PRESETS)[number];

const MULTIPLES: Readonly<Record<StepPreset, number>> = { draft: 0.5, standard: 1, best: 2 };

export function presetSteps(manifest: Manifest, task: Task, preset: StepPreset): number {
  const { min, max } = BOUNDS.steps;
  return Math.min(max, Math.max(min, Math.round(manifest.sampler[task].steps * MULTIPLES[preset])));
}

/** The preset whose steps are set; undefined when the number was chosen by hand. */
export function presetOf(manifest: Manifest, task: Task, draft: Draft): StepPreset | undefined {
  const { steps } = samplerChoice(manifest, task, draft);
  // Standard first: with very few steps two names may stand for one number.
  return (['standard', 'draft', 'best'] as const).find((preset) => presetSteps(manifest, task, preset) === steps);
}
