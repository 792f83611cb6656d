/** What a picture shows, in the words of the model: stands in for a prompt that nobody typed. */
import { AppError } from '../errors.ts';
import { certaintyOf, type SeenElsewhere } from '../model/eyes.ts';
import type { Manifest } from '../model/manifest.ts';
import { understand } from '../model/vocabulary.ts';
import { readWindow, type WindowPlan } from '../sampler/windows.ts';
import type { GenerateContext } from './context.ts';
import { chooseFusionSet, concatenate, createNetworks, rows, type Networks } from './networks.ts';
import type { SeenPicture } from './picture-memory.ts';
import type { SamplerSettings } from './protocol.ts';

/** Flow time of clean latents: nothing is left to chance, so that every take of a picture goes by the same words. */
const CLEAN = 1;

/** Words of the vocabulary that stand in for a prompt. */
export interface SeenWords {
  readonly words: readonly string[];
  /** The eyes typed them. */
  readonly byEyes: boolean;
}

/**
 * The words that most of the windows show, in the order of the vocabulary; none where the prompt holds a word that the
 * model knows, or nobody can tell. What is to be avoided is not seen.
 *
 * @param given latents of the picture over the padded clip
 * @param seen what is known of it, and is added to
 * @param elsewhere what others saw in it: those words instead where they are surer than the surest of these, which is
 *   compared on one scale, or where they are to be taken as they are
 */
export async function seeWords(
  { runner, manifest, signal }: GenerateContext,
  settings: Pick<SamplerSettings, 'prompt' | 'negative' | 'fusionSet'>,
  plan: WindowPlan,
  given: Float32Array,
  seen?: SeenPicture,
  elsewhere?: SeenElsewhere,
): Promise<SeenWords> {
  const { text, tagger } = manifest;
  const guessed = (words: readonly string[]): SeenWords => ({ words, byEyes: false });
  if (understand(settings.prompt, text).length > 0) return guessed([]);
  const avoided = new Set(understand(settings.negative, text));
  const others = understand(elsewhere?.words.join(' ') ?? '', text).filter((word) => !avoided.has(word));
  const said: SeenWords = { words: others, byEyes: others.length > 0 && elsewhere?.byEyes === true };
  if (!tagger || (others.length > 0 && !elsewhere?.trust)) return said;
  const fusionSet = chooseFusionSet(manifest, 'v2a', settings.fusionSet);
  const known = seen?.words.get(fusionSet.name);
  const logits =
    known ?? (await wordLogits(createNetworks(runner, manifest, fusionSet, signal), manifest, plan, given));
  seen?.words.set(fusionSet.name, logits);
  const probability = (index: number) => 1 / (1 + Math.exp(-(logits[index] ?? -Infinity) / plan.starts.length));
  const own = [...text.vocabulary.keys()].filter(
    (index) => probability(index) > tagger.seenAbove && !avoided.has(text.vocabulary[index] ?? ''),
  );
  const words = own.map((index) => text.vocabulary[index] ?? '');
  if (others.length === 0 || !elsewhere?.trust) return guessed(words);
  const surest = certaintyOf(Math.max(0, ...own.map(probability)), elsewhere.trust.tagger);
  return own.length === 0 || elsewhere.trust.certainty > surest ? said : guessed(words);
}

/** A logit for every word of the vocabulary, summed over the windows. */
async function wordLogits(
  networks: Networks,
  { text, grid }: Manifest,
  plan: WindowPlan,
  given: Float32Array,
): Promise<Float64Array> {
  const [silent] = await networks.embedTexts([new Float32Array(text.vocabulary.length)]);
  if (!silent) throw new AppError('internal', 'The text graph gave no embeddings.');

  const stride = grid.videoLatentSize ** 2 * grid.videoChannels;
  const length = plan.windowUnits * plan.videoPerUnit;
  const logits = new Float64Array(text.vocabulary.length);
  for (let first = 0; first < plan.starts.length; first += networks.maxBatch) {
    const starts = plan.starts.slice(first, first + networks.maxBatch);
    const x = concatenate(starts.map((start) => readWindow(given, start * plan.videoPerUnit, length, stride)));
    const row = rows(await networks.tag({ x, t: CLEAN, texts: starts.map(() => silent.video) }), starts.length);
    for (const index of starts.keys())
      row(index).forEach((logit, word) => (logits[word] = (logits[word] ?? 0) + logit));
  }
  return logits;
}

/**
 * Whether what is seen counts like a typed prompt: the words of the eyes do, where a prompt does not cost the timing that
 * was read.
 */
export function countsAsTyped(settings: SamplerSettings, seen: SeenWords): boolean {
  return seen.byEyes && settings.wordsWithTiming === true;
}

/**
 * The settings with what is seen in the prompt's stead. Where it does not count as typed it is a guess: nothing makes more
 * of it, unless it stands against what to avoid.
 */
export function withSeen(settings: SamplerSettings, seen: SeenWords, { text }: Manifest): SamplerSettings {
  const counts = countsAsTyped(settings, seen) || understand(settings.negative, text).length > 0;
  return { ...settings, prompt: seen.words.join(' '), guidanceText: counts ? settings.guidanceText : 1 };
}
