import { useState } from 'react';
import type { ErrorData } from '../../errors.ts';
import type { Library, Usage } from '../../library/library.ts';
import type { Listing, ProjectSummary, Unreadable } from '../../library/project-types.ts';
import { errorText } from '../../text/errors.ts';
import { historyText } from '../../text/history.ts';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { formatNumber } from '../page/format.ts';
import { AlertIcon, CloseIcon, TrashIcon } from '../parts/icons.tsx';
import { useLanguage, useTexts } from '../page/language.ts';
import { ProjectCard } from './ProjectCard.tsx';
import { StorageMeter } from './StorageMeter.tsx';

export interface HistoryPanelProps {
  /** undefined while it is read. */
  readonly listing: Listing | undefined;
  /** The project that is open now. */
  readonly current?: string | undefined;
  readonly usage: Usage | undefined;
  readonly files: Library['files'];
  readonly failure?: ErrorData | undefined;
  /** Of a project that has one; asked for when its card is shown. */
  readonly thumbnail: (id: string) => Promise<Blob | undefined>;
  readonly onOpen: (id: string) => void;
  /** Hides it: `onRestore` brings it back. */
  readonly onDelete: (id: string) => void;
  readonly onRestore: (id: string) => void;
  /** Deletes for good what could not be read. */
  readonly onPurge: (id: string) => void;
  readonly onClear: () => void;
  /** Whether the browser grants it. */
  readonly onPersist: () => Promise<boolean>;
  readonly onDismissFailure: () => void;
}

/** Everything that was made on this device, newest first, and the room it takes. */
export function HistoryPanel(props: HistoryPanelProps) {
  const { listing, current, usage, files, failure } = props;
  const t = useTexts(historyText);
  const [deleted, setDeleted] = useState<ProjectSummary>();
  const [isClearing, setIsClearing] = useState(false);
  const projects = listing?.projects ?? [];
  const unreadable = listing?.unreadable ?? [];
  return (
    <section className="history" aria-labelledby="history-title">
      <header className="panel-head">
        <h2 id="history-title">{t.history}</h2>
      </header>

      {failure && <PanelFailure failure={failure} onDismiss={props.onDismissFailure} />}
      {unreadable.length > 0 && <UnreadableProjects unreadable={unreadable} onPurge={props.onPurge} />}

      {/* Always there, so that screen readers notice what is put into it. */}
      <div role="status">
        {deleted && (
          <div className="notice undo-bar">
            <p>{t.deleted(deleted.name)}</p>
            <button
              type="button"
              className="button small"
              onClick={() => {
                props.onRestore(deleted.id);
                setDeleted(undefined);
              }}
            >
              {t.undo}
            </button>
          </div>
        )}
        {!listing && <p className="history-reading">{t.reading}</p>}
      </div>

      {listing && projects.length === 0 && (
        <div className="panel-empty">
          <p className="panel-empty-title">{t.empty}</p>
          <p>{t.emptyHelp}</p>
        </div>
      )}
      {projects.length > 0 && (
        <ul className="project-grid">
          {projects.map((project) => (
            <ProjectCard
              key={project.id}
              project={project}
              isCurrent={project.id === current}
              thumbnail={props.thumbnail}
              onOpen={() => props.onOpen(project.id)}
              onDelete={() => {
                props.onDelete(project.id);
                setDeleted(project);
              }}
            />
          ))}
        </ul>
      )}

      <StorageMeter usage={usage} files={files} onPersist={props.onPersist} />

      {projects.length + unreadable.length > 0 && (
        <button type="button" className="button small history-clear" onClick={() => setIsClearing(true)}>
          <TrashIcon />
          {t.clear}
        </button>
      )}

      {isClearing && (
        <ConfirmDialog
          title={t.clearTitle}
          confirm={t.clearConfirm}
          cancel={t.cancel}
          onCancel={() => setIsClearing(false)}
          onConfirm={() => {
            setIsClearing(false);
            setDeleted(undefined);
            props.onClear();
          }}
        >
          <p>{t.clearBody(formatNumber(projects.length + unreadable.length))}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

interface PanelFailureProps {
  readonly failure: ErrorData;
  readonly onDismiss: () => void;
}

function PanelFailure({ failure, onDismiss }: PanelFailureProps) {
  const t = useTexts(historyText);
  const { message, remedy } = errorText(useLanguage(), failure);
  return (
    <div className="notice failure" role="alert" data-code={failure.code}>
      <AlertIcon />
      <div>
        <p className="notice-title">{message}</p>
        {remedy && <p>{remedy}</p>}
      </div>
      <button type="button" className="icon-button" aria-label={t.dismiss} onClick={onDismiss}>
        <CloseIcon />
      </button>
    </div>
  );
}

interface UnreadableProps {
  readonly unreadable: readonly Unreadable[];
  readonly onPurge: (id: string) => void;
}

function UnreadableProjects({ unreadable, onPurge }: UnreadableProps) {
  const t = useTexts(historyText);
  return (
    <div className="notice failure" role="alert">
      <AlertIcon />
      <div>
        <p className="notice-title">{t.unreadable(formatNumber(unreadable.length))}</p>
        <p>{t.unreadableHelp}</p>
        <ul className="unreadable-list">
          {unreadable.map(({ id, problem, detail }) => (
            <li key={id}>
              <span>{problem === 'newer' ? t.unreadableNewer : t.unreadableDamaged(detail)}</span>
              <button type="button" className="button small" onClick={() => onPurge(id)}>
                {t.unreadableDelete}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
