import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { AppError } from '../../errors.ts';
import { canPickFolder } from '../../library/collect.ts';
import { batchOverview } from '../../state/batch/progress.ts';
import type { Batch } from '../../state/batch/types.ts';
import { useStudio } from '../page/studio-context.ts';
import { BatchPanel, type Saving } from './BatchPanel.tsx';
import { saveAsZip, saveIntoFolder } from './save-results.ts';

/** The queue of many files; nothing is shown while it is empty. */
export function BatchSection({ accept }: { readonly accept: string }) {
  const studio = useStudio();
  const [batch, setBatch] = useState<Batch>();
  useEffect(() => {
    let wanted = true;
    void studio.batch.then((made) => wanted && setBatch(made));
    return () => {
      wanted = false;
    };
  }, [studio]);
  return batch ? <Queue batch={batch} accept={accept} /> : null;
}

function Queue({ batch, accept }: { readonly batch: Batch; readonly accept: string }) {
  const studio = useStudio();
  const state = useStore(batch.store);
  const [saving, setSaving] = useState<Saving>({ phase: 'idle' });
  const now = useSeconds(state.phase === 'running' || state.phase === 'pausing');
  if (state.items.length === 0 && state.failure === undefined) return null;

  const request = () => {
    const { draft } = studio.store.getState();
    return { draft: { ...draft, takes: 1 } };
  };
  /** A failure to save is shown like every other one of the export. */
  const save = async (work: () => Promise<Saving>) => {
    try {
      setSaving(await work());
    } catch (thrown) {
      setSaving({ phase: 'idle' });
      studio.reportExport(AppError.from(thrown));
    }
  };

  return (
    <BatchPanel
      state={state}
      overview={batchOverview(state, now)}
      accept={accept}
      saving={saving}
      canPickFolder={canPickFolder()}
      onAdd={(files) => void batch.add(files, request())}
      onStart={() => batch.start()}
      onPause={() => batch.pause()}
      onRetryFailed={() => void batch.retryFailed()}
      onCancelAll={() => void batch.cancelAll()}
      onClear={() => void batch.clear()}
      onSaveZip={() =>
        void save(async () => {
          setSaving({ phase: 'packing' });
          const files = await batch.collect();
          await saveAsZip(files, 'av-link-studio.zip');
          return { phase: 'saved', files: files.length };
        })
      }
      onSaveFolder={() =>
        void save(async () => {
          const files = await saveIntoFolder(
            new AbortController().signal,
            () => batch.collect(),
            (written, all) => setSaving({ phase: 'writing', written, all }),
          );
          return files === undefined ? { phase: 'idle' } : { phase: 'saved', files };
        })
      }
      onTakeOver={() => void batch.restore()}
      onDismissFailure={() => batch.dismissFailure()}
      onRetry={(id) => void batch.retry(id)}
      onCancel={(id) => void batch.cancel(id)}
      onRemove={(id) => void batch.remove(id)}
      onMove={(id, place) => void batch.move(id, place)}
      onAllow={(id) => void batch.allowFile(id)}
      onGiveFile={(id, file) => void batch.giveFile(id, file)}
    />
  );
}

/** Seconds on the batch's clock, renewed every second while it runs. */
function useSeconds(running: boolean): number {
  const [now, setNow] = useState(() => performance.now() / 1000);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(performance.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}
