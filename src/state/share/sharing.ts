/** Sharing a take as a link: which part of it goes in, and what is seen and heard there. */
import type { TimeSpan } from '../../dsp/span.ts';
import { sameEdit, toMono, unshaped, type Sound } from '../../dsp/mix.ts';
import { resample } from '../../dsp/resample.ts';
import type { Transcoder } from '../../engine/protocol.ts';
import { soundHash, soundsAlike } from '../../model/variants.ts';
import { bestSpan, SHARE_SECONDS } from '../../share/best-span.ts';
import { hearSketch, type SketchSound } from '../../share/latent-sound.ts';
import type { Sharer, ShareSource } from '../../share/sharer.ts';
import type { Share, ShareRecipe } from '../../share/types.ts';
import type { Model } from '../services/loaded-model.ts';
import type { Services } from '../services/services.ts';
import { direct } from '../timing/directing.ts';
import type { WishedTiming } from '../timing/types.ts';
import { wishedFor } from '../timing/wished.ts';
import { draftOf } from '../recipe/draft.ts';
import { openSource, takeWithSource } from '../services/queries.ts';
import type { PackPart } from '../../model/manifest.ts';
import type { Take, TakeId } from '../take.ts';
import { createLinksAhead, type LinkWish, type MakeLink } from './links-ahead.ts';
import { choiceFor, type ChoosingVariants } from '../settings/variant-choice.ts';

export interface Sharing {
  /** What a link of the take would carry, on the clock of `LinkWish.part`. */
  sharedPart(take: Take, marked: TimeSpan | undefined): TimeSpan;
  /**
   * A link that holds the take, which has to be one of the open file. Throws AppError; link-too-large when the tier has no
   * room for it.
   */
  readonly makeLink: MakeLink;
  /** The sound of a link that carries it as latents. Throws AppError. */
  hearLink(signal: AbortSignal, share: Share): Promise<SketchSound>;
  /** Puts the settings of a shared result in place, for a file of one's own, and its hits onto the lane of that file. */
  remix(share: Pick<Share, 'recipe' | 'timing'>): void;
}

/** A shorter part shows nothing of what happens. */
const SHORTEST = 0.5;

export function createSharing(services: Services, variants: ChoosingVariants): Sharing {
  const { deps, blobs, sounds, model, get, set, readPack, life } = services;
  let sharer: Promise<Sharer> | undefined;

  async function withModel<T>(signal: AbortSignal, part: PackPart, work: () => Promise<T>): Promise<T> {
    await model.load(signal, part, () => undefined);
    return model.run(work);
  }

  /** The engine with its model loaded by the time it is asked; links that play by themselves never ask. */
  const transcoder: Transcoder = {
    decodeLatents: (signal, request) =>
      withModel(signal, request.task === 'v2a' ? 'sound-decoder' : 'picture-decoder', () =>
        deps.engine.decodeLatents(signal, request),
      ),
    encodeSound: (signal, samples) =>
      withModel(signal, 'sound-encoder', () => deps.engine.encodeSound(signal, samples)),
  };

  async function sourceOf(signal: AbortSignal, id: TakeId, wish: LinkWish): Promise<ShareSource> {
    const { take, source } = takeWithSource(get(), id);
    const { grid } = await readPack(signal);
    const { recipe } = take;
    const { pack } = get();
    const known = pack.phase === 'known' ? pack : { hash: recipe.packHash, variants: [] };
    const { tier, title } = wish;
    const span = sharedPart(take, wish.part);
    // What a chat link holds is read with the model of now, whichever made the take.
    const packHash = (tier === 'chat' ? soundHash(known) : recipe.packHash).slice(0, 16);
    const common = { title, span, grid, timing: recipe.timing, recipe: { ...sharedRecipe(take), packHash } };
    if (take.media.task === 'a2v') {
      const picture = blobs.file(take.media.clip);
      const { channels } = await deps.media.decodeAudio(signal, picture, { sampleRate: grid.sampleRate });
      const size = grid.outputFrameSize;
      return { ...common, picture, width: size, height: size, sound: channels[0] };
    }
    const { mix } = await sounds.render(take);
    const { video } = source.info;
    return {
      ...common,
      picture: blobs.file(source.blob),
      width: video?.width ?? 0,
      height: video?.height ?? 0,
      sound: heardAround(span, mix, grid.sampleRate),
      ...(take.media.latents !== undefined && soundsAlike(known, recipe.packHash) && isAsGenerated(take)
        ? { latents: new Float32Array(await blobs.get(take.media.latents).arrayBuffer()) }
        : {}),
    };
  }

  function sharedPart(take: Take, marked: TimeSpan | undefined): TimeSpan {
    const { trim, duration } = take.recipe;
    const isSound = take.media.task === 'v2a';
    const start = isSound ? (trim?.start ?? 0) : 0;
    const whole = { start, end: start + duration };
    const within = marked ? grown(marked, whole) : whole;
    const shift = (isSound ? take.edit.offset + start : 0) - within.start;
    const onsets = take.sketch.onsets.map((time) => time + shift).filter((time) => time >= 0);
    const best = bestSpan(within.end - within.start, onsets, SHARE_SECONDS);
    return { start: within.start + best.start, end: within.start + best.end };
  }

  /** For the file that is open, as a step that can be undone, or else for the next one. */
  function wish(wished: WishedTiming): void {
    const source = openSource(get());
    if (!source) return set({ wished });
    const { sensitivity } = get().timing;
    direct(services, { shown: wishedFor(source, wished), sensitivity, directed: true }, { label: 'import' });
  }

  const makeLink: MakeLink = async (signal, id, wish, onProgress) => {
    const either = AbortSignal.any([signal, life]);
    sharer ??= deps.createSharer(transcoder);
    const [maker, source] = await Promise.all([sharer, sourceOf(either, id, wish)]);
    return maker.make(either, wish.tier, source, (_, fraction) => {
      if (fraction !== undefined) onProgress(fraction);
    });
  };

  return {
    sharedPart,
    makeLink: createLinksAhead(services, { makeLink, isReady: (take) => needsNoModel(take, model) }),
    hearLink: (signal, share) => hearSketch(transcoder, signal, share),
    remix({ recipe: { steps, guidanceText, guidanceAv, ...recipe }, timing }) {
      const sampler = { steps, guidanceText, guidanceAv };
      const { pack, variant } = get();
      variants.setVariant(choiceFor(pack, variant, recipe.packHash));
      set({ task: recipe.task, taskPinned: true, draft: draftOf(get().draft, { ...recipe, sampler }) });
      if (timing) wish({ timing, sourceName: recipe.sourceName, start: recipe.start });
    },
  };
}

