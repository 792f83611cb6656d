import type { Task } from '../model/manifest.ts';
import { misfit } from '../state/fit.ts';
import { TASK_NAMES } from './format.ts';
import { AlertIcon, FilmIcon, WaveIcon } from './icons.tsx';
import { useStudio, useStudioState } from './studio-context.ts';

const HINTS: Readonly<Record<Task, string>> = {
  v2a: 'Foley that hits when things hit',
  a2v: 'A picture that moves with it',
};

/** Follows the file until a person picks. */
export function TaskSwitch() {
  const studio = useStudio();
  const task = useStudioState((state) => state.task);
  const busy = useStudioState((state) => state.job.phase !== 'idle');
  return (
    <fieldset className="task-switch" disabled={busy}>
      <legend>Make</legend>
      {(['v2a', 'a2v'] as const).map((choice) => (
        <label key={choice} className="task-option">
          <input
            type="radio"
            name="task"
            value={choice}
            checked={task === choice}
            onChange={() => studio.setTask(choice)}
          />
          {choice === 'v2a' ? <FilmIcon size={22} /> : <WaveIcon size={22} />}
          <span>
            <span className="task-name">{TASK_NAMES[choice]}</span>
            <span className="task-hint">{HINTS[choice]}</span>
          </span>
        </label>
      ))}
      <Misfit task={task} />
    </fieldset>
  );
}

function Misfit({ task }: { readonly task: Task }) {
  const input = useStudioState((state) => state.input);
  if (input.phase !== 'ready') return null;
  const problem = misfit(task, input.source.info);
  if (!problem) return null;
  return (
    <div className="notice failure" role="alert" data-code={problem.code}>
      <AlertIcon />
      <div>
        <p className="notice-title">{problem.message}</p>
        <p>{problem.remedy}</p>
      </div>
    </div>
  );
}
