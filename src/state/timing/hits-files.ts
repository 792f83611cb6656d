/** Hits from files onto the lane, and from takes into files. */
import { AppError } from '../../errors.ts';
import type { Notice } from '../../notices.ts';
import { readHits } from '../../timing/formats/read-hits.ts';
import type { HitsFile, HitsFormat } from '../../timing/formats/types.ts';
import { writeHits } from '../../timing/formats/write-hits.ts';
import type { Services } from '../services/services.ts';
import { openSource, takeWithSource } from '../services/queries.ts';
import type { TakeId } from '../take.ts';
import { direct } from './directing.ts';
import { timingOfTake } from './queries.ts';

export interface HitsFiles {
  /**
   * Puts the hits of a file (labels, table, MIDI, markers) onto the lane, as a step that can be undone. Resolves with what was
   * joined, kept out or assumed. Rejects with AppError: hits-unreadable, hits-none, hits-too-many, no-source.
   */
  importHits(file: File): Promise<readonly Notice[]>;
  /** What a take was made from, as a file. Throws AppError timing-missing where that is not known. */
  hitsFileOf(id: TakeId, format: HitsFormat): HitsFile;
}

export function createHitsFiles(services: Services): HitsFiles {
  const { get } = services;
  return {
    async importHits(file) {
      const source = openSource(get());
      if (!source) throw new AppError('no-source', 'There is no file yet.', 'Drop a video first, then its hits.');
      const { info } = source;
      const context = { name: file.name, fps: info.video?.fps, duration: info.duration };
      const { timing, notices } = await readHits(new Uint8Array(await file.arrayBuffer()), context);
      direct(services, { shown: timing, sensitivity: get().timing.sensitivity, directed: true }, { label: 'import' });
      return notices;
    },
    hitsFileOf(id, format) {
      const { take, source } = takeWithSource(get(), id);
      const timing = timingOfTake(get(), take);
      if (!timing) {
        throw new AppError(
          'timing-missing',
          'It is not known when the sound of this take was to be heard.',
          'Read the timing again, or use a model that reads it.',
        );
      }
      const { name, info } = source;
      return writeHits(timing, format, { name, fps: info.video?.fps, duration: info.duration });
    },
  };
}
