/** The smallest form of a result: sound as rounded latents, picture as a few coarse waves, both within a number of bytes. */
import { fromDb, peak } from '../dsp/levels.ts';
import { applyGain, levelTo } from '../dsp/levelling.ts';
import { integratedLoudness } from '../dsp/loudness.ts';
import { payloadBytes, TIER_CHARACTERS } from './tiers.ts';
import { analyse, decodePicture, fitPicture, MAX_PICTURE_FRAMES, render } from './picture-code.ts';
import { decodeSound, encodeSound } from './sound-code.ts';
import { encodeShare } from './link.ts';
import type { Share, SharedPicture, SharedSound } from './types.ts';

export interface SoundLatents {
  /** [count, channels]. */
  readonly values: Float32Array;
  readonly count: number;
  readonly channels: number;
}

export interface RoughPicture {
  /** RGB bytes [frames, height, width, 3]. */
  readonly rgb: Uint8Array;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
}

/** Rounding steps in 1 / 64, finest first. Up to a half the onsets all survive (docs/share.md); beyond, detail goes. */
const STEPS = [16, 20, 24, 32, 40, 48, 64, 80];
/** The sound comes first, but a picture it leaves no room for is worth a coarser sound. */
const SOUND_PART = 0.6;
/** A picture of fewer bytes, or coarser than this, is a blur of two colours and better left out. */
const LEAST_PICTURE_BYTES = 80;
const COARSEST_PICTURE = 90;
/** Frames a second of the rough picture, and its longer side: what 500 bytes can show is not finer. */
export const SKETCH_FPS = 8;
export const SKETCH_SIDE = 64;
/** Decibels of loudness that are made up for at most: what a link can say. */
const MAX_GAIN = 25;
/**
 * Up to this many decibels, peaks keep a sound from being made louder than `MAX_PEAK`. More is asked for only where a take
 * was brought to a loudness; then its peaks are limited, as those of the take were.
 */
const LIMITED_FROM = 6;
const MAX_PEAK = 0.98;
/** What the sections of a link take besides their contents, in bytes. */
const OVERHEAD = 24;

/** Size for a rough picture of the given shape: multiples of 4. */
export function sketchSize(width: number, height: number): { width: number; height: number } {
  const scale = SKETCH_SIDE / Math.max(width, height);
  const side = (value: number) => Math.min(SKETCH_SIDE, Math.max(8, 4 * Math.round((value * scale) / 4)));
  return { width: side(width), height: side(height) };
}

/** The rate at which `seconds` make no more frames than a link may have. */
export function sketchRate(seconds: number): number {
  return Math.min(SKETCH_FPS, Math.floor(MAX_PICTURE_FRAMES / seconds));
}

/**
 * A share that makes a link of at most `characters` to `page`: sound and picture if possible, sound alone otherwise, and
 * as a last resort only the recipe. Its `media` says which it became.
 */
export async function composeSketch(
  page: string,
  about: Omit<Share, 'media'>,
  latents: SoundLatents | undefined,
  picture: RoughPicture | undefined,
  characters = TIER_CHARACTERS.chat,
): Promise<Share> {
  const bare: Share = { ...about, media: { kind: 'recipe' } };
  const taken = Math.ceil(((await encodeShare(bare)).length * 3) / 4) + OVERHEAD;
  const room = payloadBytes(page, characters) - taken;
  const sound = latents && fitSound(latents, picture ? Math.floor(room * SOUND_PART) : room, room);
  if (!sound) return bare;
  const rough = picture && fitRough(picture, room - sound.data.length);
  return { ...bare, media: rough ? { kind: 'sketch', sound, picture: rough } : { kind: 'sketch', sound } };
}

/** The finest rounding within `wanted` bytes, else the finest within `most`. */
function fitSound({ values, count, channels }: SoundLatents, wanted: number, most: number): SharedSound | undefined {
  const coded = STEPS.map((step) => ({
    count,
    channels,
    step,
    gain: 0,
    data: encodeSound(values, { count, channels, step }),
  }));
  const within = (bytes: number) => coded.find(({ data }) => data.length <= bytes);
  return within(wanted) ?? within(most);
}

function fitRough({ rgb, frames, width, height }: RoughPicture, bytes: number): SharedPicture | undefined {
  const fitted = bytes >= LEAST_PICTURE_BYTES ? fitPicture(analyse(rgb, frames, width, height), bytes) : undefined;
  return fitted && fitted.quantizer <= COARSEST_PICTURE ? { frames, width, height, ...fitted } : undefined;
}

/** Latents [count, channels] for the pack's sound decoder. */
export function soundLatents(sound: SharedSound): Float32Array {
  return decodeSound(sound.data, sound);
}

/** What is heard of the pack's decoded sound: made as loud as the original was, with its peaks below full scale. */
export function withGain(sound: SharedSound, decoded: Float32Array, sampleRate: number): Float32Array {
  if (sound.gain / 4 > LIMITED_FROM) return applyGain(decoded, sampleRate, sound.gain / 4);
  const most = MAX_PEAK / Math.max(peak(decoded), 1e-6);
  const gain = Math.min(fromDb(sound.gain / 4), Math.max(1, most));
  return gain === 1 ? decoded : decoded.map((value) => value * gain);
}

/** `share` with the gain that makes its sound, as `decoded`, as loud as `original`. */
export function matchLoudness(share: Share, decoded: Float32Array, original: Float32Array, sampleRate: number): Share {
  if (share.media.kind !== 'sketch') return share;
  const wanted = integratedLoudness(original, sampleRate);
  const louder = integratedLoudness(decoded, sampleRate) - wanted;
  if (!Number.isFinite(louder)) return share;
  const limited = -louder > LIMITED_FROM ? levelTo(wanted, decoded, sampleRate).gain : undefined;
  const gain = Math.round(Math.min(MAX_GAIN, Math.max(-MAX_GAIN, limited ?? -louder)) * 4);
  return { ...share, media: { ...share.media, sound: { ...share.media.sound, gain } } };
}

/** RGB bytes [frames, height, width, 3] drawn at any size and number of frames. */
export function drawPicture(picture: SharedPicture, frames: number, width: number, height: number): Uint8ClampedArray {
  return render(decodePicture(picture.data, picture), frames, width, height);
}
