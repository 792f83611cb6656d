import { share } from '../state/progress.ts';
import type { StudioState } from '../state/types.ts';
import { stageName } from './format.ts';
import { useStudioState } from './studio-context.ts';

/** Tells a screen reader how far the work is: every stage, and each quarter of it; more would talk without end. */
export function LiveRegion() {
  const text = useStudioState(announcement);
  return (
    <p className="visually-hidden" role="status" aria-live="polite" data-testid="announcement">
      {text}
    </p>
  );
}

function announcement({ job, result, failure, input }: StudioState): string {
  switch (job.phase) {
    case 'cancelling':
      return 'Stopping.';
    case 'running': {
      const quarter = Math.floor((share(job.progress) ?? 0) * 4) * 25;
      const take = job.takes > 1 ? `Take ${job.take} of ${job.takes}: ` : '';
      return take + stageName(job.stage, job.task) + (quarter > 0 && quarter < 100 ? `, ${quarter} percent` : '');
    }
    case 'idle':
      if (input.phase === 'opening') return `Opening ${input.name}.`;
      // Failures are alerts of their own.
      if (failure) return '';
      if (result) return `Done: ${result.fileName} is ready to play and download.`;
      return input.phase === 'ready' ? `${input.source.name} is open.` : '';
  }
}
