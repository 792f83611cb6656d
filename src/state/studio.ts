/**
 * The controller: every action of a person, on one store. It knows the engine and the media layer by their interfaces
 * only, so that it runs in Node with fakes; React and the batch command use the same object. Each group of actions has a
 * file of its own; here they come together.
 */
import type { StoreApi } from 'zustand/vanilla';
import type { AppError } from '../errors.ts';
import { clipSpan, type TimeSpan } from '../dsp/span.ts';
import type { Task } from '../model/manifest.ts';
import type { Player } from '../player/types.ts';
import type { BlobRegistry } from './services/blobs.ts';
import { createServices, type UndoLabel } from './services/services.ts';
import type { StudioDeps } from './services/deps.ts';
import { createWarming, type Warming } from './services/warming.ts';
import { drawSeed, MAX_PROMPT, type Draft } from './recipe/draft.ts';
import { createBatching } from './batch/one-file.ts';
import type { Batch } from './batch/types.ts';
import { createEditing, type Editing } from './takes/editing.ts';
import { createEstimating, type Estimating } from './start/estimating.ts';
import { createExporting, type Exporting } from './export/exporting.ts';
import { createGenerating, type Generating } from './generate/generating.ts';
import { createGenerator } from './generate/generator.ts';
import { createLooking, type Looking } from './start/looking.ts';
import { createProjectHistory, type ProjectHistory } from './history/project-history.ts';
import { startListening } from './takes/listening.ts';
import { createOpening, type Opening } from './start/opening.ts';
import { createSharing, type Sharing } from './share/sharing.ts';
import { createSurveying, type Surveying } from './start/survey.ts';
import { openSource } from './services/queries.ts';
import type { SoundBank } from './services/sound-bank.ts';
import { createTakes, type Takes } from './takes/takes.ts';
import { createHearing, type Hearing } from './timing/hearing.ts';
import { createDirecting, type Directing } from './timing/directing.ts';
import { createHitsFiles, type HitsFiles } from './timing/hits-files.ts';
import { createTimingReading, type TimingReading } from './timing/reading.ts';
import type { StudioState } from './types.ts';
import type { SamplerChoice } from './take.ts';
import type { UndoState } from './services/undo.ts';
import { createVariants, type ChoosingVariants } from './settings/variant-choice.ts';

export interface Studio
  extends
    Omit<Opening, 'cancelOpening' | 'adopt'>,
    Omit<Generating, 'cancelGenerating'>,
    Omit<Takes, 'clearTakes'>,
    Pick<Surveying, 'surveyed'>,
    Pick<Looking, 'looked'>,
    Editing,
    Directing,
    HitsFiles,
    Hearing,
    Omit<TimingReading, 'read'>,
    Warming,
    Estimating,
    Omit<ProjectHistory, 'purgeTake'>,
    Sharing,
    ChoosingVariants,
    Exporting {
  readonly store: StoreApi<StudioState>;
  readonly blobs: BlobRegistry;
  /** Puts the files that were brought together into the batch, with the settings of now, and starts it. */
  batchOffered(): Promise<void>;
  /** Shows what went wrong while results were saved outside the studio. */
  reportExport(error: AppError): void;
  /** The queue of many files; there once the library is. */
  readonly batch: Promise<Batch>;
  readonly player: Player;
  /** For waveforms; never for changes. */
  readonly sounds: Pick<SoundBank, 'original' | 'generatedNow' | 'describedNow' | 'renderedNow'>;
  /** What can be taken back and made again. */
  readonly undoStore: StoreApi<UndoState<UndoLabel>>;
  setTask(task: Task): void;
  /** A seed set by hand is kept for the generations that follow. */
  setDraft(change: Partial<Omit<Draft, 'sampler'>>): void;
  setSampler(change: Partial<SamplerChoice>): void;
  resetSampler(): void;
  rollSeed(): void;
  /** The part of the file to work on, in seconds; undefined is all of it. Takes that are there keep theirs. */
  setTrim(span: TimeSpan | undefined): void;
  /** Stops the generation, or the opening of a file. */
  cancel(): void;
  dismissFailure(): void;
  show(what: StudioState['shown']): void;
  dispose(): void;
}

