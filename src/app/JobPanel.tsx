import { misfit } from '../state/fit.ts';
import { share } from '../state/progress.ts';
import { STAGES, type Job, type StudioState } from '../state/types.ts';
import { progressText } from '../text/progress.ts';
import { formatNumber, formatProgress, stageName } from './format.ts';
import { useTexts } from './language.ts';
import { useStudio, useStudioState } from './studio-context.ts';

/** The Generate button, or what is going on and the way to stop it. */
export function JobPanel() {
  const job = useStudioState((state) => state.job);
  return job.phase === 'idle' ? <GenerateButton /> : <Progress job={job} />;
}

function GenerateButton() {
  const t = useTexts(progressText);
  const studio = useStudio();
  const ready = useStudioState(canGenerate);
  const task = useStudioState((state) => state.task);
  return (
    <button type="button" className="button primary large" disabled={!ready} onClick={() => void studio.generate()}>
      {task === 'v2a' ? t.generateSound : t.generateClip}
    </button>
  );
}

function canGenerate({ input, task }: StudioState): boolean {
  return input.phase === 'ready' && misfit(task, input.source.info) === undefined;
}

function Progress({ job }: { readonly job: Exclude<Job, { phase: 'idle' }> }) {
  const t = useTexts(progressText);
  const studio = useStudio();
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
      <button type="button" className="button large" disabled={stopping} onClick={() => studio.cancel()}>
        {t.cancel} <kbd>Esc</kbd>
      </button>
    </div>
  );
}
