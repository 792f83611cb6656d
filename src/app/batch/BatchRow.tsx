import { useRef, useState } from 'react';
import type { BatchId, BatchItem, BatchStatus } from '../../state/batch/types.ts';
import { batchText } from '../../text/batch.ts';
import { errorText } from '../../text/errors.ts';
import { noticeText } from '../../text/notices.ts';
import { formatBytes, formatPercent, formatSeconds, stageName, taskName } from '../page/format.ts';
import { CloseIcon } from '../parts/icons.tsx';
import { useLanguage, useTexts } from '../page/language.ts';

export interface BatchRowActions {
  readonly onRetry: (id: BatchId) => void;
  readonly onCancel: (id: BatchId) => void;
  readonly onRemove: (id: BatchId) => void;
  /** In the panel: the place in the list, from 0; in a row: by how many places. */
  readonly onMove: (id: BatchId, place: number) => void;
  readonly onAllow: (id: BatchId) => void;
  readonly onGiveFile: (id: BatchId, file: File) => void;
}

interface BatchRowProps extends BatchRowActions {
  readonly item: BatchItem;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly accept: string;
}

export function BatchRow(props: BatchRowProps) {
  const { item, isFirst, isLast, accept } = props;
  const { id, name, size, status, task } = item;
  const t = useTexts(batchText);
  const picker = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<{ readonly expected: string }>();
  const isWaiting = status.state === 'waiting';
  return (
    <li className="batch-row" data-state={status.state}>
      <div className="batch-about">
        <p className="batch-name">{name}</p>
        <p className="batch-facts">
          {formatBytes(size)}
          {task && ` · ${taskName(task)}`}
          {isWaiting && !item.kept && ` · ${t.notAfterReload}`}
        </p>
        <State item={item} />
        {chosen && isWaiting && <p className="batch-facts">{t.otherFile(chosen.expected)}</p>}
      </div>
      <div className="batch-buttons">
        {isWaiting && (
          <>
            <button
              type="button"
              className="icon-button"
              aria-label={t.up(name)}
              disabled={isFirst}
              onClick={() => props.onMove(id, -1)}
            >
              <ArrowIcon to="up" />
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label={t.down(name)}
              disabled={isLast}
              onClick={() => props.onMove(id, 1)}
            >
              <ArrowIcon to="down" />
            </button>
          </>
        )}
        {(status.state === 'failed' || status.state === 'cancelled') && (
          <button
            type="button"
            className="button small"
            aria-label={t.retryOne(name)}
            onClick={() => props.onRetry(id)}
          >
            {t.retry}
          </button>
        )}
        {status.state === 'needs-file' && status.how === 'allow' && (
          <button
            type="button"
            className="button small"
            aria-label={t.allowOne(name)}
            onClick={() => props.onAllow(id)}
          >
            {t.allow}
          </button>
        )}
        {status.state === 'needs-file' && status.how === 'choose' && (
          <>
            <button
              type="button"
              className="button small"
              aria-label={t.chooseOne(name)}
              onClick={() => picker.current?.click()}
            >
              {t.choose}
            </button>
            <input
              ref={picker}
              type="file"
              hidden
              accept={accept}
              aria-label={t.chooseOne(name)}
              onChange={(event) => {
                const [file] = event.target.files ?? [];
                if (!file) return;
                setChosen(file.name === name || file.size === size ? undefined : { expected: name });
                props.onGiveFile(id, file);
              }}
            />
          </>
        )}
        {status.state === 'running' ? (
          <button
            type="button"
            className="icon-button"
            aria-label={t.cancelOne(name)}
            onClick={() => props.onCancel(id)}
          >
            <CloseIcon />
          </button>
        ) : (
          <button
            type="button"
            className="icon-button"
            aria-label={t.removeOne(name)}
            onClick={() => props.onRemove(id)}
          >
            <CloseIcon />
          </button>
        )}
      </div>
    </li>
  );
}

function State({ item: { name, status, task } }: { readonly item: BatchItem }) {
  const t = useTexts(batchText);
  const language = useLanguage();
  switch (status.state) {
    case 'waiting':
      return <p className="batch-state">{t.waiting}</p>;
    case 'running': {
      const { fraction, stage } = status.progress;
      const words = [stage ? stageName(stage, task ?? 'v2a') : t.running];
      if (fraction !== undefined) words.push(formatPercent(fraction));
      return (
        <>
          <progress
            className="bar"
            max={1}
            aria-label={t.fileProgress(name)}
            {...(fraction === undefined ? {} : { value: fraction })}
          />
          <p className="batch-state">{words.join(' · ')}</p>
        </>
      );
    }
    case 'done':
      return <Done status={status} />;
    case 'failed': {
      const { message, remedy } = errorText(language, status.error);
      return (
        <p className="batch-state batch-error" data-code={status.error.code}>
          <strong>{t.failed}</strong> · {message} {remedy}
        </p>
      );
    }
    case 'cancelled':
      return <p className="batch-state">{t.cancelled}</p>;
    case 'needs-file':
      return <p className="batch-state batch-error">{status.how === 'allow' ? t.needsAllow : t.needsChoose}</p>;
  }
}

function Done({ status }: { readonly status: Extract<BatchStatus, { state: 'done' }> }) {
  const t = useTexts(batchText);
  const language = useLanguage();
  const bytes = status.outputs.reduce((sum, output) => sum + output.bytes, 0);
  return (
    <>
      <p className="batch-state">
        <strong>{t.done(formatSeconds(status.seconds))}</strong> · {formatBytes(bytes)}
      </p>
      {!status.kept && <p className="batch-state batch-error">{t.onlyNow}</p>}
      {status.notices.map((notice) => (
        <p key={notice.message} className="batch-facts">
          {noticeText(language, notice)}
        </p>
      ))}
    </>
  );
}

function ArrowIcon({ to }: { readonly to: 'up' | 'down' }) {
  return (
    <svg className="icon" width="18" height="18" viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <path
        d={to === 'up' ? 'm6 15 6-6 6 6' : 'm6 9 6 6 6-6'}
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