export function createStudio(deps: StudioDeps): Studio {
  const life = new AbortController();
  const services = createServices(deps, life.signal);
  const { get, set, store, blobs } = services;
  const generate = createGenerator(services);
  const { clearTakes, ...takes } = createTakes(services, {
    onForgotten: (project, id) => purgeTake(project, id),
  });
  const { read, ...timingReading } = createTimingReading(services);
  const looking = createLooking(services);
  const surveying = createSurveying(services, {
    onFrames(signal, source, frames) {
      read(signal, source, frames);
      looking.look(signal, source);
    },
  });
  const variants = createVariants(services);
  const { cancelOpening, adopt, ...opening } = createOpening(services, {
    onReplaced: clearTakes,
    onOpened: surveying.survey,
    onClosed: surveying.stopSurvey,
    onChoice: (choice) => variants.setVariant(choice),
  });
  const { cancelGenerating, ...generating } = createGenerating(services, generate, {
    onForgotten: (project, id) => purgeTake(project, id),
  });
  const editing = createEditing(services);
  const exporting = createExporting(services);
  const batch = createBatching(services, generate);
  void batch.then((made) => made.restore());
  const { purgeTake, ...projectHistory } = createProjectHistory(services, { adopt });
  startListening(services);

  // Words and defaults are shown before the first generation; a failure here is shown when the model is needed.
  services.readPack(life.signal).catch(() => undefined);

  return {
    store,
    blobs,
    ...opening,
    ...generating,
    ...takes,
    ...editing,
    ...createDirecting(services),
    ...timingReading,
    ...createHitsFiles(services),
    ...projectHistory,
    ...exporting,
    ...createHearing(services),
    ...createEstimating(services),
    ...createWarming(services),
    ...createSharing(services, variants),
    ...variants,
    batch,
    async batchOffered() {
      const { offered, draft } = get();
      const files = offered.map(({ blob, name }) => new File([blobs.get(blob)], name, { type: blobs.get(blob).type }));
      opening.dismissOffered();
      const queue = await batch;
      await queue.add(files, { draft: { ...draft, takes: 1 } });
      queue.start();
    },
    reportExport: (error) => services.fail('export', error),
    player: deps.player,
    sounds: services.sounds,
    undoStore: services.undo.store,
    surveyed: surveying.surveyed,
    looked: looking.looked,
    setTrim(span) {
      const source = openSource(get());
      const trim = source && span && clipSpan(span, source.info.duration);
      set({ trim });
    },
    setTask: (task) => set({ task, taskPinned: true, failure: undefined }),
    setDraft(change) {
      const draft = { ...get().draft, ...change };
      const keepsSeed = change.seed !== undefined && change.drawSeed === undefined;
      set({
        draft: {
          ...draft,
          prompt: draft.prompt.slice(0, MAX_PROMPT),
          negative: draft.negative.slice(0, MAX_PROMPT),
          drawSeed: keepsSeed ? false : draft.drawSeed,
        },
      });
    },
    setSampler(change) {
      const { draft, task } = get();
      set({ draft: { ...draft, sampler: { ...draft.sampler, [task]: { ...draft.sampler[task], ...change } } } });
    },
    resetSampler() {
      const { draft, task } = get();
      set({ draft: { ...draft, sampler: { ...draft.sampler, [task]: {} } } });
    },
    rollSeed() {
      set({ draft: { ...get().draft, seed: drawSeed(services.random), drawSeed: false } });
    },
    cancel() {
      cancelOpening();
      cancelGenerating();
      exporting.cancelExport();
    },
    dismissFailure: () => set({ failure: undefined }),
    show: (what) => set({ shown: what }),
    dispose() {
      life.abort();
      void batch.then((made) => made.dispose());
      deps.engine.dispose();
      deps.media.dispose();
      deps.player.dispose();
      deps.soundWork.dispose();
    },
  };
}
