/** What a batch makes of one file: a take, exported as it is, with nothing of it left behind. */
import { throwIfAborted } from '../../errors.ts';
import type { OutputFile } from '../../library/queue.ts';
import type { Notice } from '../../notices.ts';
import { createBatch } from './batch.ts';
import { dropMedia } from '../services/blobs.ts';
import { fileFraction } from './progress.ts';
import type { MediaInfo } from '../../media/types.ts';
import { readHits } from '../../timing/formats/read-hits.ts';
import type { Timing } from '../../timing/types.ts';
import type { Batch, BatchResult, HitsBeside } from './types.ts';
import type { Services } from '../services/services.ts';
import { drawSeed } from '../recipe/draft.ts';
import { lookAt, seenInFile } from '../start/looking.ts';
import { misfit, taskFor } from '../start/task-fit.ts';
import type { Generate } from '../generate/generator.ts';
import { exportName } from '../export/file-names.ts';
import { pcmOf } from '../export/pcm.ts';
import { writeRecipe } from '../recipe/recipe-file.ts';
import type { Take } from '../take.ts';

/** Batches share the generator, and so the loaded model, with the stage: one of both works at a time. */
export async function createBatching(services: Services, generate: Generate): Promise<Batch> {
  const { deps, blobs, sounds, life } = services;
  const { media } = deps;

  async function write(signal: AbortSignal, file: File, take: Take, notices: Notice[]): Promise<OutputFile> {
    const { recipe, media: made } = take;
    const name = exportName(file.name, recipe.task, recipe.seed);
    if (made.task === 'a2v') return { name, blob: blobs.get(made.clip) };
    const sound = await sounds.alone(take);
    if (!sound) throw new TypeError('A take of a video has no sound.');
    const blob = await media.exportVideo(signal, file, pcmOf(sound), {
      container: 'mp4',
      metadata: { title: file.name, recipe: writeRecipe(take) },
      onNotice: (notice) => notices.push(notice),
    });
    return { name, blob };
  }

  async function timingOf({ name, bytes }: HitsBeside, info: MediaInfo, notices: Notice[]): Promise<Timing> {
    const read = await readHits(bytes, { name, fps: info.video?.fps, duration: info.duration });
    notices.push(...read.notices);
    return read.timing;
  }

  // Without storage a batch lasts as long as the page.
  const library = await services.library.catch(() => undefined);
  return createBatch({
    queue: library?.queue,
    newId: services.newId,
    async run(signal, { file, task, draft, hits }, onProgress): Promise<BatchResult> {
      const info = await media.probe(signal, file);
      throwIfAborted(signal);
      const wanted = task ?? taskFor(info);
      const obstacle = misfit(wanted, info);
      if (obstacle) throw obstacle;
      const notices: Notice[] = [];
      const timing = hits && wanted === 'v2a' ? await timingOf(hits, info, notices) : undefined;
      const takes: Take[] = [];
      const blob = blobs.put(file);
      try {
        const source = { blob, name: file.name, info };
        const own = draft.drawSeed ? { ...draft, seed: drawSeed(services.random) } : draft;
        const sight = wanted === 'v2a' ? await lookAt(services, signal, source) : undefined;
        const request = {
          source,
          trim: undefined,
          task: wanted,
          draft: own,
          timing,
          seen: seenInFile({ sight, pack: services.get().pack }, undefined),
          origin: { kind: 'fresh', restored: undefined },
        } as const;
        await generate(AbortSignal.any([signal, life]), request, {
          onStep: (step) => onProgress({ fraction: fileFraction(step), stage: step.stage }),
          onPreview: () => undefined,
          onTake: (take) => takes.push(take),
        });
        const outputs: OutputFile[] = [];
        for (const take of takes) {
          notices.push(...take.notices);
          outputs.push(await write(signal, file, take, notices));
        }
        return { outputs, notices };
      } finally {
        for (const { media } of takes) dropMedia(blobs, media);
        sounds.keepOnly(services.get().takes);
        blobs.drop(blob);
      }
    },
  });
}
