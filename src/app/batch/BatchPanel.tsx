import { useRef, useState } from 'react';
import type { BatchOverview } from '../../state/batch/progress.ts';
import type { BatchId, BatchState } from '../../state/batch/types.ts';
import { batchText } from '../../text/batch.ts';
import { errorText } from '../../text/errors.ts';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { formatBytes, formatNumber, formatSeconds } from '../page/format.ts';
import { AlertIcon, CloseIcon, DownloadIcon, InfoIcon } from '../parts/icons.tsx';
import { useLanguage, useTexts } from '../page/language.ts';
import { BatchRow, type BatchRowActions } from './BatchRow.tsx';

/** What happens to the results. */
export type Saving =
  | { readonly phase: 'idle' }
  | { readonly phase: 'packing' }
  | { readonly phase: 'writing'; readonly written: number; readonly all: number }
  | { readonly phase: 'saved'; readonly files: number };

export interface BatchPanelProps extends BatchRowActions {
  readonly state: BatchState;
  readonly overview: BatchOverview;
  /** What file pickers show first. */
  readonly accept: string;
  readonly saving: Saving;
  /** The browser can write into a folder. */
  readonly canPickFolder: boolean;
  readonly onAdd: (files: readonly File[]) => void;
  readonly onStart: () => void;
  readonly onPause: () => void;
  readonly onRetryFailed: () => void;
  readonly onCancelAll: () => void;
  readonly onClear: () => void;
  readonly onSaveZip: () => void;
  readonly onSaveFolder: () => void;
  /** Tries again to get the list from another tab. */
  readonly onTakeOver: () => void;
  readonly onDismissFailure: () => void;
}

/** Many files: each with its own progress and its own failure, and everything that came out at the end. */
export function BatchPanel(props: BatchPanelProps) {
  const { state, overview } = props;
  const { items, phase, failure } = state;
  const t = useTexts(batchText);
  const language = useLanguage();
  const isEmpty = items.length === 0;
  const words = failure && errorText(language, failure);
  return (
    <section className="batch" aria-labelledby="batch-title">
      <header className="panel-head">
        <h2 id="batch-title">{t.batch}</h2>
        {!isEmpty && <AddButton accept={props.accept} label={t.addMore} onAdd={props.onAdd} />}
      </header>

      {failure && words && (
        <div className="notice failure" role="alert" data-code={failure.code}>
          <AlertIcon />
          <div>
            <p className="notice-title">{words.message}</p>
            {words.remedy && <p>{words.remedy}</p>}
          </div>
          <button type="button" className="icon-button" aria-label={t.dismiss} onClick={props.onDismissFailure}>
            <CloseIcon />
          </button>
        </div>
      )}

      {phase === 'elsewhere' && (
        <div className="notice">
          <InfoIcon />
          <div>
            <p className="notice-title">{t.elsewhere}</p>
            <p>{t.elsewhereHelp}</p>
            <button type="button" className="button small" onClick={props.onTakeOver}>
              {t.takeOver}
            </button>
          </div>
        </div>
      )}

      {isEmpty && phase !== 'elsewhere' && (
        <div className="panel-empty">
          <p className="panel-empty-title">{t.empty}</p>
          <p>{t.emptyHelp}</p>
          <AddButton accept={props.accept} label={t.add} onAdd={props.onAdd} isPrimary />
        </div>
      )}

      {!isEmpty && (
        <>
          <Overall overview={overview} all={items.length} />
          <Actions {...props} />
          <ol className="batch-list">
            {items.map((item, index) => (
              <BatchRow
                key={item.id}
                item={item}
                isFirst={index === 0}
                isLast={index === items.length - 1}
                accept={props.accept}
                onRetry={props.onRetry}
                onCancel={props.onCancel}
                onRemove={props.onRemove}
                onMove={(id: BatchId, by: number) => props.onMove(id, index + by)}
                onAllow={props.onAllow}
                onGiveFile={props.onGiveFile}
              />
            ))}
          </ol>
          <Results {...props} />
        </>
      )}
    </section>
  );
}

