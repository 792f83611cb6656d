import { share } from '../../state/generate/progress.ts';
import { selectedTake } from '../../state/services/queries.ts';
import type { StudioState } from '../../state/types.ts';
import { progressText } from '../../text/progress.ts';
import { formatNumber, stageName } from '../page/format.ts';
import { currentLanguage, useLanguage } from '../page/language.ts';
import { useStudioState } from '../page/studio-context.ts';

/** Tells a screen reader how far the work is: every stage, and each quarter of it; more would talk without end. */
export function LiveRegion() {
  // A change of language is a change of the text.
  useLanguage();
  const text = useStudioState(announcement);
  return (
    <p className="visually-hidden" role="status" aria-live="polite" data-testid="announcement">
      {text}
    </p>
  );
}

function announcement(state: StudioState): string {
  const t = progressText[currentLanguage()];
  const { job, failure, input } = state;
  const take = selectedTake(state);
  switch (job.phase) {
    case 'cancelling':
      return t.saysStopping;
    case 'running': {
      const quarter = Math.floor((share(job.progress) ?? 0) * 4) * 25;
      const stage = stageName(job.stage, job.task);
      const text = quarter > 0 && quarter < 100 ? t.saysQuarter(stage, formatNumber(quarter)) : stage;
      if (job.takes === 1) return text;
      return t.saysTake(t.take(formatNumber(job.take), formatNumber(job.takes)), text);
    }
    case 'idle':
      if (input.phase === 'opening') return t.saysOpening(input.name);
      // Failures are alerts of their own.
      if (failure) return '';
      if (take) return t.saysDone(take.recipe.sourceName);
      return input.phase === 'ready' ? t.saysOpen(input.source.name) : '';
  }
}
