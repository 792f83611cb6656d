/**
 * Looks through a file as soon as it is open: pictures for the timeline, when things move, and the sound it came with. All
 * of it is a help and none of it is needed: what fails here is left out, and a generation does not wait for it.
 */
import { copyOf } from '../../dsp/frames.ts';
import type { Sound } from '../../dsp/mix.ts';
import type { Filmstrip, SeenFrames } from '../../media/types.ts';
import type { Services } from '../services/services.ts';
import type { Source, Survey } from '../types.ts';

export interface Surveying {
  /** Begins anew for the file that is open now. */
  readonly survey: (source: Source) => void;
  /** Ends it: no file is open any more. */
  readonly stopSurvey: () => void;
  /** Resolves when the file that is open has been looked through, as far as it could be. */
  readonly surveyed: () => Promise<void>;
}

const STRIP = { count: 24, height: 72 };
/** What is seen is read on this grid when the pack's is not known. */
const GRID = { fps: 15.625, size: 64 };
const RATE = 48_000;
/** Longer files are mixed from a mono original: a stereo one would take more memory than phones have. Seconds. */
const STEREO_UNTIL = 180;

interface SurveyingHooks {
  /** The pictures of a file, small and in even steps, until the signal stops. */
  readonly onFrames: (signal: AbortSignal, source: Source, frames: SeenFrames) => void;
}

export function createSurveying(services: Services, { onFrames }: SurveyingHooks): Surveying {
  const { deps, blobs, sounds, get, set, life } = services;
  let looking: AbortController | undefined;
  let work: Promise<void> = Promise.resolve();

  function forget(): void {
    looking?.abort();
    const strip = get().survey?.filmstrip;
    if (strip) blobs.drop(strip.image);
    sounds.setOriginal(undefined);
  }

  async function look(signal: AbortSignal, source: Source): Promise<void> {
    const { media, findMotion } = deps;
    const file = blobs.file(source.blob);
    const { info } = source;
    const learn = (change: Partial<Survey>) => {
      if (signal.aborted) return;
      set({ survey: { running: true, seen: [], hasSound: false, ...get().survey, ...change } });
    };

    const show = ({ image, ...strip }: Filmstrip) => {
      if (signal.aborted) return;
      const before = get().survey?.filmstrip;
      learn({ filmstrip: { image: blobs.put(image), ...strip } });
      if (before) blobs.drop(before.image);
    };

    // Something to see comes first; what is exact takes as long as the file does.
    if (info.video) {
      await attempt(async () => {
        const strip = await media.glance(signal, file, STRIP, show);
        if (strip) show(strip);
      });
    }
    if (info.audio) {
      await attempt(async () => {
        const channels = info.duration <= STEREO_UNTIL && (info.audio?.channels ?? 1) > 1 ? 2 : 1;
        const pcm = await media.decodeAudio(signal, file, { sampleRate: RATE, channels });
        const original: Sound = pcm;
        if (signal.aborted) return;
        sounds.setOriginal(original);
        learn({ hasSound: true });
      });
    }
    if (info.video) {
      await attempt(async () => {
        const { pack } = get();
        const grid = pack.phase === 'known' ? pack.manifest.grid : undefined;
        const options = { fps: grid?.fps ?? GRID.fps, size: grid?.frameSize ?? GRID.size };
        const { filmstrip, frames } = await media.look(signal, file, { strip: STRIP, frames: options });
        show(filmstrip);
        onFrames(signal, source, frames);
        // The search takes its pictures over.
        const { onsets } = await findMotion(signal, { ...frames, rgb: copyOf(frames.rgb) });
        learn({ seen: onsets });
      });
    }
    learn({ running: false });
  }

  return {
    survey(source) {
      forget();
      const abort = new AbortController();
      looking = abort;
      set({ survey: { running: true, seen: [], hasSound: false } });
      work = look(AbortSignal.any([abort.signal, life]), source);
    },
    stopSurvey() {
      forget();
      set({ survey: undefined });
    },
    surveyed: () => work,
  };
}

/** A part of the survey that fails is missing from the timeline; the file itself was probed and is good. */
async function attempt(part: () => Promise<void>): Promise<void> {
  try {
    await part();
  } catch (error) {
    console.warn('The survey of the file is incomplete.', error);
  }
}
