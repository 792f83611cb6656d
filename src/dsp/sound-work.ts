/** What is done with whole sounds: mixing and measuring. A minute of it takes a second: see sound-client.ts. Pure. */
import { knownLoudness } from './loudness.ts';
import type { Levelling } from './levelling.ts';
import { isSilent, levelSound, renderMix, toMono, type Mix, type MixParts, type Sound } from './mix.ts';
import { buildPeaks, type Peaks } from './peaks.ts';
import { findEvents, type SoundEvents } from './sound-events.ts';

/** What is known of a sound: how loud it is, and what it looks like. */
export interface SoundDescription {
  /** LUFS; undefined for silence. */
  readonly loudness: number | undefined;
  readonly peaks: Peaks;
}

export interface RenderedMix {
  readonly mix: Mix;
  /** LUFS of the mix; undefined for silence. */
  readonly loudness: number | undefined;
  /** A listener would hear nothing. */
  readonly silent: boolean;
}

/** A sound that was given once is known by its identity until it is forgotten; its samples must not change. */
export interface SoundWork {
  describe(sound: Sound): Promise<SoundDescription>;
  /** What brings a generated sound to a loudness in LUFS. */
  level(sound: Sound, lufs: number): Promise<Levelling>;
  /** Rejects with RangeError for a duration or an edit that is no number. */
  render(parts: MixParts): Promise<RenderedMix>;
  /** Where something sets in, and the level throughout. */
  events(sound: Sound): Promise<SoundEvents>;
  /** Frees what is kept for a sound. */
  forget(sound: Sound): void;
  dispose(): void;
}

export function describeSound(sound: Sound): SoundDescription {
  const mono = toMono(sound);
  return { loudness: knownLoudness(mono, sound.sampleRate), peaks: buildPeaks(mono, sound.sampleRate) };
}

export function renderSound(parts: MixParts): RenderedMix {
  const mix = renderMix(parts);
  return { mix, loudness: knownLoudness(toMono(mix), mix.sampleRate), silent: isSilent(mix) };
}

/** The work done where it is asked for: in tests, and wherever nobody waits. */
export function createSoundWork(): SoundWork {
  return {
    // Failures are rejections, as they are where the work is done elsewhere.
    describe: (sound) => Promise.resolve().then(() => describeSound(sound)),
    level: (sound, lufs) => Promise.resolve().then(() => levelSound(sound, lufs)),
    render: (parts) => Promise.resolve().then(() => renderSound(parts)),
    events: (sound) => Promise.resolve().then(() => findEvents(sound)),
    forget: () => undefined,
    dispose: () => undefined,
  };
}
