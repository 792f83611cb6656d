/** What the parts of the controller share: the store, the blobs, what runs, and how a failure is shown. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { AppError } from '../../errors.ts';
import type { Library } from '../../library/library.ts';
import { AUTOMATIC } from '../../model/variants.ts';
import { createBlobRegistry, type BlobRegistry } from './blobs.ts';
import type { StudioDeps } from './deps.ts';
import { createPackReader, type ReadPack } from './known-pack.ts';
import { drawSeed, emptyDraft } from '../recipe/draft.ts';
import { createModel, type Model } from './loaded-model.ts';
import { createSoundBank, type SoundBank } from './sound-bank.ts';
import { NO_TIMING } from '../timing/initial.ts';
import type { TimingLabel } from '../timing/types.ts';
import { createTurns, type Turns } from './turns.ts';
import type { Failure, StudioState } from '../types.ts';
import { createUndo, type Undo } from './undo.ts';

/** What can be taken back; the interface has words for each. */
export type UndoLabel = 'edit' | 'reset' | 'starred' | 'discard' | 'redirect' | TimingLabel;

export interface Services {
  readonly deps: StudioDeps;
  readonly store: StoreApi<StudioState>;
  readonly blobs: BlobRegistry;
  readonly sounds: SoundBank;
  readonly model: Model;
  readonly turns: Turns;
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
  readonly readPack: ReadPack;
}

export function createServices(deps: StudioDeps, life: AbortSignal): Services {
  const random = deps.random ?? Math.random;
  const store = createStore<StudioState>()(() => ({
    pack: { phase: 'reading' },
    variant: deps.load.variant ?? deps.rememberedVariant ?? AUTOMATIC,
    input: { phase: 'empty' },
    project: undefined,
    history: { phase: 'opening' },
    survey: undefined,
    sight: undefined,
    timing: NO_TIMING,
    wished: undefined,
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

  const library = deps.openLibrary();
  // Whoever needs it says what the lack of it means.
  library.catch(() => undefined);

  return {
    deps,
    store,
    blobs,
    sounds: createSoundBank(blobs, deps.soundWork),
    model: createModel(deps, store.getState),
    turns: createTurns(),
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
    readPack: createPackReader(deps, store),
  };
}

export function busy(): AppError {
  return new AppError('busy', 'A generation is running.', 'Wait for it, or cancel it with Escape.');
}
