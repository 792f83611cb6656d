/**
 * The history and the batch over a real library, without the app around them: for looking at them and for tests in the
 * browser. What a file is turned into is itself, in a few steps; one whose name begins with `bad` fails.
 */
import { StrictMode, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { AppError, throwIfAborted, type ErrorData } from '../../errors.ts';
import { openLibrary, type Library, type Usage } from '../../library/library.ts';
import type { Listing } from '../../library/project-types.ts';
import { canPickFolder } from '../../library/collect.ts';
import { createBatch } from '../../state/batch/batch.ts';
import { batchOverview } from '../../state/batch/progress.ts';
import type { Batch, BatchDeps } from '../../state/batch/types.ts';
import { emptyDraft } from '../../state/recipe/draft.ts';
import { STAGES } from '../../state/types.ts';
import { BatchPanel, type Saving } from '../batch/BatchPanel.tsx';
import { saveAsZip, saveIntoFolder } from '../batch/save-results.ts';
import { HistoryPanel } from '../history/HistoryPanel.tsx';
import { startLanguage } from '../page/language.ts';
import '../styles/index.css';

const query = new URLSearchParams(location.search);
/** Milliseconds a step takes. */
const PACE = Number(query.get('pace') ?? 20);
const STEPS = 20;

const run: BatchDeps['run'] = async (signal, { file }, onProgress) => {
  for (let step = 0; step <= STEPS; step++) {
    throwIfAborted(signal);
    const stage = STAGES[Math.floor((step / STEPS) * (STAGES.length - 1))];
    onProgress({ fraction: step / STEPS, ...(stage && { stage }) });
    await new Promise((resolve) => setTimeout(resolve, PACE));
    if (step === 3 && file.name.startsWith('bad')) {
      throw new AppError('not-media', 'This is not a video or sound file that can be read.', 'Choose another one.');
    }
  }
  return { outputs: [{ name: file.name, blob: file }], notices: [] };
};

function History({ library }: { readonly library: Library }) {
  const [listing, setListing] = useState<Listing>();
  const [usage, setUsage] = useState<Usage>();
  const [failure, setFailure] = useState<ErrorData>();
  const [current, setCurrent] = useState<string>();
  const refresh = useCallback(() => {
    library.list().then(setListing, (error: unknown) => setFailure(AppError.from(error).toData()));
    void library.usage().then(setUsage);
  }, [library]);
  useEffect(() => {
    refresh();
    return library.onChange(refresh);
  }, [library, refresh]);
  const thumbnail = useCallback((id: string) => library.thumbnail(id), [library]);
  const showing = (work: Promise<unknown>) =>
    void work.catch((error: unknown) => setFailure(AppError.from(error).toData()));
  return (
    <HistoryPanel
      listing={listing}
      current={current}
      usage={usage}
      files={library.files}
      failure={failure}
      thumbnail={thumbnail}
      onOpen={(id) => showing(library.load(id).then(() => setCurrent(id)))}
      onDelete={(id) => showing(library.remove(id))}
      onRestore={(id) => showing(library.restore(id))}
      onPurge={(id) => showing(library.purge(id))}
      onClear={() => showing(library.clear())}
      onPersist={() => library.requestPersistence()}
      onDismissFailure={() => setFailure(undefined)}
    />
  );
}

function BatchOf({ batch }: { readonly batch: Batch }) {
  const state = useSyncExternalStore(batch.store.subscribe, batch.store.getState);
  const [overview, setOverview] = useState(() => batchOverview(state, 0));
  useEffect(() => {
    const look = () => setOverview(batchOverview(batch.store.getState(), performance.now() / 1000));
    look();
    return batch.store.subscribe(look);
  }, [batch]);
  const [saving, setSaving] = useState<Saving>({ phase: 'idle' });
  const zip = async () => {
    setSaving({ phase: 'packing' });
    const files = await batch.collect();
    await saveAsZip(files, 'takes.zip');
    setSaving({ phase: 'saved', files: files.length });
  };
  const folder = async () => {
    const written = await saveIntoFolder(
      new AbortController().signal,
      () => batch.collect(),
      (written, all) => setSaving({ phase: 'writing', written, all }),
    );
    setSaving(written === undefined ? { phase: 'idle' } : { phase: 'saved', files: written });
  };
  return (
    <BatchPanel
      state={state}
      overview={overview}
      accept="video/*,audio/*"
      saving={saving}
      canPickFolder={canPickFolder()}
      onAdd={(files) => void batch.add(files, { task: 'v2a', draft: emptyDraft(1) })}
      onStart={() => batch.start()}
      onPause={() => batch.pause()}
      onRetry={(id) => void batch.retry(id)}
      onRetryFailed={() => void batch.retryFailed()}
      onCancel={(id) => void batch.cancel(id)}
      onCancelAll={() => void batch.cancelAll()}
      onRemove={(id) => void batch.remove(id)}
      onClear={() => void batch.clear()}
      onMove={(id, place) => void batch.move(id, place)}
      onAllow={(id) => void batch.allowFile(id)}
      onGiveFile={(id, file) => void batch.giveFile(id, file)}
      onSaveZip={() => void zip()}
      onSaveFolder={() => void folder()}
      onTakeOver={() => void batch.restore()}
      onDismissFailure={() => batch.dismissFailure()}
    />
  );
}

startLanguage();
const library = await openLibrary();
const batch = createBatch({ run, queue: library.queue });
await batch.restore();
const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <main className="panels-page">
      <h1 className="visually-hidden">Panels</h1>
      {query.get('panel') === 'batch' ? <BatchOf batch={batch} /> : <History library={library} />}
    </main>
  </StrictMode>,
);