/** What a link to a whole take says about it. */
export function wholeRecipe(take: Take): ShareRecipe {
  return { ...sharedRecipe(take), start: take.recipe.trim?.start ?? 0, seconds: take.recipe.duration };
}

function sharedRecipe({ recipe }: Take): Omit<ShareRecipe, 'start' | 'seconds'> {
  const { task, prompt, negative, seed, sampler, sourceName, packHash } = recipe;
  return { task, prompt, negative, seed, sourceName, ...sampler, packHash: packHash.slice(0, 16) };
}

/** Whether all that a chat link of the take is made with is loaded. */
function needsNoModel(take: Take, model: Pick<Model, 'has'>): boolean {
  const hasLatents = take.media.task === 'v2a' && take.media.latents !== undefined && isAsGenerated(take);
  return model.has('sound-decoder') && (hasLatents || model.has('sound-encoder'));
}

/** Whether what is heard of a take, from the first sample of its file on, is what its latents decode to, but for how loud it is. */
function isAsGenerated({ recipe, edit }: Take): boolean {
  return recipe.trim === undefined && sameEdit(edit, unshaped(edit));
}

/** A part that is too short to be shared, made longer towards the end, or where that is reached, the beginning. */
function grown({ start, end }: TimeSpan, whole: TimeSpan): TimeSpan {
  const from = Math.max(start, whole.start);
  const to = Math.min(whole.end, Math.max(end, from + SHORTEST));
  return { start: Math.max(whole.start, Math.min(from, to - SHORTEST)), end: to };
}

/** Seconds around a part that are converted with it: more than the filter reaches, and than a part is moved by. */
const MARGIN = 1;

/** Mono at `sampleRate`, silent where nobody listens: converting all of a minute would hold up the page. */
function heardAround({ start, end }: TimeSpan, { channels, sampleRate }: Sound, wanted: number): Float32Array {
  // Whole seconds are whole samples at either rate.
  const from = Math.max(0, Math.floor(start) - MARGIN);
  const to = Math.ceil(end) + MARGIN;
  const part = channels.map((samples) => samples.subarray(from * sampleRate, to * sampleRate));
  const out = new Float32Array(Math.round(((channels[0]?.length ?? 0) * wanted) / sampleRate));
  out.set(
    resample(toMono({ channels: part, sampleRate }), sampleRate, wanted).subarray(0, out.length - from * wanted),
    from * wanted,
  );
  return out;
}
