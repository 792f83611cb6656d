/** The Generate button: makes the takes of the draft from the open file, and can be stopped. */
import type { TimeSpan } from '../../dsp/span.ts';
import type { Preview } from '../../engine/protocol.ts';
import { AppError } from '../../errors.ts';
import { bitmapOf } from './bitmap.ts';
import { createFollowing, redirection, type Redirection } from './redirecting.ts';
import { busy, type Services } from '../services/services.ts';
import { drawSeed, type Draft } from '../recipe/draft.ts';
import { seenInFile } from '../start/looking.ts';
import { misfit } from '../start/task-fit.ts';
import type { Generate, GenerationRequest, Origin } from './generator.ts';
import { directedTiming } from '../timing/queries.ts';
import { noSuchTake, takeById } from '../services/queries.ts';
import type { Outcome, Source } from '../types.ts';
import type { Take, TakeId } from '../take.ts';

export interface Generating {
  /**
   * Makes the takes of the draft, each shown as it is finished. Never rejects: the outcome says how it ended, and the
   * store shows it; takes that were finished before a failure or a stop are kept.
   */
  generate(): Promise<Outcome>;
  /** Makes takes near an earlier one, as many as the draft says. */
  moreLike(id: TakeId): Promise<Outcome>;
  /** Makes parts of a take anew, in seconds on the clock of its file; the rest stays. One new take, with a new seed. */
  renew(id: TakeId, spans: readonly TimeSpan[]): Promise<Outcome>;
  /**
   * Makes anew what of a take the timing on the lane changes, with the take's own seed and words; the rest stays. The take
   * that comes of it stands in the place of `id` if that came of an earlier edit and nothing else was done with it. It is
   * undone with the edit. No take where nothing changed.
   */
  redirect(id: TakeId): Promise<Outcome>;
  readonly cancelGenerating: () => void;
}

interface GeneratingHooks {
  /** A take of a project can no longer be brought back. */
  readonly onForgotten: (project: string, id: TakeId) => void;
}

/** How far "more like this" moves the noise: near enough to be recognised, far enough to be worth hearing. */
const NEAR = 0.35;

export function createGenerating(services: Services, generate: Generate, hooks: GeneratingHooks): Generating {
  const { get, set } = services;
  const following = createFollowing(services, hooks);
  let running: AbortController | undefined;

  function failed(error: AppError): Outcome {
    services.fail('generate', error);
    return { status: 'failed', error: error.toData() };
  }

  /** @param onTake puts a take that is finished in its place */
  async function start(
    order: (source: Source) => Omit<GenerationRequest, 'source'> | AppError,
    onTake: (take: Take, index: number) => void = add,
  ): Promise<Outcome> {
    const { input } = get();
    if (running) return failed(busy());
    if (input.phase !== 'ready') {
      return failed(new AppError('no-source', 'There is no file yet.', 'Drop a video or a sound first.'));
    }
    const ordered = order(input.source);
    if (ordered instanceof AppError) return failed(ordered);
    const { task } = ordered;
    const obstacle = misfit(task, input.source.info);
    if (obstacle) return failed(obstacle);

    const abort = new AbortController();
    running = abort;
    const signal = AbortSignal.any([abort.signal, services.life]);
    const request = { source: input.source, ...ordered };
    const made: Take[] = [];
    const { takes } = request.draft;
    const first = { stage: 'decode', progress: { kind: 'unknown' }, take: 1, takes } as const;
    set({ failure: undefined, job: { phase: 'running', task, ...first } });
    try {
      await generate(signal, request, {
        onStep(step) {
          if (!signal.aborted) set({ job: { phase: 'running', task, ...step } });
        },
        onPreview(preview) {
          if (!signal.aborted) showPreview(preview);
        },
        onTake(take) {
          hidePreview();
          made.push(take);
          onTake(take, made.length - 1);
        },
      });
      return { status: 'done', takes: made };
    } catch (thrown) {
      const error = AppError.from(thrown);
      return error.code === 'cancelled' ? { status: 'cancelled' } : failed(error);
    } finally {
      running = undefined;
      hidePreview();
      set({ job: { phase: 'idle' } });
    }
  }

  function add(take: Take, index: number): void {
    set({ takes: [...get().takes, take] });
    // Later takes wait in the list: what is being watched does not change under a person's eyes.
    if (index === 0) set({ selected: take.id, shown: 'result' });
  }

  function showPreview(preview: Preview): void {
    hidePreview();
    if (preview.task === 'v2a') return set({ preview: { task: 'v2a', peaks: preview.peaks } });
    const { frames, count, size, times } = preview;
    set({ preview: { task: 'a2v', image: services.blobs.put(bitmapOf(frames, count, size)), times } });
  }

  function hidePreview(): void {
    const { preview } = get();
    if (preview === undefined) return;
    set({ preview: undefined });
    if (preview.task === 'a2v') services.blobs.drop(preview.image);
  }

  /** A take and the draft that leads to others of its kind. */
  function after(id: TakeId, draft: Partial<Draft>, origin: (take: Take) => Origin) {
    return (): Omit<GenerationRequest, 'source'> | AppError => {
      const take = takeById(get(), id);
      if (!take) return noSuchTake();
      const { task, trim, timing, prompt, negative, sampler } = take.recipe;
      const own = get().draft;
      return {
        task,
        trim,
        timing,
        draft: {
          ...own,
          ...{ prompt, negative, seed: drawSeed(services.random) },
          sampler: { ...own.sampler, [task]: sampler },
          ...draft,
        },
        origin: origin(take),
      };
    };
  }

  return {
    generate: () =>
      start(() => {
        const { task, trim, draft, restored } = get();
        if (draft.drawSeed) set({ draft: { ...draft, seed: drawSeed(services.random) } });
        const seen = seenInFile(get(), trim);
        const timing = directedTiming(get());
        return { task, trim, draft: get().draft, timing, seen, origin: { kind: 'fresh', restored } };
      }),
    moreLike: (id) => start(after(id, {}, (take) => ({ kind: 'near', take, amount: NEAR }))),
    renew(id, spans) {
      return start(
        after(id, { takes: 1 }, (take) => {
          const from = take.media.task === 'v2a' ? (take.recipe.trim?.start ?? 0) : 0;
          const own = spans.map(({ start, end }) => ({ start: start - from, end: end - from }));
          return { kind: 'spans', take, spans: own };
        }),
      );
    },
    async redirect(id) {
      const take = takeById(get(), id);
      if (!take) return failed(noSuchTake());
      let redirected: Redirection;
      try {
        redirected = redirection(get(), take);
      } catch (thrown) {
        return failed(AppError.from(thrown));
      }
      const { spans, timing } = redirected;
      if (spans.length === 0) return { status: 'done', takes: [] };
      const edit = following.edit();
      const order = after(id, { takes: 1, seed: take.recipe.seed }, () => ({
        ...{ kind: 'spans', take, spans, follows: true },
      }));
      return start(
        () => {
          const ordered = order();
          return ordered instanceof AppError ? ordered : { ...ordered, timing };
        },
        (made) => following.follow(made, id, edit),
      );
    },
    cancelGenerating() {
      const { job } = get();
      if (!running || job.phase !== 'running') return;
      const { task, stage, take, takes } = job;
      set({ job: { phase: 'cancelling', task, stage, take, takes } });
      running.abort();
    },
  };
}
