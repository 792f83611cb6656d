/**
 * Decoded sound of the open file and of its takes, and what follows from it. It stays outside the store: samples there
 * would be copied into snapshots. Everything is decoded once and forgotten with its blob.
 */
import { integratedLoudness } from '../dsp/loudness.ts';
import { defaultEdit, renderMix, toMono, type Edit, type Mix, type MixParts, type Sound } from '../dsp/mix.ts';
import { soundOf } from '../dsp/wav.ts';
import type { BlobId, BlobRegistry } from './blobs.ts';
import type { Take } from './types.ts';

export interface RenderedTake {
  readonly mix: Mix;
  /** LUFS of the mix; undefined for silence. */
  readonly loudness: number | undefined;
}

export interface SoundBank {
  /** The sound that the open file came with; undefined where it has none, or it is not read yet. */
  readonly original: Sound | undefined;
  setOriginal(sound: Sound | undefined): void;
  /** The sound a take was generated as; undefined for a clip, which has the original's. */
  generated(take: Take): Promise<Sound | undefined>;
  /** The same, if it has been read already. */
  generatedNow(take: Take): Sound | undefined;
  /** What is heard of a take, and what its exports hold: rendered again only when the take's edit changed. */
  render(take: Take): Promise<RenderedTake>;
  /** The same, if it has been rendered already with the edit that the take has now. */
  renderedNow(take: Take): RenderedTake | undefined;
  /** Forgets what belongs to takes that are no longer there. */
  keepOnly(takes: readonly Take[]): void;
}

export function createSoundBank(blobs: BlobRegistry): SoundBank {
  const generated = new Map<BlobId, Sound>();
  const rendered = new Map<string, RenderedTake & { readonly edit: Edit; readonly original: Sound | undefined }>();
  let original: Sound | undefined;

  async function readGenerated({ media }: Take): Promise<Sound | undefined> {
    if (media.task === 'a2v') return undefined;
    const known = generated.get(media.sound);
    if (known) return known;
    const { samples, sampleRate } = soundOf(new Uint8Array(await blobs.get(media.sound).arrayBuffer()));
    const sound: Sound = { channels: [samples], sampleRate };
    generated.set(media.sound, sound);
    return sound;
  }

  return {
    get original() {
      return original;
    },
    setOriginal(sound) {
      original = sound;
    },
    generated: readGenerated,
    generatedNow: ({ media }) => (media.task === 'v2a' ? generated.get(media.sound) : undefined),
    async render(take) {
      const { edit, id } = take;
      const known = rendered.get(id);
      if (known?.edit === edit && known.original === original) return known;
      const mix = renderMix(partsOf(take, original, await readGenerated(take)));
      const loudness = integratedLoudness(toMono(mix), mix.sampleRate);
      const made = { mix, loudness: Number.isFinite(loudness) ? loudness : undefined, edit, original };
      rendered.set(id, made);
      return made;
    },
    renderedNow({ id, edit }) {
      const known = rendered.get(id);
      return known?.edit === edit ? known : undefined;
    },
    keepOnly(takes) {
      const ids = new Set(takes.map(({ id }) => id as string));
      for (const id of rendered.keys()) if (!ids.has(id)) rendered.delete(id);
      const sounds = new Set(takes.map(({ media }) => (media.task === 'v2a' ? media.sound : media.clip)));
      for (const blob of generated.keys()) if (!sounds.has(blob)) generated.delete(blob);
    },
  };
}

/**
 * A sound lies where its part of the file does, on the file's clock; a clip has a clock of its own, and the sound it was
 * made for.
 */
function partsOf({ edit, recipe, media }: Take, original: Sound | undefined, generated: Sound | undefined): MixParts {
  const start = recipe.trim?.start ?? 0;
  if (media.task === 'v2a') {
    const duration = original ? Math.max(start + recipe.duration, soundSeconds(original)) : start + recipe.duration;
    const faded = { start, end: start + recipe.duration };
    return { original, generated, edit: { ...edit, offset: edit.offset + start }, duration, faded };
  }
  const own = original && {
    ...original,
    channels: original.channels.map((samples) => samples.subarray(Math.round(start * original.sampleRate))),
  };
  return { original: own, edit: { ...defaultEdit, originalGain: 0 }, duration: recipe.duration };
}

function soundSeconds({ channels, sampleRate }: Sound): number {
  return (channels[0]?.length ?? 0) / sampleRate;
}
