/** What a variant of the pack loses against the default, from the figures that its index holds. Pure. */
import type { Variant } from '../../model/variants.ts';

export interface Loss {
  /** Onset F1 of sound made for held-out scenes: the variant's, and the default's on the same scenes and seeds. */
  readonly own: number;
  readonly standard: number;
  /** Whether the difference is more than chance would make it: two standard errors. */
  readonly real: boolean;
}

/** Undefined where it was not measured. */
export function lossOf({ quality }: Pick<Variant, 'quality'>): Loss | undefined {
  const own = quality['v2a onset F1'];
  const standard = quality['v2a onset F1, standard'];
  const lead = quality['lead in F1 over standard'];
  const error = quality['lead in F1 over standard, standard error'];
  if (own === undefined || standard === undefined || lead === undefined || error === undefined) return undefined;
  return { own, standard, real: lead < -2 * error };
}
