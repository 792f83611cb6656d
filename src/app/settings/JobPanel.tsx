import { share } from '../../state/generate/progress.ts';
import { STAGES, type Job } from '../../state/types.ts';
import { progressText } from '../../text/progress.ts';
import { useCommand } from '../commands/use-command.ts';
import { formatNumber, formatProgress, stageName } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
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
  return (
    <button {...start} className="button primary large">
      {task === 'v2a' ? t.generateSound : t.generateClip}
    </button>
  );
}

function Progress({ job }: { readonly job: Exclude<Job, { phase: 'idle' }> }) {
  const t = useTexts(progressText);
  const cancel = useCommand('generate.cancel');
  const stopping = job.phase === 'cancelling';
  const done = stopping ? undefined : share(job.progress);
  const label = stopping ? t.stopping : stageName(job.stage, job.task);
  const count = job.takes > 1 ? t.take(formatNumber(job.take), formatNumber(job.takes)) : '';
  const text = [count, stopping ? '' : formatProgress(job.progress)].filter(Boolean).join(' · ');
  const current = STAGES.indexOf(job.stage);
  return (
    <div className="job" data-stage={job.stage} data-phase={job.phase}>
      <div className="job-head">
        <p className="job-label">{label}</p>
        <p className="job-text">{text}</p>
      </div>
      {/* Without a value the bar is indeterminate. */}
      <progress className="bar" aria-label={label} max={1} {...(done === undefined ? {} : { value: done })} />
      <ol className="stages" aria-hidden="true">
        {STAGES.map((stage, index) => (
          <li key={stage} className={index < current ? 'past' : index === current ? 'present' : ''} />
        ))}
      </ol>
      <button {...cancel} className="button large">
        {t.cancel} <kbd>Esc</kbd>
      </button>
    </div>
  );
}
