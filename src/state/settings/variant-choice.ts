/** Which variant of the pack the next generation uses: chosen by the person, or brought back by a recipe. */
import { isPack, variantByHash, type VariantChoice } from '../../model/variants.ts';
import type { Services } from '../services/services.ts';
import type { PackState } from '../types.ts';

export interface ChoosingVariants {
  /** The id of a variant, or `auto`. It is loaded when it is needed next; takes that are there stay. */
  setVariant(choice: VariantChoice): void;
}

export function createVariants(services: Services): ChoosingVariants {
  return {
    setVariant(choice) {
      services.set({ variant: choice });
      // A failure is shown when the model is needed.
      services.readPack(services.life).catch(() => undefined);
    },
  };
}

/**
 * The choice with which a recipe of that pack (or the beginning of its hash) is made again: the one of now where it leads
 * there already, or where the pack is not one of these or cannot run here.
 */
export function choiceFor(pack: PackState, choice: VariantChoice, packHash: string): VariantChoice {
  if (pack.phase !== 'known' || isPack(pack, packHash)) return choice;
  const variant = variantByHash(pack.variants, packHash);
  return variant?.backends.includes(pack.backend) ? variant.id : choice;
}
