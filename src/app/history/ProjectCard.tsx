import { useEffect, useState } from 'react';
import type { ProjectSummary } from '../../library/project-types.ts';
import { historyText } from '../../text/history.ts';
import { formatBytes, formatNumber, taskName } from '../page/format.ts';
import { FilmIcon, InfoIcon, TrashIcon, WaveIcon } from '../parts/icons.tsx';
import { useLanguage, useTexts } from '../page/language.ts';

interface ProjectCardProps {
  readonly project: ProjectSummary;
  readonly isCurrent: boolean;
  readonly thumbnail: (id: string) => Promise<Blob | undefined>;
  readonly onOpen: () => void;
  readonly onDelete: () => void;
}

export function ProjectCard({ project, isCurrent, thumbnail, onOpen, onDelete }: ProjectCardProps) {
  const t = useTexts(historyText);
  const language = useLanguage();
  const { id, name, task, takes, bytes, opened, kept, hasThumbnail } = project;
  const picture = useThumbnail(id, hasThumbnail, thumbnail);
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(opened);
  return (
    <li className="project" data-current={isCurrent}>
      <button
        type="button"
        className="project-open"
        aria-label={t.open(name)}
        aria-current={isCurrent}
        onClick={onOpen}
      >
        <span className="project-picture">
          {picture === undefined ? (
            task === 'v2a' ? (
              <FilmIcon size={32} />
            ) : (
              <WaveIcon size={32} />
            )
          ) : (
            <img src={picture} alt="" />
          )}
        </span>
        <span className="project-name">{name}</span>
      </button>
      <p className="project-facts">
        {taskName(task)} · {takes === 0 ? t.noTakes : t.takes(formatNumber(takes))}
        {bytes > 0 && ` · ${formatBytes(bytes)}`}
      </p>
      <p className="project-facts">
        <time dateTime={new Date(opened).toISOString()}>{date}</time>
        {isCurrent && <span className="project-current">{t.isOpen}</span>}
      </p>
      {kept !== 'copy' && (
        <p className="project-note">
          <InfoIcon />
          <span>{kept === 'handle' ? t.sourceOnDisk : t.sourceNotKept}</span>
        </p>
      )}
      <button type="button" className="icon-button project-delete" aria-label={t.deleteOne(name)} onClick={onDelete}>
        <TrashIcon />
      </button>
    </li>
  );
}

/** An object URL of the picture, revoked when the card goes; undefined until there is one, or where there is none. */
function useThumbnail(
  id: string,
  hasThumbnail: boolean,
  thumbnail: (id: string) => Promise<Blob | undefined>,
): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!hasThumbnail) return;
    let made: string | undefined;
    let isGone = false;
    void thumbnail(id)
      // A card without its picture says as much; the history is read anew when something is wrong with it.
      .catch(() => undefined)
      .then((blob) => {
        if (isGone || !blob) return;
        made = URL.createObjectURL(blob);
        setUrl(made);
      });
    return () => {
      isGone = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [id, hasThumbnail, thumbnail]);
  return url;
}
