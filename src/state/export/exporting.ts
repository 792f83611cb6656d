/** Writing a take to a file. What is written is what the player plays, and the file says how it was made. */
import type { Sound } from '../../dsp/mix.ts';
import { AppError } from '../../errors.ts';
import { spanOf } from '../../media/cut.ts';
import type { ClipFraming } from '../../media/framing.ts';
import { soundFacts } from '../../media/pcm.ts';
import { planClip, planSound, planVideo, type ExportPlan } from '../../media/preflight.ts';
import type { Cut, MediaProgress, Metadata, Pcm, SoundFormat, VideoContainer } from '../../media/types.ts';
import type { Notice } from '../../notices.ts';
import { busy, type Services } from '../services/services.ts';
import { exportName } from './file-names.ts';
import { pcmOf } from './pcm.ts';
import { shortRecipe, writeRecipe } from '../recipe/recipe-file.ts';
import { takeWithSource } from '../services/queries.ts';
import { createWatch } from '../services/stopwatch.ts';
import type { ExportedFile, ExportOutcome, Source, StageProgress } from '../types.ts';
import type { Take, TakeId } from '../take.ts';

export type ExportChoice =
  /** A V2A take under the picture of its file. */
  | { readonly kind: 'video'; readonly container: VideoContainer }
  /** An A2V take: as it was generated, or framed and scaled up. */
  | { readonly kind: 'clip'; readonly framing?: ClipFraming }
  /** Sound alone: what is heard, or the generated sound at its loudness, untouched otherwise. */
  | { readonly kind: 'sound'; readonly format: SoundFormat; readonly what: 'mix' | 'generated' };

/** What a take is written as when nothing else is asked for. */
export function defaultChoice(take: Take): ExportChoice {
  return take.media.task === 'v2a' ? { kind: 'video', container: 'mp4' } : { kind: 'clip' };
}

export interface Exporting {
  /** What an export would be, before it starts. Throws AppError for a take that is not there. */
  planExport(id: TakeId, choice: ExportChoice): Promise<ExportPlan>;
  /** Never rejects; the file is in the store until the next export. */
  exportTake(id: TakeId, choice?: ExportChoice): Promise<ExportOutcome>;
  cancelExport(): void;
  /** Forgets the file that was written last. */
  dismissExport(): void;
}

