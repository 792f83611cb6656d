/**
 * Decoded sound of the open file and of its takes, and what follows from it. It stays outside the store: samples there
 * would be copied into snapshots. Everything is decoded once and forgotten with its blob.
 */
import type { Levelling } from '../../dsp/levelling.ts';
import { defaultEdit, unshaped, type Edit, type MixParts, type Sound } from '../../dsp/mix.ts';
import type { RenderedMix, SoundDescription, SoundWork } from '../../dsp/sound-work.ts';
import { soundOf } from '../../dsp/wav.ts';
import type { BlobRegistry } from './blobs.ts';
import type { BlobId, Take } from '../take.ts';

export interface SoundBank {
  /** The sound that the open file came with; undefined where it has none, or it is not read yet. */
  readonly original: Sound | undefined;
  setOriginal(sound: Sound | undefined): void;
  /** The sound a take was generated as; undefined for a clip, which has the original's. */
  generated(take: Take): Promise<Sound | undefined>;
  /** The same, if it has been read already. */
  generatedNow(take: Take): Sound | undefined;
  /** What is known of the original's or a generated sound. */
  describe(sound: Sound): Promise<SoundDescription>;
  /** The same, if it has been found out already. */
  describedNow(sound: Sound | undefined): SoundDescription | undefined;
  /** What brings a take's sound to a loudness in LUFS; undefined for a clip. */
  level(take: Take, lufs: number): Promise<Levelling | undefined>;
  /** A take's sound at its loudness and nothing else done to it; undefined for a clip. */
  alone(take: Take): Promise<Sound | undefined>;
  /** What is heard of a take, and what its exports hold: rendered again only when the take's edit changed. */
  render(take: Take): Promise<RenderedMix>;
  /** The same, if it has been rendered already with the edit that the take has now. */
  renderedNow(take: Take): RenderedMix | undefined;
  /** Forgets what belongs to takes that are no longer there. */
  keepOnly(takes: readonly Take[]): void;
}

interface Rendered {
  readonly edit: Edit;
  readonly original: Sound | undefined;
  readonly mix: Promise<RenderedMix>;
  /** Once it is there. */
  done?: RenderedMix;
}

export function createSoundBank(blobs: BlobRegistry, work: SoundWork): SoundBank {
  const generated = new Map<BlobId, Sound>();
  const rendered = new Map<string, Rendered>();
  const described = new WeakMap<Sound, SoundDescription>();
  let original: Sound | undefined;

  async function readGenerated({ media }: Take): Promise<Sound | undefined> {
    if (media.task === 'a2v') return undefined;
    const known = generated.get(media.sound);
    if (known) return known;
    const { samples, sampleRate } = soundOf(new Uint8Array(await blobs.get(media.sound).arrayBuffer()));
    // Whoever asked at the same time has the same sound.
    const sound: Sound = generated.get(media.sound) ?? { channels: [samples], sampleRate };
    generated.set(media.sound, sound);
    return sound;
  }

  return {
    get original() {
      return original;
    },
    setOriginal(sound) {
      if (original) work.forget(original);
      original = sound;
    },
    generated: readGenerated,
    generatedNow: ({ media }) => (media.task === 'v2a' ? generated.get(media.sound) : undefined),
    async describe(sound) {
      const known = described.get(sound) ?? (await work.describe(sound));
      described.set(sound, known);
      return known;
    },
    describedNow: (sound) => sound && described.get(sound),
    async level(take, lufs) {
      const sound = await readGenerated(take);
      return sound && work.level(sound, lufs);
    },
    async alone(take) {
      const sound = await readGenerated(take);
      if (!sound || !take.edit.loudness) return sound;
      const parts = { generated: sound, edit: unshaped(take.edit), duration: soundSeconds(sound) };
      return (await work.render(parts)).mix;
    },
    async render(take) {
      const { edit, id } = take;
      const known = rendered.get(id);
      if (known?.edit === edit && known.original === original) return known.mix;
      const made: Rendered = {
        edit,
        original,
        mix: readGenerated(take).then((generated) => work.render(partsOf(take, made.original, generated))),
      };
      rendered.set(id, made);
      try {
        return (made.done = await made.mix);
      } catch (error) {
        // The next time it may work.
        if (rendered.get(id) === made) rendered.delete(id);
        throw error;
      }
    },
    renderedNow({ id, edit }) {
      const known = rendered.get(id);
      return known?.edit === edit ? known.done : undefined;
    },
    keepOnly(takes) {
      const ids = new Set(takes.map(({ id }) => id as string));
      for (const id of rendered.keys()) if (!ids.has(id)) rendered.delete(id);
      const sounds = new Set(takes.map(({ media }) => (media.task === 'v2a' ? media.sound : media.clip)));
      for (const [blob, sound] of generated) {
        if (sounds.has(blob)) continue;
        generated.delete(blob);
        work.forget(sound);
      }
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
  const duration = recipe.duration;
  return { original, originalStart: start, edit: { ...defaultEdit, originalGain: 0 }, duration };
}

function soundSeconds({ channels, sampleRate }: Sound): number {
  return (channels[0]?.length ?? 0) / sampleRate;
}
