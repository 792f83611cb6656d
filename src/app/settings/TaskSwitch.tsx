import type { Task } from '../../model/manifest.ts';
import { misfit } from '../../state/start/task-fit.ts';
import { errorText } from '../../text/errors.ts';
import { settingsText } from '../../text/settings.ts';
import { taskName } from '../page/format.ts';
import { AlertIcon, FilmIcon, WaveIcon } from '../parts/icons.tsx';
import { useLanguage, useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';

/** Follows the file until a person picks. */
export function TaskSwitch() {
  const t = useTexts(settingsText);
  const studio = useStudio();
  const task = useStudioState((state) => state.task);
  const busy = useStudioState((state) => state.job.phase !== 'idle');
  return (
    <fieldset className="task-switch" disabled={busy}>
      <legend>{t.make}</legend>
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
            <span className="task-name">{taskName(choice)}</span>
            <span className="task-hint">{choice === 'v2a' ? t.hintV2a : t.hintA2v}</span>
          </span>
        </label>
      ))}
      <Misfit task={task} />
    </fieldset>
  );
}

function Misfit({ task }: { readonly task: Task }) {
  const language = useLanguage();
  const input = useStudioState((state) => state.input);
  if (input.phase !== 'ready') return null;
  const problem = misfit(task, input.source.info);
  if (!problem) return null;
  const { message, remedy } = errorText(language, problem);
  return (
    <div className="notice failure" role="alert" data-code={problem.code}>
      <AlertIcon />
      <div>
        <p className="notice-title">{message}</p>
        <p>{remedy}</p>
      </div>
    </div>
  );
}
