/**
 * Has the eyes look at a file, once all that a take needs is there: what they see stands in for a prompt that nobody
 * typed. For the open file nothing waits for it: a generation goes first, and the takes that begin after it know. A
 * batch, which nobody watches, looks at each file first. What fails is left out.
 */
import { throwIfAborted } from '../../errors.ts';
import { sayWhatIsSeen, type SeenElsewhere, type Sight } from '../../model/eyes.ts';
import type { TimeSpan } from '../../dsp/span.ts';
import type { Services } from '../services/services.ts';
import type { Source, StudioState } from '../types.ts';

export interface Looking {
  /** Begins to look at a file; stops when the signal does. */
  readonly look: (signal: AbortSignal, source: Source) => void;
  /** Resolves when the eyes have looked at the open file, could not, or are not to. */
  readonly looked: () => Promise<void>;
}

/** A picture a second, in the middle of each; of longer files as many, evenly. */
const MOST = 32;
/** Pictures are decoded to squares of this side, of which the eyes take what they need. In pixels. */
const SIDE = 448;

export function createLooking(services: Services): Looking {
  const { set } = services;
  let work: Promise<void> = Promise.resolve();

  async function run(signal: AbortSignal, source: Source): Promise<void> {
    const sight = await lookAt(services, signal, source);
    if (!signal.aborted) set({ sight });
  }

  return {
    look(signal, source) {
      work = run(signal, source);
    },
    looked: () => work,
  };
}

/** What the eyes see in a file; undefined where they are not wanted, there is no picture, it failed or was aborted. */
export async function lookAt(
  { deps, blobs, model, turns, get, readPack }: Services,
  signal: AbortSignal,
  { blob, info: { duration, video } }: Pick<Source, 'blob' | 'info'>,
): Promise<Sight | undefined> {
  const { look } = deps;
  if (!look || !video || deps.mayFetchAhead?.() !== true) return undefined;
  try {
    await readPack(signal);
    await model.load(signal, 'v2a', () => undefined);
    const sight = await turns.addLast(async (turn) => {
      const count = Math.min(MOST, Math.max(1, Math.round(duration)));
      const fps = count / duration;
      const frames = await deps.media.decodeFrames(turn, blobs.file(blob), { fps, size: SIDE });
      const times = Array.from({ length: frames.count }, (_, k) => (k + 0.5) / fps);
      const { pack } = get();
      const backend = pack.phase === 'known' ? pack.backend : 'wasm';
      return look(turn, { backend, rgb: frames.rgb, size: SIDE, times, aspect: video.width / video.height });
    }, signal);
    throwIfAborted(signal);
    return sight;
  } catch (error) {
    if (!signal.aborted) console.warn('The eyes could not look at the file.', error);
    return undefined;
  }
}

/** What the eyes see in a part of their file, in words of the pack; undefined where they are not sure, or not yet. */
export function seenInFile(
  { sight, pack }: Pick<StudioState, 'sight' | 'pack'>,
  part: TimeSpan | undefined,
): SeenElsewhere | undefined {
  return sight && pack.phase === 'known' ? sayWhatIsSeen(sight, part, pack.manifest.text.vocabulary) : undefined;
}
