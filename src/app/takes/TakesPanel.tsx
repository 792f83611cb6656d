import type { Take } from '../../state/take.ts';
import { takesText } from '../../text/takes.ts';
import { variantName } from '../../text/variants.ts';
import { formatNumber, formatSeconds } from '../page/format.ts';
import { MoreLikeIcon, StarIcon, TrashIcon } from '../parts/icons.tsx';
import { useLanguage, useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';
import { Outline } from './Outline.tsx';
import { TakeInTheMaking } from './TakeInTheMaking.tsx';

/** All takes side by side: press one, or its number, and it plays from where the last one was. */
export function TakesPanel() {
  const t = useTexts(takesText);
  const takes = useStudioState((state) => state.takes);
  const selected = useStudioState((state) => state.selected);
  const making = useStudioState((state) => state.job.phase !== 'idle');
  if (takes.length === 0 && !making) return null;
  return (
    <section className="takes" aria-label={t.takes}>
      <div className="takes-head">
        <h2>{t.takes}</h2>
        {takes.length > 1 && <p>{t.compare(formatNumber(Math.min(9, takes.length)))}</p>}
      </div>
      <ol>
        {takes.map((take, index) => (
          <TakeCard key={take.id} take={take} number={formatNumber(index + 1)} selected={take.id === selected} />
        ))}
      </ol>
      <TakeInTheMaking />
    </section>
  );
}

interface TakeCardProps {
  readonly take: Take;
  readonly number: string;
  readonly selected: boolean;
}

function TakeCard({ take, number, selected }: TakeCardProps) {
  const t = useTexts(takesText);
  const studio = useStudio();
  const busy = useStudioState((state) => state.job.phase !== 'idle');
  const { id, media, sketch, recipe, starred, edit } = take;
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
        <span className="take-facts">{useFacts(take)}</span>
      </button>
      <div className="take-tools">
        <button
          type="button"
          className="icon-button"
          aria-label={starred ? t.unkeep(number) : t.keep(number)}
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
          onClick={() => studio.discardTake(id)}
        >
          <TrashIcon />
        </button>
      </div>
    </li>
  );
}

function useFacts({ recipe, media, sketch, seconds }: Take): string {
  const t = useTexts(takesText);
  const language = useLanguage();
  const variation = recipe.variations.at(-1);
  const count = sketch.onsets.length;
  return [
    t.seed(String(variation?.seed ?? recipe.seed)),
    variation && t.variation,
    recipe.renewed && t.renewed,
    recipe.variant !== undefined && variantName(language, recipe.variant),
    media.task === 'v2a' && (count === 1 ? t.onset : t.onsets(formatNumber(count))),
    t.madeIn(formatSeconds(seconds.total)),
  ]
    .filter(Boolean)
    .join(' · ');
}
