/**
 * Guidance over text and over the other modality:
 * v = v_full + (s_text - 1) (v_full - v_none) + (s_av - 1) (v_full - v_text).
 *
 * Each contrast leaves out one of the two that v_full has: v_none is fused with the negative (or null) text in the
 * prompt's stead, v_text comes from the generator alone. What a prompt changes is seen beside the same picture: the
 * generator alone, asked for a material, hears most of it in what the picture decides already.
 */

/** The three velocities that guidance mixes. */
export type Branch = 'none' | 'text' | 'full';

export type BranchWeights = Readonly<Record<Branch, number>>;

export interface Guidance {
  /** s_text; 1 follows the text without exaggeration. */
  readonly guidanceText: number;
  /** s_av; 1 follows the other modality without exaggeration, 0 (with s_text = 1) ignores it. */
  readonly guidanceAv: number;
  /**
   * Flow time from which on s_av is 1, if it was more: what happens when is settled by then, and exaggeration only takes
   * from the sound (Kynkaanniemi et al., arXiv 2404.07724). 1 if left out: never.
   */
  readonly guidanceAvUntil?: number | undefined;
}

/**
 * How much of each velocity goes into the result at flow time t; a branch of weight 0 need not be computed. The weights
 * sum to 1.
 * @param sameText the negative (or null) text equals the prompt, so that v_none = v_full
 */
export function branchWeights(guidance: Guidance, sameText: boolean, t: number): BranchWeights {
  const { guidanceText, guidanceAv, guidanceAvUntil = 1 } = guidance;
  const text = 1 - (t < guidanceAvUntil ? guidanceAv : Math.min(1, guidanceAv));
  const none = sameText ? 0 : 1 - guidanceText;
  return { none, text, full: 1 - text - none };
}

/** The weighted sum of the branches that have a weight. */
export function mixBranches(weights: BranchWeights, velocities: Partial<Record<Branch, Float32Array>>): Float32Array {
  let out: Float32Array | undefined;
  for (const branch of ['none', 'text', 'full'] as const) {
    const weight = weights[branch];
    if (weight === 0) continue;
    const v = velocities[branch];
    if (!v) throw new RangeError(`The ${branch} velocity is missing.`);
    out ??= new Float32Array(v.length);
    for (let i = 0; i < v.length; i++) out[i] = (out[i] ?? 0) + weight * (v[i] ?? 0);
  }
  if (!out) throw new RangeError('Guidance weights are all zero.');
  return out;
}
