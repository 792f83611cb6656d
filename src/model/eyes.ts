/**
 * The eyes: a network of others that tells a thousand everyday things in a picture, and a table that says those that sound
 * in words that a pack may know. They are a component of their own (`public/models/eyes/`), beside the packs and without a
 * word in them, so that no pack, link or recipe changes with them. Pure.
 */
import type { TimeSpan } from '../dsp/span.ts';
import type { Calibration, EyesManifest, WordGroup } from './eyes-manifest.ts';

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
  /** They are the eyes'. A pack may have such words count as typed ones do; those of a tagger are a guess. */
  readonly byEyes?: boolean;
}

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
  return { words: best.words, trust: { certainty, tagger: rule.certainty.tagger }, byEyes: true };
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
