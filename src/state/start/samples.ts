/** The bundled sample clips: a list beside the files, read when the page opens. */
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { task } from '../../model/manifest.ts';
import type { Sample, SampleSource } from '../services/deps.ts';

const fileName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/);

const sampleSchema: z.ZodType<Sample> = z.object({
  file: fileName,
  title: z.string().min(1),
  /** The title in other languages. */
  titles: z
    .object({ ko: z.string().min(1) })
    .partial()
    .optional(),
  task,
  seconds: z.number().positive(),
  made: fileName.optional(),
});

/** @param folder ending in a slash */
export function createSampleSource(folder: string, fetch: typeof globalThis.fetch = globalThis.fetch): SampleSource {
  return {
    async list() {
      try {
        const response = await fetch(`${folder}samples.json`);
        if (!response.ok) return [];
        return z.array(sampleSchema).parse(await response.json());
      } catch (error) {
        console.warn('The list of samples could not be read.', error);
        return [];
      }
    },
    async fetch(signal, sample) {
      const failed = (cause?: unknown) =>
        new AppError(
          'internal',
          `The sample “${sample.title}” could not be loaded.`,
          'Check the connection, or use a file of your own.',
          { cause, values: { variant: 'sample', title: sample.title } },
        );
      let response: Response;
      try {
        response = await fetch(folder + sample.file, { signal });
      } catch (error) {
        if (signal.aborted) throw AppError.from(error);
        throw failed(error);
      }
      // A host without the file may answer with its start page.
      if (!response.ok || response.headers.get('content-type')?.includes('text/html')) throw failed();
      const blob = await response.blob();
      return new File([blob], sample.file, { type: blob.type });
    },
  };
}
