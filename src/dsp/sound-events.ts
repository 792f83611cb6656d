/** What happens in a sound, in numbers: where something sets in and how loud it is, and the level throughout. Pure. */
import { peak, rms, rmsEnvelope } from './levels.ts';
import { toMono, type Sound } from './mix.ts';
import { detectSoundOnsets } from './sound-onsets.ts';

export interface SoundEvent {
  /** Seconds from the start of the sound. */
  readonly time: number;
  /** RMS of its loudest moment, before the next event; on the scale of the envelope. */
  readonly level: number;
}

export interface SoundEvents {
  /** Rising in time. */
  readonly events: readonly SoundEvent[];
  /** RMS of `rate` stretches a second. */
  readonly envelope: Float32Array;
  readonly rate: number;
  /** Largest absolute sample. */
  readonly peak: number;
}

/** Stretches of the envelope a second: an audio latent is as long. */
const RATE = 31.25;
/** A sound is loudest within so many seconds after it sets in, measured over so many. */
const ATTACK = 0.09;
const MOMENT = 0.02;

export function findEvents(sound: Sound): SoundEvents {
  const { sampleRate } = sound;
  const mono = toMono(sound);
  const onsets = detectSoundOnsets(mono, sampleRate);
  const events = onsets.map((time, index) => {
    const end = Math.min(time + ATTACK, onsets[index + 1] ?? Infinity, mono.length / sampleRate);
    let level = 0;
    for (let at = time; at === time || at + MOMENT / 2 < end; at += MOMENT / 2) {
      const from = Math.round(at * sampleRate);
      level = Math.max(level, rms(mono, from, Math.min(mono.length, from + Math.round(MOMENT * sampleRate))));
    }
    return { time, level };
  });
  const count = Math.ceil((mono.length / sampleRate) * RATE);
  return { events, envelope: rmsEnvelope(mono, count), rate: RATE, peak: peak(mono) };
}
