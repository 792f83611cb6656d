/**
 * Has the eyes look at the open file, once all that a take needs is there: what they see stands in for a prompt in the
 * takes that begin after that. A help that nothing waits for: a generation goes first, and what fails is left out.
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

export function createLooking({ deps, blobs, model, turns, get, set, readPack }: Services): Looking {
  let work: Promise<void> = Promise.resolve();

  async function run(signal: AbortSignal, source: Source): Promise<void> {
    const { look } = deps;
    if (!look || !source.info.video || deps.mayFetchAhead?.() !== true) return;
    await readPack(signal);
    await model.load(signal, 'v2a', () => undefined);
    const sight = await turns.addLast((turn) => lookAt(turn, source, look), signal);
    throwIfAborted(signal);
    set({ sight });
  }

  async function lookAt(signal: AbortSignal, source: Source, look: NonNullable<typeof deps.look>): Promise<Sight> {
    const { duration, video } = source.info;
    const count = Math.min(MOST, Math.max(1, Math.round(duration)));
    const fps = count / duration;
    const frames = await deps.media.decodeFrames(signal, blobs.file(source.blob), { fps, size: SIDE });
    const times = Array.from({ length: frames.count }, (_, k) => (k + 0.5) / fps);
    const aspect = video ? video.width / video.height : 1;
    const { pack } = get();
    const backend = pack.phase === 'known' ? pack.backend : 'wasm';
    return look(signal, { backend, rgb: frames.rgb, size: SIDE, times, aspect });
  }

  return {
    look(signal, source) {
      work = run(signal, source).catch((error: unknown) => {
        if (!signal.aborted) console.warn('The eyes could not look at the file.', error);
      });
    },
    looked: () => work,
  };
}

/** What the eyes see in a part of the open file, in words of the pack; undefined where they are not sure, or not yet. */
export function seenInFile(
  { sight, pack }: Pick<StudioState, 'sight' | 'pack'>,
  part: TimeSpan | undefined,
): SeenElsewhere | undefined {
  return sight && pack.phase === 'known' ? sayWhatIsSeen(sight, part, pack.manifest.text.vocabulary) : undefined;
}
