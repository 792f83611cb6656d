/** The variant of the pack as the person left it, unless the address asks for another. */
import type { LoadRequest } from '../../engine/protocol.ts';
import type { VariantChoice } from '../../model/variants.ts';
import { loadRequest } from '../../state/start/page-address.ts';
import { recall, remember } from './remembered.ts';

const KEY = 'variant';

/** What this page loads. @param base where the app lives, ending in a slash */
export function pageLoad(base: string): LoadRequest {
  const kept = rememberedVariant();
  return { ...(kept === undefined ? {} : { variant: kept }), ...loadRequest(window.location.search, base) };
}

export function rememberedVariant(): VariantChoice | undefined {
  return recall(KEY);
}

export function rememberVariant(choice: VariantChoice): void {
  remember(KEY, choice);
}
