/**
 * The controller: every action of a person, on one store. It knows the engine and the media layer by their interfaces
 * only, so that it runs in Node with fakes; React and the batch command use the same object.
 *
 * What follows (history, mixing, sharing) starts from `Result`: a finished take with its whole recipe.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { AppError, throwIfAborted } from '../errors.ts';
import type { Engine, LoadRequest } from '../engine/protocol.ts';
import type { Media } from '../media/types.ts';
import type { Manifest, Task } from '../model/manifest.ts';
import { createBlobRegistry, type BlobId, type BlobRegistry } from './blobs.ts';
import { drawSeed, emptyDraft, MAX_PROMPT } from './draft.ts';
import { misfit, taskFor } from './fit.ts';
import { createGenerator } from './generator.ts';
import type { Sample, SampleSource } from './samples.ts';
import type { Draft, Failure, OfferedFile, Outcome, Result, SamplerChoice, Source, StudioState } from './types.ts';

export interface StudioDeps {
  readonly engine: Engine;
  readonly media: Media;
  readonly load: LoadRequest;
  /** The pack's manifest, for its grid, words and defaults, long before the model itself is downloaded. */
  readonly readManifest: (signal: AbortSignal) => Promise<Manifest>;
  readonly samples: SampleSource;
  /** Seconds on any clock; replaced in tests. */
  readonly now?: () => number;
  readonly random?: () => number;
}

export interface Studio {
  readonly store: StoreApi<StudioState>;
  readonly blobs: BlobRegistry;
  /** The bundled samples, asked for once. */
  samples(): Promise<readonly Sample[]>;
  /** Takes dropped or picked files: one is opened, several are offered to pick from. */
  receive(files: readonly File[]): Promise<void>;
  open(file: File): Promise<void>;
  openSample(sample: Sample): Promise<void>;
  openOffered(file: OfferedFile): Promise<void>;
  dismissOffered(): void;
  setTask(task: Task): void;
  /** A seed set by hand is kept for the generations that follow. */
  setDraft(change: Partial<Omit<Draft, 'sampler'>>): void;
  setSampler(change: Partial<SamplerChoice>): void;
  resetSampler(): void;
  rollSeed(): void;
  /**
   * Makes the takes of the draft, each shown as it is finished. Never rejects: the outcome says how it ended, and the
   * store shows it; takes that were finished before a failure or a stop are kept.
   */
  generate(): Promise<Outcome>;
  /** Stops the generation, or the opening of a file. */
  cancel(): void;
  /** Puts a take on the stage. */
  selectTake(blob: BlobId): void;
  /** Forgets a take for good; its neighbour takes its place on the stage. */
  discardTake(blob: BlobId): void;
  dismissFailure(): void;
  show(what: StudioState['shown']): void;
  dispose(): void;
}

