import { takesText } from '../../text/takes.ts';
import { formatNumber } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { useStudioState } from '../page/studio-context.ts';
import { TakeCard } from './TakeCard.tsx';
import { TakeInTheMaking } from './TakeInTheMaking.tsx';

/** All takes side by side: press one, or its number, and it plays from where the last one was. */
export function TakesPanel() {
  const t = useTexts(takesText);
  const takes = useStudioState((state) => state.takes);
  const selected = useStudioState((state) => state.selected);
  const making = useStudioState((state) => state.job.phase !== 'idle');
  return (
    <section className="takes" aria-label={t.takes}>
      <div className="takes-head">
        <h2>{t.takes}</h2>
        {takes.length > 1 && <p>{t.compare(formatNumber(Math.min(9, takes.length)))}</p>}
      </div>
      <div className="takes-row">
        {takes.length > 0 && (
          <ol>
            {takes.map((take, index) => (
              <TakeCard key={take.id} take={take} number={formatNumber(index + 1)} selected={take.id === selected} />
            ))}
          </ol>
        )}
        {making && <TakeInTheMaking />}
        {/* It holds their place, so that nothing moves when they come. */}
        {takes.length === 0 && !making && <p className="takes-none">{t.none}</p>}
      </div>
    </section>
  );
}
