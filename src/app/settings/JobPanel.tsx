import { misfit } from '../../state/start/task-fit.ts';
import type { Job, StudioState } from '../../state/types.ts';
import { progressText } from '../../text/progress.ts';
import { useCommand } from '../commands/use-command.ts';
import { formatNumber, formatProgress, formatRough, stageName } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { useOverall } from '../page/overall.ts';
import { useStudioState } from '../page/studio-context.ts';

/** The Generate button, or what is going on and the way to stop it. */
export function JobPanel() {
  const job = useStudioState((state) => state.job);
  return job.phase === 'idle' ? <GenerateButton /> : <Progress job={job} />;
}

function GenerateButton() {
  const t = useTexts(progressText);
  const start = useCommand('generate.start');
  const task = useStudioState((state) => state.task);
  const reason = useStudioState(whyNot);
  return (
    <div className="generate">
      <button {...start} className="button primary large" aria-describedby={reason && 'why-not'}>
        {task === 'v2a' ? t.generateSound : t.generateClip}
      </button>
      {reason && (
        <p id="why-not" className="help">
          {t[reason]}
        </p>
      )}
    </div>
  );
}

/** Why there is nothing to generate yet. */
function whyNot({ input, task }: StudioState): 'firstAFile' | 'stillOpening' | 'doesNotFit' | undefined {
  if (input.phase === 'empty') return 'firstAFile';
  if (input.phase === 'opening') return 'stillOpening';
  return misfit(task, input.source.info) ? 'doesNotFit' : undefined;
}

/** One bar for all of it, and what is done now as its caption. */
function Progress({ job }: { readonly job: Exclude<Job, { phase: 'idle' }> }) {
  const t = useTexts(progressText);
  const cancel = useCommand('generate.cancel');
  const stopping = job.phase === 'cancelling';
  const { done, secondsLeft } = useOverall();
  const label = stopping ? t.stopping : stageName(job.stage, job.task);
  const count = job.takes > 1 ? t.take(formatNumber(job.take), formatNumber(job.takes)) : '';
  const bytes = job.phase === 'running' && job.progress.kind === 'bytes' ? formatProgress(job.progress) : '';
  const left = stopping || secondsLeft === undefined ? '' : t.left(formatRough(secondsLeft));
  const text = [count, bytes, left].filter(Boolean).join(' · ');
  return (
    <div className="job" data-stage={job.stage} data-phase={job.phase} data-seconds-left={secondsLeft?.toFixed(2)}>
      <div className="job-head">
        <p className="job-label">{label}</p>
        <p className="job-text">{text}</p>
      </div>
      {/* Without a value the bar is indeterminate. */}
      <progress className="bar" aria-label={label} max={1} {...(stopping ? {} : { value: done })} />
      <button {...cancel} className="button large">
        {t.cancel} <kbd>Esc</kbd>
      </button>
    </div>
  );
}
