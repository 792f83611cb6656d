/** Makes links of results: picks what each tier carries, and says how long and how good it became. */
import type { TimeSpan } from '../dsp/span.ts';
import type { Transcoder } from '../engine/protocol.ts';
import type { MediaProgress } from '../media/types.ts';
import type { LinkClip, LinkMedia } from '../media/link-clip.ts';
import { clipTiming } from '../timing/edit.ts';
import { straightened } from '../timing/level.ts';
import type { Timing } from '../timing/types.ts';
import { hearSketch } from './latent-sound.ts';
import { encodeShare, shareUrl } from './link.ts';
import { compareSound } from './fidelity.ts';
import { composeSketch, matchLoudness, sketchRate, sketchSize, withGain, type SoundLatents } from './sketch.ts';
import { MAX_LINK_HITS } from './timing-code.ts';
import { payloadBytes, TIER_CHARACTERS, type Tier } from './tiers.ts';
import { MAX_NAME, MAX_PROMPT, MAX_TITLE, type Share, type ShareRecipe } from './types.ts';

/** A result to be shared. */
export interface ShareSource {
  readonly recipe: Omit<ShareRecipe, 'start' | 'seconds'>;
  readonly title: string;
  /** What a person set of the take's timing, on the clock of the source file; only what lies in the part is shared. */
  readonly timing?: Timing | undefined;
  /** The part that is shared, in seconds of the result; see best-span.ts. */
  readonly span: TimeSpan;
  /** The file whose picture is seen: the source video, or the generated clip. */
  readonly picture: File;
  /** Of that picture, in pixels, as shown. */
  readonly width: number;
  readonly height: number;
  /** What is heard with it, as it is heard: mono at the grid's rate, sample 0 at time 0 of the picture. */
  readonly sound: Float32Array;
  /** The grid of the loaded pack. */
  readonly grid: { readonly sampleRate: number; readonly samplesPerLatent: number; readonly audioChannels: number };
  /** Sound latents of the whole result, if `sound` is exactly what they decode to; encoded anew otherwise. */
  readonly latents?: Float32Array | undefined;
}

export interface MadeLink {
  readonly tier: Tier;
  readonly url: string;
  readonly characters: number;
  readonly share: Share;
  /** How what is heard of it compares with the given sound; undefined where nothing is heard. */
  readonly heard?: { readonly onsetF1: number; readonly loudnessOff: number };
  /** Of the clip in it; undefined for what is no clip. */
  readonly clip?: Pick<LinkClip, 'width' | 'height' | 'fps' | 'crf'>;
}

export interface SharerDeps {
  readonly media: LinkMedia;
  readonly engine: Transcoder;
  /** Address of the app; its fragment is left out. */
  readonly page: string;
}

export interface Sharer {
  /** Throws AppError; link-too-large when the tier has no room for the result. */
  make(signal: AbortSignal, tier: Tier, source: ShareSource, onProgress?: MediaProgress): Promise<MadeLink>;
}

/** Bytes a clip's link spends on everything but the clip: the recipe with its texts, and the sections. */
const BESIDES = 40;

