import type { Take } from '../../state/take.ts';
import { takesText } from '../../text/takes.ts';
import { variantName } from '../../text/variants.ts';
import { formatNumber, formatSeconds } from '../page/format.ts';
import { MoreLikeIcon, StarIcon, TrashIcon } from '../parts/icons.tsx';
import { useLanguage, useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';
import { Outline } from './Outline.tsx';

interface TakeCardProps {
  readonly take: Take;
  readonly number: string;
  readonly selected: boolean;
}

export function TakeCard({ take, number, selected }: TakeCardProps) {
  const t = useTexts(takesText);
  const studio = useStudio();
  const busy = useStudioState((state) => state.job.phase !== 'idle');
  const facts = useFacts(take);
  const { id, media, sketch, recipe, starred, edit } = take;
  const star = starred ? t.unkeep(number) : t.keep(number);
  return (
    <li className="take" data-selected={selected} data-starred={starred}>
      <button type="button" className="take-pick" aria-pressed={selected} onClick={() => studio.selectTake(id)}>
        <span className="take-number">{number}</span>
        {media.task === 'v2a' ? (
          <Outline
            peaks={sketch.peaks}
            gain={edit.loudness?.gain ?? 0}
            onsets={sketch.onsets}
            duration={recipe.duration}
          />
        ) : (
          <video className="take-picture" src={studio.blobs.url(media.clip)} muted playsInline preload="metadata" />
        )}
        <span className="take-facts" title={facts}>
          {facts}
        </span>
      </button>
      <div className="take-tools">
        <button
          type="button"
          className="icon-button"
          aria-label={star}
          title={star}
          aria-pressed={starred}
          onClick={() => studio.starTake(id, !starred)}
        >
          <StarIcon filled={starred} />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t.moreLike(number)}
          title={t.moreLike(number)}
          disabled={busy}
          onClick={() => void studio.moreLike(id)}
        >
          <MoreLikeIcon />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t.discard(number)}
          title={t.discard(number)}
          onClick={() => studio.discardTake(id)}
        >
          <TrashIcon />
        </button>
      </div>
    </li>
  );
}

/** What tells it from the others first; loading, which comes once, is not part of how long it took. */
function useFacts({ recipe, media, sketch, seconds }: Take): string {
  const t = useTexts(takesText);
  const language = useLanguage();
  const variation = recipe.variations.at(-1);
  const count = sketch.onsets.length;
  return [
    media.task === 'v2a' && (count === 1 ? t.onset : t.onsets(formatNumber(count))),
    variation && t.variation,
    recipe.renewed && t.renewed,
    t.madeIn(formatSeconds(seconds.total - seconds.load)),
    recipe.variant !== undefined && variantName(language, recipe.variant),
    t.seed(String(variation?.seed ?? recipe.seed)),
  ]
    .filter(Boolean)
    .join(' · ');
}