function Overall({ overview, all }: { readonly overview: BatchOverview; readonly all: number }) {
  const t = useTexts(batchText);
  const { fraction, secondsLeft, count } = overview;
  const facts = [t.progress(formatNumber(count.done), formatNumber(all - count.cancelled))];
  if (count.failed > 0) facts.push(t.failedCount(formatNumber(count.failed)));
  if (secondsLeft !== undefined && secondsLeft >= 1) facts.push(t.left(formatSeconds(secondsLeft)));
  return (
    <div className="batch-overall">
      <progress className="bar" max={1} value={fraction} aria-label={t.overall} />
      <p className="job-text">{facts.join(' · ')}</p>
    </div>
  );
}

function Actions(props: BatchPanelProps) {
  const { state, overview } = props;
  const { count } = overview;
  const t = useTexts(batchText);
  const [isClearing, setIsClearing] = useState(false);
  const isAtWork = state.phase === 'running' || state.phase === 'pausing';
  return (
    <div className="batch-actions">
      {isAtWork ? (
        <button type="button" className="button" disabled={state.phase === 'pausing'} onClick={props.onPause}>
          {state.phase === 'pausing' ? t.pausing : t.pause}
        </button>
      ) : (
        count.waiting > 0 && (
          <button type="button" className="button primary" onClick={props.onStart}>
            {state.phase === 'paused' && count.done > 0 ? t.goOn : t.start}
          </button>
        )
      )}
      {count.failed > 0 && (
        <button type="button" className="button" onClick={props.onRetryFailed}>
          {t.retryFailed(formatNumber(count.failed))}
        </button>
      )}
      {count.waiting + count.running > 0 && (
        <button type="button" className="button" onClick={props.onCancelAll}>
          {t.cancelAll}
        </button>
      )}
      <button type="button" className="button" onClick={() => setIsClearing(true)}>
        {t.clear}
      </button>
      {isClearing && (
        <ConfirmDialog
          title={t.clearTitle}
          confirm={t.clearConfirm}
          cancel={t.back}
          onCancel={() => setIsClearing(false)}
          onConfirm={() => {
            setIsClearing(false);
            props.onClear();
          }}
        >
          <p>{t.clearBody}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function Results({ state, saving, canPickFolder, onSaveZip, onSaveFolder }: BatchPanelProps) {
  const t = useTexts(batchText);
  const outputs = state.items.flatMap(({ status }) => (status.state === 'done' ? status.outputs : []));
  if (outputs.length === 0) return null;
  const size = outputs.reduce((sum, { bytes }) => sum + bytes, 0);
  const isBusy = saving.phase === 'packing' || saving.phase === 'writing';
  return (
    <div className="batch-results">
      <p>{t.results(formatNumber(outputs.length), formatBytes(size))}</p>
      <div className="batch-actions">
        <button type="button" className="button primary" disabled={isBusy} onClick={onSaveZip}>
          <DownloadIcon />
          {t.zip}
        </button>
        {canPickFolder && (
          <button type="button" className="button" disabled={isBusy} onClick={onSaveFolder}>
            {t.folder}
          </button>
        )}
      </div>
      <p role="status" className="job-text">
        {saving.phase === 'packing' && t.packing}
        {saving.phase === 'writing' && t.writing(formatNumber(saving.written), formatNumber(saving.all))}
        {saving.phase === 'saved' && t.saved(formatNumber(saving.files))}
      </p>
    </div>
  );
}

interface AddButtonProps {
  readonly accept: string;
  readonly label: string;
  readonly isPrimary?: boolean;
  readonly onAdd: (files: readonly File[]) => void;
}

function AddButton({ accept, label, isPrimary = false, onAdd }: AddButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        className={isPrimary ? 'button primary' : 'button small'}
        onClick={() => input.current?.click()}
      >
        {label}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={accept}
        aria-label={label}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          // The same files can be added again.
          event.target.value = '';
          if (files.length > 0) onAdd(files);
        }}
      />
    </>
  );
}