export function createSharer({ media, engine, page }: SharerDeps): Sharer {
  async function link(tier: Tier, share: Share, facts: Pick<MadeLink, 'heard' | 'clip'>): Promise<MadeLink> {
    const url = shareUrl(page, await encodeShare(share));
    return { tier, url, characters: url.length, share, ...facts };
  }

  async function chat(signal: AbortSignal, source: ShareSource): Promise<MadeLink> {
    const { grid, picture, title } = source;
    const span = onLatents(source);
    const seconds = span.end - span.start;
    const fps = sketchRate(seconds);
    const size = sketchSize(source.width, source.height);
    const latents = await latentsOf(signal, source, span);
    const { rgb, count } = await media.smallFrames(signal, picture, { span, fps, ...size });
    const recipe: ShareRecipe = { ...source.recipe, start: span.start, seconds };
    const sound: SoundLatents = {
      values: latents,
      channels: grid.audioChannels,
      count: latents.length / grid.audioChannels,
    };
    const rough = { rgb, frames: count, ...size };
    const share = await composeSketch(page, { recipe, title, ...sharedTiming(source, span) }, sound, rough);
    if (share.media.kind !== 'sketch') return link('chat', share, {});
    const decoded = await hearSketch(engine, signal, share);
    const rate = grid.sampleRate;
    const original = source.sound.slice(Math.round(span.start * rate), Math.round(span.end * rate));
    const matched = matchLoudness(share, decoded.samples, original, rate);
    const heard =
      matched.media.kind === 'sketch' ? withGain(matched.media.sound, decoded.samples, rate) : decoded.samples;
    return link('chat', matched, { heard: compareSound(original, heard, rate) });
  }

  async function latentsOf(signal: AbortSignal, { latents, sound, grid }: ShareSource, span: TimeSpan) {
    const { audioChannels, samplesPerLatent, sampleRate } = grid;
    const from = Math.round((span.start * sampleRate) / samplesPerLatent);
    const to = Math.ceil((span.end * sampleRate) / samplesPerLatent - 1e-6);
    const had = latents?.slice(from * audioChannels, to * audioChannels);
    if (had?.length === (to - from) * audioChannels) return had;
    const part = new Float32Array((to - from) * samplesPerLatent);
    part.set(sound.slice(from * samplesPerLatent, from * samplesPerLatent + part.length));
    return engine.encodeSound(signal, part);
  }

  return {
    async make(signal, tier, given, onProgress) {
      const source = bounded(given);
      if (tier === 'chat') return chat(signal, source);
      const { span, title, picture, sound, grid } = source;
      const recipe: ShareRecipe = { ...source.recipe, start: span.start, seconds: span.end - span.start };
      const about = { recipe, title, ...sharedTiming(source, span) };
      const bare = await encodeShare({ ...about, media: { kind: 'recipe' } });
      const maxBytes = payloadBytes(page, TIER_CHARACTERS[tier]) - Math.ceil((bare.length * 3) / 4) - BESIDES;
      const heard = { samples: sound, sampleRate: grid.sampleRate };
      const made = await media.linkClip(signal, picture, heard, { span, maxBytes, onProgress });
      const { mp4, onsetF1, loudnessOff, ...clip } = made;
      return link(tier, { ...about, media: { kind: 'clip', mp4 } }, { heard: { onsetF1, loudnessOff }, clip });
    },
  };
}

/** Levels that a link cannot tell from a straight line are left out of it. */
const SAME_LEVEL = 0.02;

/** The timing of the part that is shared. Of more hits than a link holds the strongest stay: they are what is heard. */
export function sharedTiming({ timing }: Pick<ShareSource, 'timing'>, span: TimeSpan): Pick<Share, 'timing'> {
  if (!timing) return {};
  const { hits, level } = clipTiming(timing, span);
  const least = [...hits].sort((a, b) => b.strength - a.strength)[MAX_LINK_HITS]?.strength ?? 0;
  return {
    timing: {
      hits: hits.filter(({ strength }) => strength > least).map(({ time, strength }) => ({ time, strength })),
      level: straightened(level, SAME_LEVEL).slice(0, MAX_LINK_HITS),
    },
  };
}

/** Long texts are cut to what a link may hold, rather than refused. */
function bounded(source: ShareSource): ShareSource {
  const { recipe, title } = source;
  const cut = (text: string, most: number) => text.slice(0, most);
  return {
    ...source,
    title: cut(title, MAX_TITLE),
    recipe: {
      ...recipe,
      prompt: cut(recipe.prompt, MAX_PROMPT),
      negative: cut(recipe.negative, MAX_PROMPT),
      sourceName: cut(recipe.sourceName, MAX_NAME),
    },
  };
}

/** The span moved to where a latent begins, so that the latents of a part are a part of the latents. */
function onLatents({ span, grid }: ShareSource): TimeSpan {
  const unit = grid.samplesPerLatent / grid.sampleRate;
  const start = Math.round(span.start / unit) * unit;
  return { start, end: start + (span.end - span.start) };
}
