import { historyText } from '../../text/history.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';
import { HistoryPanel } from './HistoryPanel.tsx';

/** What was made on this device, over the page. */
export default function HistoryDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(historyText);
  const studio = useStudio();
  const history = useStudioState((state) => state.history);
  const current = useStudioState((state) => state.project);
  const failure = useStudioState((state) => (state.failure?.during === 'keep' ? state.failure.error : undefined));
  const ready = history.phase === 'ready' ? history : undefined;
  const open = (id: string) => {
    onClose();
    void studio.openProject(id);
  };
  return (
    <Dialog title={t.history} onClose={onClose} className="wide">
      <HistoryPanel
        listing={ready}
        current={current}
        usage={ready?.usage}
        files={ready?.files ?? 'opfs'}
        failure={history.phase === 'unavailable' ? history.error : failure}
        thumbnail={(id) => studio.thumbnail(id)}
        onOpen={open}
        onDelete={(id) => void studio.removeProject(id)}
        onRestore={(id) => void studio.restoreProject(id)}
        onPurge={(id) => void studio.purgeProject(id)}
        onClear={() => void studio.clearProjects()}
        onPersist={() => studio.persist()}
        onDismissFailure={() => studio.dismissFailure()}
      />
    </Dialog>
  );
}
