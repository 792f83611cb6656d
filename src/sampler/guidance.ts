/** Guidance over text and over the other modality: v = v_none + s_text (v_text - v_none) + s_av (v_text,av - v_text). */

/** The three velocities that guidance mixes. */
export type Branch = 'none' | 'text' | 'full';

export type BranchWeights = Readonly<Record<Branch, number>>;

/**
 * How much of each velocity goes into the result; a branch of weight 0 need not be computed. The weights sum to 1.
 * @param guidanceText s_text; 1 follows the text without exaggeration
 * @param guidanceAv s_av; 1 follows the other modality without exaggeration, 0 ignores it
 * @param sameText the negative (or null) text equals the prompt, so that v_none = v_text
 */
export function branchWeights(guidanceText: number, guidanceAv: number, sameText: boolean): BranchWeights {
  const text = sameText ? 1 - guidanceAv : guidanceText - guidanceAv;
  const none = sameText ? 0 : 1 - guidanceText;
  return { none, text, full: guidanceAv };
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
