/**
 * Reads off the picture of the open file when its sound is to be heard, before any is made. A help that nothing waits for:
 * what fails here is a state of the lane, never a failure of the file, and a generation goes first.
 */
import { AppError, throwIfAborted } from '../../errors.ts';
import type { EngineProgress } from '../../engine/protocol.ts';
import type { SeenFrames } from '../../media/types.ts';
import { directingOf } from '../../model/directing.ts';
import type { Services } from '../services/services.ts';
import { openSource } from '../services/queries.ts';
import { fromEngine, share } from '../generate/progress.ts';
import type { Source } from '../types.ts';
import { direct } from './directing.ts';
import { OWN_SENSITIVITY } from './initial.ts';
import { readingAt } from './queries.ts';
import type { Reading } from './types.ts';

export interface TimingReading {
  /** Begins to read a file that was decoded for its pictures; stops when the signal does. */
  readonly read: (signal: AbortSignal, source: Source, frames: SeenFrames) => void;
  /**
   * Reads the open file again, if that failed or another model would read it now, and puts what is read in the place of
   * what a person set, as a step that can be undone. Never rejects: the state says how it went.
   */
  readTimingAgain(): Promise<void>;
  /** Resolves when the open file is read, or could not be. */
  timingRead(): Promise<void>;
}

export function createTimingReading(services: Services): TimingReading {
  const { deps, blobs, model, turns, get, set, life } = services;
  /** Of the open file; ends with it. */
  let ofFile: AbortSignal = life;
  let work: Promise<void> = Promise.resolve();
  /** Of the pack that read last. */
  let readBy: string | undefined;

  const put = (reading: Reading) => set({ timing: { ...get().timing, reading } });

  async function run(signal: AbortSignal, source: Source, given?: SeenFrames): Promise<void> {
    try {
      const manifest = await services.readPack(signal);
      const making = directingOf(manifest);
      throwIfAborted(signal);
      if (!making) return;
      put({ phase: 'reading', progress: undefined });
      const { fps, frameSize } = manifest.grid;
      const fits = given?.fps === fps && given.size === frameSize;
      const { rgb, count } = fits
        ? given
        : await deps.media.decodeFrames(signal, blobs.file(source.blob), { fps, size: frameSize });
      const onProgress = (progress: EngineProgress) => {
        if (!signal.aborted) put({ phase: 'reading', progress: share(fromEngine(progress).progress) });
      };
      const { duration } = source.info;
      const track = await turns.addLast((turn) => model.readTiming(turn, { rgb, count, duration }, onProgress), signal);
      throwIfAborted(signal);
      readBy = hashNow();
      put({ phase: 'ready', track, rate: making.rate, start: 0 });
      const { timing } = get();
      if (timing.directed) return;
      const shown = readingAt(get(), timing.sensitivity);
      set({ timing: { ...timing, shown, directed: timing.sensitivity !== OWN_SENSITIVITY } });
    } catch (thrown) {
      // The file went, and took its reading with it.
      if (signal.aborted) return;
      put({ phase: 'failed', error: AppError.from(thrown).toData() });
    }
  }

  const hashNow = () => {
    const { pack } = get();
    return pack.phase === 'known' ? pack.hash : undefined;
  };

  return {
    read(signal, source, frames) {
      ofFile = signal;
      work = run(signal, source, frames);
    },
    async readTimingAgain() {
      const source = openSource(get());
      if (!source?.info.video) return;
      const { phase } = get().timing.reading;
      if (phase === 'reading') return work;
      const signal = ofFile;
      if (phase !== 'ready' || readBy !== hashNow()) await (work = run(signal, source));
      const { directed } = get().timing;
      const shown = readingAt(get(), OWN_SENSITIVITY);
      if (signal.aborted || !shown || !directed) return;
      direct(services, { shown, sensitivity: OWN_SENSITIVITY, directed: false }, { label: 'reading' });
    },
    timingRead: () => work,
  };
}
