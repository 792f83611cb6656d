import { isPack, unlikeDefault } from '../../model/variants.ts';
import type { StudioState } from '../../state/types.ts';
import { errorText } from '../../text/errors.ts';
import type { Language } from '../../text/language.ts';
import { settingsText } from '../../text/settings.ts';
import { variantName } from '../../text/variants.ts';
import { useLanguage } from '../page/language.ts';
import { useStudioState } from '../page/studio-context.ts';

/** What the first generation will cost, said before it is started. */
export function ModelNote() {
  const language = useLanguage();
  const pack = useStudioState((state) => state.pack);
  // With a take of this very model it is there; one of another variant tells nothing.
  const made = useStudioState(
    ({ pack, takes }) => pack.phase === 'known' && takes.some(({ recipe }) => isPack(pack, recipe.packHash)),
  );
  const text = noteOf(pack, made, language);
  return text ? <p className="model-note">{text}</p> : null;
}

function noteOf(pack: StudioState['pack'], made: boolean, language: Language): string {
  const t = settingsText[language];
  if (pack.phase === 'failed') return t.modelFailed(errorText(language, pack.error).message);
  if (pack.phase === 'reading') return '';
  const { manifest, variant } = pack;
  const other = unlikeDefault(variant, pack.variants);
  const name = other === undefined ? manifest.name : `${manifest.name} · ${variantName(language, other)}`;
  if (made) return t.modelReady(name);
  return t.modelFirst(name);
}
