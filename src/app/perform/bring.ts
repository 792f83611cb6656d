/** Brings hits onto the timeline, and says what came of it: the panel, drops on the page and performances all end here. */
import { createStore } from 'zustand/vanilla';
import { AppError } from '../../errors.ts';
import type { Notice } from '../../notices.ts';
import type { TimeSpan } from '../../dsp/span.ts';
import { openSource } from '../../state/services/queries.ts';
import type { Studio } from '../../state/studio.ts';
import type { Source } from '../../state/types.ts';
import { noHits } from '../../timing/formats/failures.ts';
import { isHitsName, MAX_HITS_FILE, readHits } from '../../timing/formats/read-hits.ts';
import { tidyTiming } from '../../timing/formats/tidy.ts';
import { placeTiming } from '../../timing/placing.ts';
import type { Delay } from '../../timing/taps.ts';
import type { Timing } from '../../timing/types.ts';

interface Bringing {
  readonly mode: 'replace' | 'add';
  /** The marked part; what is brought goes there. */
  readonly span: TimeSpan | undefined;
  readonly busy: boolean;
  readonly error: AppError | undefined;
  /** What was brought last. */
  readonly done: { readonly count: number; readonly delay?: Delay | undefined; readonly notices: readonly Notice[] } | undefined; // prettier-ignore
}

export const bringing = createStore<Bringing>()(() => ({
  mode: 'replace',
  span: undefined,
  busy: false,
  error: undefined,
  done: undefined,
}));

/** Where hits go now: the marked part, else what is used of the file. */
export function rangeOf(studio: Studio, source: Source): TimeSpan {
  const { trim } = studio.store.getState();
  return bringing.getState().span ?? trim ?? { start: 0, end: source.info.duration };
}

/** One step that can be undone. Failures are shown, and nothing is changed. */
export async function bring(
  studio: Studio,
  label: 'performance' | 'import',
  work: (source: Source) => Promise<{ timing: Timing; notices?: readonly Notice[]; delay?: Delay | undefined }>,
): Promise<void> {
  const source = openSource(studio.store.getState());
  if (!source || bringing.getState().busy) return;
  bringing.setState({ busy: true, error: undefined, done: undefined });
  try {
    const { timing, notices = [], delay } = await work(source);
    // Another file may have been opened meanwhile.
    if (openSource(studio.store.getState()) !== source) return;
    const { mode, span } = bringing.getState();
    const { shown } = studio.store.getState().timing;
    const placed = placeTiming(shown, timing, { mode, span, duration: source.info.duration });
    studio.setTiming(placed, { label, done: true });
    bringing.setState({ done: { count: timing.hits.length, delay, notices } });
  } catch (error) {
    bringing.setState({ error: AppError.from(error) });
  } finally {
    bringing.setState({ busy: false });
  }
}

/** Labels, tables, notes, markers; of any other file its sound. */
export function bringFile(studio: Studio, file: File): Promise<void> {
  return bring(studio, 'import', async ({ info }) => {
    const context = { name: file.name, fps: info.video?.fps, duration: info.duration };
    const isMedia = /^(audio|video)\//.test(file.type) && !isHitsName(file.name);
    if (!isMedia && file.size <= MAX_HITS_FILE * 1e6) {
      try {
        return await readHits(new Uint8Array(await file.arrayBuffer()), context);
      } catch (error) {
        if (isHitsName(file.name) || AppError.from(error).values?.['variant'] !== 'binary') throw error;
      }
    }
    return hitsHeard(studio, file, info.duration);
  });
}

/** "Keep the timing, replace the noise." */
export function bringOwnSound(studio: Studio): Promise<void> {
  return bring(studio, 'import', ({ info }) => hitsHeard(studio, 'original', info.duration));
}

async function hitsHeard(studio: Studio, what: 'original' | File, duration: number) {
  const heard = await studio.hearHits(what);
  if (heard.hits.length === 0 && heard.level.length === 0) throw noHits('sound');
  return tidyTiming(heard, duration);
}

/** Whether files that were dropped somewhere hold hits for the open file: by their names, or sounds on the timeline. */
export function holdHits(studio: Studio, files: readonly File[], target: EventTarget | null): boolean {
  const source = openSource(studio.store.getState());
  const [file] = files;
  if (!source?.info.video || !file || files.length !== 1) return false;
  if (isHitsName(file.name)) return true;
  return file.type.startsWith('audio/') && target instanceof Element && target.closest('.timeline, .perform') !== null;
}