export function createExporting(services: Services): Exporting {
  const { deps, blobs, sounds, get, set, fail, life, now } = services;
  const { media } = deps;
  const watch = createWatch(now);
  let running: AbortController | undefined;

  function failed(error: AppError): ExportOutcome {
    fail('export', error);
    return { status: 'failed', error: error.toData() };
  }

  /** The sound of an export, cut to the part of the file that the take is about. */
  async function soundFor(take: Take, choice: ExportChoice): Promise<Pcm> {
    if (choice.kind === 'sound' && choice.what === 'generated') {
      const alone = await sounds.alone(take);
      if (alone) return pcmOf(alone);
    }
    const { mix } = await sounds.render(take);
    const { trim, duration } = take.recipe;
    const start = take.media.task === 'v2a' ? (trim?.start ?? 0) : 0;
    return pcmOf(cutSound(mix, start, duration));
  }

  /** What of the picture would be copied; left out where the container says how large the picture is as a whole. */
  async function cutOf(signal: AbortSignal, take: Take, { blob, info }: Source): Promise<Cut | undefined> {
    const { trim } = take.recipe;
    if (!trim && info.video?.bitRate !== undefined) return undefined;
    return media.cut(signal, blobs.file(blob), trim ?? { start: 0, end: info.duration });
  }

  async function write(signal: AbortSignal, take: Take, choice: ExportChoice): Promise<ExportedFile> {
    const { source } = takeWithSource(get(), take.id);
    const notices: Notice[] = [];
    const metadata: Metadata = { title: take.recipe.sourceName, recipe: writeRecipe(take) };
    const onProgress: MediaProgress = (_, fraction) => {
      const progress: StageProgress =
        fraction === undefined ? { kind: 'unknown' } : { kind: 'fraction', value: fraction };
      if (!signal.aborted) set({ exporting: { phase: 'running', take: take.id, progress } });
    };
    const written = await watch(async () => {
      switch (choice.kind) {
        case 'sound':
          return media.exportSound(signal, await soundFor(take, choice), {
            format: choice.format,
            metadata,
            onProgress,
          });
        case 'clip': {
          const clip = clipOf(take);
          if (!choice.framing) return clip;
          return media.frameClip(signal, clip, { ...choice.framing, metadata, onProgress });
        }
        case 'video':
          return media.exportVideo(signal, blobs.file(source.blob), await soundFor(take, choice), {
            container: choice.container,
            ...(take.recipe.trim ? { range: take.recipe.trim } : {}),
            metadata,
            onProgress,
            onNotice: (notice) => notices.push(notice),
          });
      }
    });
    return {
      blob: blobs.put(written.value),
      name: exportName(take.recipe.sourceName, take.recipe.task, take.recipe.seed, extensionOf(choice)),
      bytes: written.value.size,
      notices,
      seconds: written.seconds,
    };
  }

  async function planOf(take: Take, source: Source, choice: ExportChoice): Promise<ExportPlan> {
    const facts = soundFacts(await soundFor(take, choice));
    switch (choice.kind) {
      case 'sound':
        return planSound(facts, choice.format);
      case 'clip': {
        const clip = clipOf(take);
        const info = await media.probe(life, clip);
        const framing = choice.framing ?? { aspect: '1:1', resolution: info.video?.width ?? 256, fit: 'crop' };
        return planClip(info, clip.size, framing, facts);
      }
      case 'video': {
        const { info } = source;
        const { trim } = take.recipe;
        const cut = await cutOf(life, take, source);
        return planVideo({
          info,
          bytes: blobs.get(source.blob).size,
          sound: facts,
          container: choice.container,
          ...(trim ? { range: spanOf(info, trim) } : {}),
          ...(cut ? { cut } : {}),
        });
      }
    }
  }

  function clipOf({ media }: Take): File {
    if (media.task === 'a2v') return blobs.file(media.clip);
    throw new AppError('internal', 'A sound has no clip to export.', 'Choose another kind of file.');
  }

  function dismiss(): void {
    const { exporting } = get();
    set({ exporting: { phase: 'idle' } });
    if (exporting.phase === 'done') blobs.drop(exporting.file.blob);
  }

  return {
    async planExport(id, choice) {
      const { take, source } = takeWithSource(get(), id);
      const plan = await planOf(take, source, choice);
      const short = shortRecipe(take);
      return short ? { ...plan, warnings: [...plan.warnings, short] } : plan;
    },
    async exportTake(id, choice) {
      if (running) return failed(busy());
      dismiss();
      const abort = new AbortController();
      running = abort;
      set({ failure: undefined, exporting: { phase: 'running', take: id, progress: { kind: 'unknown' } } });
      try {
        const { take } = takeWithSource(get(), id);
        const file = await write(AbortSignal.any([abort.signal, life]), take, choice ?? defaultChoice(take));
        set({ exporting: { phase: 'done', take: id, file } });
        return { status: 'done', file };
      } catch (thrown) {
        set({ exporting: { phase: 'idle' } });
        const error = AppError.from(thrown);
        return error.code === 'cancelled' ? { status: 'cancelled' } : failed(error);
      } finally {
        running = undefined;
      }
    },
    cancelExport: () => running?.abort(),
    dismissExport: dismiss,
  };
}

function extensionOf(choice: ExportChoice): string {
  switch (choice.kind) {
    case 'video':
      return choice.container;
    case 'clip':
      return 'mp4';
    case 'sound':
      return choice.format;
  }
}

/** Seconds. */
function cutSound({ channels, sampleRate }: Sound, start: number, duration: number): Sound {
  const from = Math.round(start * sampleRate);
  const to = from + Math.round(duration * sampleRate);
  return { channels: channels.map((samples) => samples.subarray(from, to)), sampleRate };
}
