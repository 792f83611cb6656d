/** Opening files: dropped, picked, pasted or bundled; the earlier file stays until the new one is known to be usable. */
import { AppError, throwIfAborted } from '../../errors.ts';
import type { VariantChoice } from '../../model/variants.ts';
import { busy, type Services } from '../services/services.ts';
import { taskFor } from './task-fit.ts';
import { restoredWith, settingsOf } from '../recipe/restored.ts';
import type { Sample } from '../services/deps.ts';
import { openSource } from '../services/queries.ts';
import { choiceFor } from '../settings/variant-choice.ts';
import { NO_TIMING } from '../timing/initial.ts';
import { wishedState } from '../timing/wished.ts';
import type { OfferedFile, Source, StudioState } from '../types.ts';
import type { BlobId, Take } from '../take.ts';

export interface Opening {
  /** The bundled samples, asked for once. */
  samples(): Promise<readonly Sample[]>;
  /** Takes dropped or picked files: one is opened, several are offered to pick from. */
  receive(files: readonly File[]): Promise<void>;
  open(file: File): Promise<void>;
  openSample(sample: Sample): Promise<void>;
  openOffered(file: OfferedFile): Promise<void>;
  /** Back to the first screen; what was made stays in the history. */
  closeFile(): void;
  dismissOffered(): void;
  /** Stops the opening of a file. */
  readonly cancelOpening: () => void;
  /** Puts a file that is known to be usable on the stage, in the place of the earlier one. */
  readonly adopt: (source: Source, project: string, takes?: readonly Take[], rest?: Partial<StudioState>) => void;
}

interface OpeningHooks {
  /** The earlier file is about to go. */
  onReplaced(): void;
  onOpened(source: Source): void;
  onClosed(): void;
  /** A recipe wants this variant of the pack. */
  onChoice(choice: VariantChoice): void;
}

export function createOpening(services: Services, hooks: OpeningHooks): Opening {
  const { deps, blobs, get, set, fail } = services;
  let opening: AbortController | undefined;
  let sampleList: Promise<readonly Sample[]> | undefined;

  async function openWith(name: string, fetch: (signal: AbortSignal) => Promise<File>): Promise<void> {
    if (get().job.phase !== 'idle') return fail('open', busy());
    opening?.abort();
    const abort = new AbortController();
    opening = abort;
    const previous = openSource(get());
    set({ input: { phase: 'opening', name, file: undefined, previous }, failure: undefined });
    let blob: BlobId | undefined;
    const signal = AbortSignal.any([abort.signal, services.life]);
    try {
      const file = await fetch(signal);
      throwIfAborted(signal);
      // It can be shown before it is known what it is.
      blob = blobs.put(file);
      set({ input: { phase: 'opening', name, file: blob, previous } });
      const info = await deps.media.probe(signal, file);
      // A newer file may have been dropped meanwhile.
      throwIfAborted(signal);
      // Only the pack tells which of its variants a recipe means; without it there are none.
      if (info.recipe !== undefined) await services.readPack(signal).catch(() => undefined);
      throwIfAborted(signal);
      const { draft, pack, variant, wished } = get();
      const restored = restoredWith(name, info, get().restored);
      const source = { blob, name, info };
      const asWished = wished && { timing: wishedState(source, wished) };
      adopt(source, services.newId(), [], {
        wished: undefined,
        ...(restored ? settingsOf(restored, draft) : asWished),
      });
      blob = undefined;
      if (restored) hooks.onChoice(choiceFor(pack, variant, restored.recipe.packHash));
    } catch (thrown) {
      if (opening !== abort) return;
      set({ input: previous ? { phase: 'ready', source: previous } : { phase: 'empty' } });
      fail('open', AppError.from(thrown));
    } finally {
      if (opening === abort) opening = undefined;
      if (blob !== undefined) blobs.drop(blob);
    }
  }

  function adopt(source: Source, project: string, takes: readonly Take[] = [], rest: Partial<StudioState> = {}): void {
    const previous = openSource(get());
    // Takes belong to the file they were made from; going with it, they are not discarded.
    set({ project: undefined });
    hooks.onReplaced();
    const { taskPinned, task } = get();
    set({
      input: { phase: 'ready', source },
      project,
      // A pinned task stays; whether the file fits it is shown beside the file.
      task: taskPinned ? task : taskFor(source.info),
      takes,
      selected: takes.at(-1)?.id,
      shown: takes.length > 0 ? 'result' : 'source',
      sight: undefined,
      timing: NO_TIMING,
      trim: undefined,
      restored: undefined,
      failure: undefined,
      ...rest,
    });
    if (previous) blobs.drop(previous.blob);
    hooks.onOpened(source);
  }

  function clearOffered(): void {
    for (const { blob } of get().offered) blobs.drop(blob);
    set({ offered: [] });
  }

  const open = (file: File) => openWith(file.name, () => Promise.resolve(file));

  return {
    samples: () => (sampleList ??= deps.samples.list()),
    async receive(files) {
      const [first] = files;
      if (!first) return;
      if (get().job.phase !== 'idle') return fail('open', busy());
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
    closeFile() {
      if (get().job.phase !== 'idle') return fail('open', busy());
      opening?.abort();
      opening = undefined;
      const previous = openSource(get());
      set({ project: undefined });
      hooks.onReplaced();
      hooks.onClosed();
      set({
        input: { phase: 'empty' },
        shown: 'source',
        sight: undefined,
        timing: NO_TIMING,
        trim: undefined,
        restored: undefined,
        failure: undefined,
      });
      if (previous) blobs.drop(previous.blob);
    },
    dismissOffered: clearOffered,
    cancelOpening: () => opening?.abort(),
    adopt,
  };
}
