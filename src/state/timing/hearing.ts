/** Hits and level of sounds: of the open file's own, of another file, of a recording. */
import type { Sound } from '../../dsp/mix.ts';
import { AppError } from '../../errors.ts';
import { timingOfSound } from '../../timing/from-sound.ts';
import type { Timing } from '../../timing/types.ts';
import type { Services } from '../services/services.ts';
import { openSource } from '../services/queries.ts';

export interface Hearing {
  /**
   * What is heard in a sound, on its own clock: in that of the open file (`original`), of any file with a sound, or of
   * samples. Changes nothing; `setTiming` does. Rejects with AppError where there is no sound.
   */
  hearHits(what: 'original' | File | Sound): Promise<Timing>;
}

/** Enough for hits, in Hz. */
const RATE = 48_000;

export function createHearing({ deps, blobs, sounds, get, life }: Services): Hearing {
  async function soundOf(what: 'original' | File | Sound): Promise<Sound> {
    if (what !== 'original' && !(what instanceof File)) return what;
    if (what === 'original') {
      if (sounds.original) return sounds.original;
      const source = openSource(get());
      if (!source) throw new AppError('no-source', 'There is no file yet.', 'Drop a video or a sound first.');
      return soundOf(blobs.file(source.blob));
    }
    return deps.media.decodeAudio(life, what, { sampleRate: RATE, channels: 1 });
  }

  return {
    async hearHits(what) {
      const sound = await soundOf(what);
      const events = await deps.soundWork.events(sound);
      // The original is needed again, for its mix.
      if (sound !== sounds.original) deps.soundWork.forget(sound);
      return timingOfSound(events);
    },
  };
}
