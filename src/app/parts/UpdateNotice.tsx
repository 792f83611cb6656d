import { pageText } from '../../text/page.ts';
import { InfoIcon } from './icons.tsx';
import { useTexts } from '../page/language.ts';
import { reloadIntoUpdate, useUpdate } from '../page/offline.ts';
import { useStudioState } from '../page/studio-context.ts';

/** A new version is offered, never forced, and not at all while something is being made. */
export function UpdateNotice() {
  const t = useTexts(pageText);
  const update = useUpdate();
  const busy = useStudioState((state) => state.job.phase !== 'idle');
  if (update === 'none') return null;
  return (
    <div className="notice update" role="status">
      <InfoIcon />
      <div>
        <p className="notice-title">{t.updateReady}</p>
        <p>{busy ? t.updateBusy : t.updateHelp}</p>
      </div>
      <button type="button" className="button small" disabled={busy} onClick={reloadIntoUpdate}>
        {t.reload}
      </button>
    </div>
  );
}