export function createStudio(deps: StudioDeps): Studio {
  const { media, engine } = deps;
  const random = deps.random ?? Math.random;
  const blobs = createBlobRegistry();
  const store = createStore<StudioState>()(() => ({
    pack: { phase: 'reading' },
    input: { phase: 'empty' },
    offered: [],
    task: 'v2a',
    taskPinned: false,
    draft: emptyDraft(drawSeed(random)),
    job: { phase: 'idle' },
    failure: undefined,
    takes: [],
    result: undefined,
    shown: 'source',
  }));
  const set = (change: Partial<StudioState>) => store.setState(change);
  const get = store.getState;

  /** Of the page: ends what runs when the studio goes. */
  const life = new AbortController();
  let opening: AbortController | undefined;
  let running: AbortController | undefined;
  let sampleList: Promise<readonly Sample[]> | undefined;

  function fail(during: Failure['during'], error: AppError): void {
    if (error.code !== 'cancelled') set({ failure: { during, error: error.toData() } });
  }

  async function readPack(signal: AbortSignal): Promise<Manifest> {
    const { pack } = get();
    if (pack.phase === 'known') return pack.manifest;
    set({ pack: { phase: 'reading' } });
    try {
      const manifest = await deps.readManifest(signal);
      set({ pack: { phase: 'known', manifest } });
      return manifest;
    } catch (thrown) {
      const error = AppError.from(thrown);
      set({ pack: { phase: 'failed', error: error.toData() } });
      throw error;
    }
  }

  const run = createGenerator({
    engine,
    media,
    blobs,
    load: deps.load,
    readPack,
    now: deps.now ?? (() => performance.now() / 1000),
  });

  /** Opens what `fetch` brings; the earlier file stays until the new one is known to be usable. */
  async function openWith(name: string, fetch: (signal: AbortSignal) => Promise<File>): Promise<void> {
    if (running) return fail('open', busy());
    opening?.abort();
    const abort = new AbortController();
    opening = abort;
    const { input } = get();
    const previous = input.phase === 'ready' ? input.source : input.phase === 'opening' ? input.previous : undefined;
    set({ input: { phase: 'opening', name, previous }, failure: undefined });
    const signal = AbortSignal.any([abort.signal, life.signal]);
    try {
      const file = await fetch(signal);
      const info = await media.probe(signal, file);
      // A newer file may have been dropped meanwhile.
      throwIfAborted(signal);
      adopt({ blob: blobs.put(file), name, info }, previous);
    } catch (thrown) {
      if (opening !== abort) return;
      set({ input: previous ? { phase: 'ready', source: previous } : { phase: 'empty' } });
      fail('open', AppError.from(thrown));
    } finally {
      if (opening === abort) opening = undefined;
    }
  }

  function adopt(source: Source, previous: Source | undefined): void {
    const { taskPinned, task } = get();
    set({
      input: { phase: 'ready', source },
      // A pinned task stays; whether the file fits it is shown beside the file.
      task: taskPinned ? task : taskFor(source.info),
      shown: 'source',
    });
    if (previous) blobs.drop(previous.blob);
  }

  function clearOffered(): void {
    for (const { blob } of get().offered) blobs.drop(blob);
    set({ offered: [] });
  }

  const open = (file: File) => openWith(file.name, () => Promise.resolve(file));

  async function generate(): Promise<Outcome> {
    const { input, task, draft } = get();
    if (running) return failed(busy());
    if (input.phase !== 'ready') {
      return failed(new AppError('no-source', 'There is no file yet.', 'Drop a video or a sound first.'));
    }
    const obstacle = misfit(task, input.source.info);
    if (obstacle) return failed(obstacle);
    if (draft.drawSeed) set({ draft: { ...draft, seed: drawSeed(random) } });

    const abort = new AbortController();
    running = abort;
    const signal = AbortSignal.any([abort.signal, life.signal]);
    const request = { source: input.source, task, draft: get().draft };
    const results: Result[] = [];
    const { takes } = request.draft;
    const first = { stage: 'decode', progress: { kind: 'unknown' }, take: 1, takes } as const;
    set({ failure: undefined, job: { phase: 'running', task, ...first } });
    try {
      await run(signal, request, {
        onStep(step) {
          if (!signal.aborted) set({ job: { phase: 'running', task, ...step } });
        },
        onTake(take) {
          results.push(take);
          set({ takes: [...get().takes, take] });
          // Later takes wait in the list: what is being watched does not change under a person's eyes.
          if (results.length === 1) set({ result: take, shown: 'result' });
        },
      });
      return { status: 'done', results };
    } catch (thrown) {
      const error = AppError.from(thrown);
      return error.code === 'cancelled' ? { status: 'cancelled' } : failed(error);
    } finally {
      running = undefined;
      set({ job: { phase: 'idle' } });
    }
  }

  function failed(error: AppError): Outcome {
    fail('generate', error);
    return { status: 'failed', error: error.toData() };
  }

  // Words and defaults are shown before the first generation; a failure here is shown when the model is needed.
  readPack(life.signal).catch(() => undefined);

  return {
    store,
    blobs,
    samples: () => (sampleList ??= deps.samples.list()),
    async receive(files) {
      const [first] = files;
      if (!first) return;
      if (running) return fail('open', busy());
      clearOffered();
      if (files.length === 1) return open(first);
      set({ offered: files.map((file) => ({ blob: blobs.put(file), name: file.name })), failure: undefined });
    },
    async open(file) {
      clearOffered();
      await open(file);
    },
    openSample: (sample) => openWith(sample.title, (signal) => deps.samples.fetch(signal, sample)),
    openOffered: ({ blob }) => open(blobs.file(blob)),
    dismissOffered: clearOffered,
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
      set({ draft: { ...get().draft, seed: drawSeed(random), drawSeed: false } });
    },
    generate,
    cancel() {
      opening?.abort();
      const { job } = get();
      if (!running || job.phase !== 'running') return;
      const { task, stage, take, takes } = job;
      set({ job: { phase: 'cancelling', task, stage, take, takes } });
      running.abort();
    },
    selectTake(blob) {
      const result = get().takes.find((take) => take.blob === blob);
      if (result) set({ result, shown: 'result' });
    },
    discardTake(blob) {
      const { takes, result, shown } = get();
      const index = takes.findIndex((take) => take.blob === blob);
      if (index < 0) return;
      const left = takes.filter((take) => take.blob !== blob);
      const next = result?.blob === blob ? left[Math.min(index, left.length - 1)] : result;
      set({ takes: left, result: next, shown: next ? shown : 'source' });
      blobs.drop(blob);
    },
    dismissFailure: () => set({ failure: undefined }),
    show: (what) => set({ shown: what }),
    dispose() {
      life.abort();
      engine.dispose();
      media.dispose();
    },
  };
}

function busy(): AppError {
  return new AppError('busy', 'A generation is running.', 'Wait for it, or cancel it with Escape.');
}
