/**
 * Guidance over text and over the other modality:
 * v = v_full + (s_text - 1) (v_full - v_none) + (s_av - 1) (v_full - v_text).
 *
 * Each contrast leaves out one of the two that v_full has: v_none is fused with the negative (or null) text in the
 * prompt's stead, v_text comes from the generator alone. What a prompt changes is seen beside the same picture: the
 * generator alone, asked for a material, hears most of it in what the picture decides already.
 *
 * Where a person directs, v_full is told the timing. Beside it words change little, unless the generator learnt both
 * together (a pack's `wordsWithTiming`). So what they change is seen where nothing is told:
 * v = v_full + (s_text - 1) (v_untold - v_none) + (s_av - 1) (v_full - v_text), with v_untold and v_none both untold. It
 * counts where the person's hits are (see directed.ts).
 */

/** The velocities that guidance mixes. */
export type Branch = 'none' | 'text' | 'full' | 'untold';

export type BranchWeights = Readonly<Record<Branch, number>>;

export interface Guidance {
  /** s_text; 1 follows the text without exaggeration. */
  readonly guidanceText: number;
  /**
   * s_text, at most, of the latent channels that hold how loud a sound is. When things hit is written there, and "quiet",
   * exaggerated like a material, is silence. Left out: they are like the others.
   */
  readonly guidanceLevel?: number | undefined;
  /**
   * RMS, at most, of what guidance over text adds to the velocity of a window, the level aside (the threshold of Sadat et
   * al., arXiv 2410.02416): a word or two take a large s_text, which many words together cannot bear. Left out: any.
   */
  readonly guidanceMost?: number | undefined;
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
 * @param apart v_full is told a timing that a person set, and words are contrasted where nothing is told
 */
export function branchWeights(guidance: Guidance, sameText: boolean, t: number, apart = false): BranchWeights {
  const { guidanceText, guidanceAv, guidanceAvUntil = 1 } = guidance;
  const text = 1 - (t < guidanceAvUntil ? guidanceAv : Math.min(1, guidanceAv));
  const none = exaggeratesText(guidance, sameText) ? 1 - guidanceText : 0;
  const untold = apart ? 0 - none : 0;
  return { none, text, untold, full: 1 - text - none - untold };
}

/** Whether words count for more, or less, than they do by themselves; then there is a further fused branch. */
export function exaggeratesText({ guidanceText }: Pick<Guidance, 'guidanceText'>, sameText: boolean): boolean {
  return !sameText && guidanceText !== 1;
}

/** The guidance of the channels that hold how loud a sound is. */
export function guidanceOfLevel<G extends Guidance>(guidance: G): G {
  const { guidanceText, guidanceLevel = guidanceText } = guidance;
  return { ...guidance, guidanceText: Math.min(guidanceLevel, guidanceText) };
}

type Velocities = Partial<Record<Branch, Float32Array>>;

/** What is mixed at a flow time. */
export interface Mixture {
  readonly weights: BranchWeights;
  /** Channels in other shares: the first `channels` of every `stride` values. They need no branch that others do not. */
  readonly apart?: { readonly channels: number; readonly stride: number; readonly weights: BranchWeights } | undefined;
  /** See Guidance.guidanceMost. */
  readonly most?: number | undefined;
}

/**
 * The weighted sum of the branches of a window that have a weight.
 * @param reach how much of what words change counts at every latent, 0..1; left out: all of it
 */
export function mixBranches(mixture: Mixture, velocities: Velocities, reach?: Float32Array): Float32Array {
  const mixed = mixedThroughout(mixture, velocities);
  if (!reach || mixture.weights.untold === 0) return mixed;
  const wordless = mixedThroughout(withoutWords(mixture), velocities);
  const stride = mixed.length / reach.length;
  return mixed.map((value, i) => {
    const base = wordless[i] ?? 0;
    return base + (reach[Math.floor(i / stride)] ?? 0) * (value - base);
  });
}

/** The mixture in which words count for no more than they do by themselves. */
function withoutWords({ weights, apart, most }: Mixture): Mixture {
  const without = ({ text }: BranchWeights): BranchWeights => ({ none: 0, untold: 0, text, full: 1 - text });
  return { weights: without(weights), apart: apart && { ...apart, weights: without(apart.weights) }, most };
}

function mixedThroughout({ weights, apart, most }: Mixture, velocities: Velocities): Float32Array {
  const mixed = weightedSum(most === undefined ? weights : limited(weights, velocities, most, apart), velocities);
  if (!apart) return mixed;
  const { channels, stride } = apart;
  const other = weightedSum(apart.weights, velocities);
  for (let first = 0; first < mixed.length; first += stride) mixed.set(other.subarray(first, first + channels), first);
  return mixed;
}

/** The weights with as much of what words change as `most` allows. */
function limited(weights: BranchWeights, velocities: Velocities, most: number, apart: Mixture['apart']) {
  const worded = weights.untold === 0 ? 'full' : 'untold';
  const { none, [worded]: some } = velocities;
  if (weights.none === 0 || !none || !some) return weights;
  const { channels, stride } = apart ?? { channels: 0, stride: 1 };
  let sum = 0;
  let count = 0;
  for (let i = 0; i < some.length; i++) {
    if (i % stride < channels) continue;
    sum += ((some[i] ?? 0) - (none[i] ?? 0)) ** 2;
    count++;
  }
  const rms = Math.abs(weights.none) * Math.sqrt(sum / Math.max(1, count));
  if (rms <= most) return weights;
  const share = weights.none * (most / rms);
  return { ...weights, none: share, [worded]: weights[worded] + weights.none - share };
}

function weightedSum(weights: BranchWeights, velocities: Velocities): Float32Array {
  let out: Float32Array | undefined;
  for (const branch of ['none', 'text', 'untold', 'full'] as const) {
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
