import { sameEdit, unshaped } from '../../dsp/mix.ts';
import { isPack } from '../../model/variants.ts';
import { lostOriginal, type Restored } from '../../state/recipe/restored.ts';
import { openSource } from '../../state/services/queries.ts';
import { stageText } from '../../text/stage.ts';
import { InfoIcon } from '../parts/icons.tsx';
import { useTexts } from '../page/language.ts';
import { useStudioState } from '../page/studio-context.ts';

/** A file that was made here says how: what of that is in place, and what cannot come back from it. */
export function RecipeNote() {
  const restored = useStudioState((state) => state.restored);
  return restored ? <Note restored={restored} /> : null;
}

function Note({ restored }: { readonly restored: Restored }) {
  const t = useTexts(stageText);
  // While another variant is being read, what is known is of the one before.
  const pack = useStudioState(({ pack, variant }) =>
    pack.phase === 'known' && pack.choice === variant ? pack : undefined,
  );
  const picture = useStudioState((state) => openSource(state)?.info.video !== undefined);
  const { recipe, by, edit } = restored;
  const usable = recipe.task === 'a2v' || picture;
  const samePack = pack === undefined || isPack(pack, recipe.packHash);
  const sentences = [
    samePack ? (by === 'export' ? t.fromRecipe : t.fromSource)(String(recipe.seed)) : t.fromOtherPack,
    usable ? samePack && t.makesAgain : t.needsSource(recipe.sourceName),
    recipe.task === 'v2a' && !sameEdit(edit, unshaped(edit)) && t.editComesBack,
    usable && lostOriginal(restored) && t.originalIsMixed(recipe.sourceName),
    recipe.renewed !== undefined && t.renewedDiffers,
  ];
  return (
    <p className="notice" data-testid="recipe">
      <InfoIcon />
      <span>{sentences.filter((sentence) => sentence !== false).join(' ')}</span>
    </p>
  );
}
