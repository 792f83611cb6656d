/** What the page knows of the pack: read once for every variant that is wanted, and shown from then on. */
import type { StoreApi } from 'zustand/vanilla';
import { AppError } from '../../errors.ts';
import type { Manifest } from '../../model/manifest.ts';
import { AUTOMATIC } from '../../model/variants.ts';
import type { StudioState } from '../types.ts';
import type { StudioDeps } from './deps.ts';

/** Reads the manifest of the variant that is wanted now. Throws AppError. */
export type ReadPack = (signal: AbortSignal) => Promise<Manifest>;

export function createPackReader(
  deps: Pick<StudioDeps, 'readPack' | 'load' | 'rememberedVariant'>,
  { getState: get, setState: set }: Pick<StoreApi<StudioState>, 'getState' | 'setState'>,
): ReadPack {
  const remembered = deps.load.variant === undefined ? deps.rememberedVariant : undefined;
  return async (signal) => {
    const { pack, variant: choice } = get();
    if (pack.phase === 'known' && pack.choice === choice) return pack.manifest;
    // The page goes on with what it knows while it reads about another variant.
    if (pack.phase !== 'known') set({ pack: { phase: 'reading' } });
    try {
      const known = await deps.readPack(signal, choice);
      // The person may have chosen again meanwhile: then that is being read.
      if (get().variant !== choice) return known.manifest;
      // Nobody asks today for a variant that this pack does not have: it is not worth a notice with every take.
      const outdated = choice === remembered && known.variants.every(({ id }) => id !== choice);
      const now = outdated ? AUTOMATIC : choice;
      set({ variant: now, pack: { phase: 'known', choice: now, ...known } });
      return known.manifest;
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (get().pack.phase !== 'known') set({ pack: { phase: 'failed', error: error.toData() } });
      throw error;
    }
  };
}
