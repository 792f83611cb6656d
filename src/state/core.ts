/** What the parts of the controller share: the store, the blobs, what runs, and how a failure is shown. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Motion } from '../dsp/motion.ts';
import type { SoundWork } from '../dsp/sound-work.ts';
import { AppError } from '../errors.ts';
import type { Engine, LoadRequest, Transcoder } from '../engine/protocol.ts';
import type { Library } from '../library/library.ts';
import type { DecodedFrames, Media } from '../media/types.ts';
import type { KnownPack } from '../model/known.ts';
import type { Manifest } from '../model/manifest.ts';
import { AUTOMATIC, type VariantChoice } from '../model/variants.ts';
import type { Player } from '../player/types.ts';
import type { Sharer } from '../share/sharer.ts';
import { createBlobRegistry, type BlobRegistry } from './blobs.ts';
import { drawSeed, emptyDraft } from './draft.ts';
import { createGenerator, type Generate } from './generator.ts';
import { createModel, type Model } from './model.ts';
import type { SampleSource } from './samples.ts';
import { createSoundBank, type SoundBank } from './sounds.ts';
import type { Failure, StudioState } from './types.ts';
import { createUndo, type Undo } from './undo.ts';

export interface StudioDeps {
  readonly engine: Engine & Transcoder;
  readonly media: Media;
  readonly load: LoadRequest;
  /** The variant that was chosen on an earlier visit; the one of `load` goes before it. */
  readonly rememberedVariant?: VariantChoice | undefined;
  /** The pack by its manifests, for its grid, words and defaults, long before the model itself is downloaded. */
  readonly readPack: (signal: AbortSignal, choice: VariantChoice) => Promise<KnownPack>;
  readonly samples: SampleSource;
  /** Makes links, with an engine whose model is loaded when it is called; fetched when the first link is made. */
  readonly createSharer: (engine: Transcoder) => Promise<Sharer>;
  readonly player: Player;
  /** Rejects where the browser gives no storage. */
  readonly openLibrary: () => Promise<Library>;
  /** Off the main thread: a long video takes seconds. */
  readonly findMotion: (signal: AbortSignal, frames: DecodedFrames) => Promise<Pick<Motion, 'onsets'>>;
  /** Off the main thread, too: a minute of sound takes a second. */
  readonly soundWork: SoundWork;
  /** Seconds on any clock; replaced in tests. */
  readonly now?: () => number;
  readonly random?: () => number;
  /** Ids that are unique on this device. */
  readonly newId?: () => string;
}

/** What can be taken back; the interface has words for each. */
export type UndoLabel = 'edit' | 'reset' | 'starred' | 'discard';

export interface Core {
  readonly deps: StudioDeps;
  readonly store: StoreApi<StudioState>;
  readonly blobs: BlobRegistry;
  readonly sounds: SoundBank;
  readonly model: Model;
  readonly generate: Generate;
  /** Rejects where the browser gives no storage. */
  readonly library: Promise<Library>;
  readonly undo: Undo<UndoLabel>;
  readonly now: () => number;
  readonly random: () => number;
  readonly newId: () => string;
  /** Of the page: ends what runs when the studio goes. */
  readonly life: AbortSignal;
  readonly get: () => StudioState;
  readonly set: (change: Partial<StudioState>) => void;
  /** Shows a failure; a stop that was asked for is none. */
  readonly fail: (during: Failure['during'], error: AppError) => void;
  /** The manifest of the variant that is wanted now. Throws AppError. */
  readonly readPack: (signal: AbortSignal) => Promise<Manifest>;
}

export function createCore(deps: StudioDeps, life: AbortSignal): Core {
  const random = deps.random ?? Math.random;
  const store = createStore<StudioState>()(() => ({
    pack: { phase: 'reading' },
    variant: deps.load.variant ?? deps.rememberedVariant ?? AUTOMATIC,
    input: { phase: 'empty' },
    project: undefined,
    history: { phase: 'opening' },
    survey: undefined,
    trim: undefined,
    restored: undefined,
    offered: [],
    task: 'v2a',
    taskPinned: false,
    draft: emptyDraft(drawSeed(random)),
    job: { phase: 'idle' },
    preview: undefined,
    exporting: { phase: 'idle' },
    failure: undefined,
    takes: [],
    selected: undefined,
    shown: 'source',
  }));
  const set = (change: Partial<StudioState>) => store.setState(change);
  const blobs = createBlobRegistry();
  const now = deps.now ?? (() => performance.now() / 1000);
  const remembered = deps.load.variant === undefined ? deps.rememberedVariant : undefined;

  const library = deps.openLibrary();
  // Whoever needs it says what the lack of it means.
  library.catch(() => undefined);

  const core: Omit<Core, 'generate'> = {
    deps,
    store,
    blobs,
    sounds: createSoundBank(blobs, deps.soundWork),
    model: createModel(deps, store.getState),
    library,
    undo: createUndo<UndoLabel>({ now }),
    now,
    random,
    newId: deps.newId ?? (() => crypto.randomUUID()),
    life,
    get: store.getState,
    set,
    fail(during, error) {
      if (error.code !== 'cancelled') set({ failure: { during, error: error.toData() } });
    },
    async readPack(signal) {
      const { pack, variant: choice } = store.getState();
      if (pack.phase === 'known' && pack.choice === choice) return pack.manifest;
      // The page goes on with what it knows while it reads about another variant.
      if (pack.phase !== 'known') set({ pack: { phase: 'reading' } });
      try {
        const known = await deps.readPack(signal, choice);
        // The person may have chosen again meanwhile: then that is being read.
        if (store.getState().variant !== choice) return known.manifest;
        // Nobody asks today for a variant that this pack does not have: it is not worth a notice with every take.
        const outdated = choice === remembered && known.variants.every(({ id }) => id !== choice);
        const now = outdated ? AUTOMATIC : choice;
        set({ variant: now, pack: { phase: 'known', choice: now, ...known } });
        return known.manifest;
      } catch (thrown) {
        const error = AppError.from(thrown);
        if (store.getState().pack.phase !== 'known') set({ pack: { phase: 'failed', error: error.toData() } });
        throw error;
      }
    },
  };
  return { ...core, generate: createGenerator(core) };
}

export function busy(): AppError {
  return new AppError('busy', 'A generation is running.', 'Wait for it, or cancel it with Escape.');
}
