/** The sound follows the hits: when it is asked to, or after every edit. */
import { useEffect, useState } from 'react';
import { timingText } from '../../text/timing.ts';
import { isBehind } from '../commands/timing.ts';
import { useCommand } from '../commands/use-command.ts';
import { useTexts } from '../page/language.ts';
import { recall, remember } from '../page/remembered.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';
import type { TakeId } from '../../state/take.ts';

/** Milliseconds without an edit until the sound follows: a run of key presses is one edit. */
const REST = 400;

/** @param take undefined before there is one: it holds the place, so that nothing moves when the first is there */
export function UpdateSound({ take }: { readonly take: TakeId | undefined }) {
  const t = useTexts(timingText);
  const studio = useStudio();
  const command = useCommand('timing.update');
  const [live, setLive] = useState(() => recall('live-timing') === 'yes');
  const shown = useStudioState((state) => state.timing.shown);
  const waits = useStudioState((state) => state.job.phase === 'idle' && state.failure === undefined && isBehind(state));
  useEffect(() => {
    if (!live || !waits || take === undefined) return;
    const timer = setTimeout(() => void studio.redirect(take), REST);
    return () => clearTimeout(timer);
  }, [live, waits, shown, take, studio]);
  return (
    <div className="update-sound" data-waiting={take === undefined}>
      <label title={t.liveHelp}>
        <input
          type="checkbox"
          checked={live}
          onChange={(event) => {
            setLive(event.target.checked);
            remember('live-timing', event.target.checked ? 'yes' : 'no');
          }}
        />
        {t.live}
      </label>
      <button {...command} className={command.disabled ? 'button small' : 'button small primary'}>
        {t.update}
      </button>
    </div>
  );
}
