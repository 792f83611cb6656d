/** The build's list of the large programs, which are fetched when they are first used. */
import { z } from 'zod';
import type { Program } from '../../model/bytes-to-fetch.ts';

const schema = z.array(z.object({ file: z.string(), bytes: z.number() }));

/** None from the development server, which has no such list. @param base where the app lives, ending in a slash */
export async function listPrograms(base: string): Promise<readonly Program[]> {
  if (!import.meta.env.PROD) return [];
  try {
    const response = await fetch(`${base}programs.json`);
    return schema.parse(await response.json());
  } catch (error) {
    console.warn('The list of programs could not be read; their size is not counted.', error);
    return [];
  }
}
