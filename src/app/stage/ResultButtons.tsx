import { useState } from 'react';
import type { Take } from '../../state/take.ts';
import { exportText } from '../../text/export.ts';
import { useCommand } from '../commands/use-command.ts';
import { ExportDialog } from '../export/ExportDialog.tsx';
import { DownloadIcon, ShareIcon } from '../parts/icons.tsx';
import { useTexts } from '../page/language.ts';
import { exportAndSave } from '../page/save.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';

/** The two things to do with a result, beside playing it. */
export function ResultButtons({ take }: { readonly take: Take }) {
  const t = useTexts(exportText);
  const studio = useStudio();
  const share = useCommand('takes.share');
  const writing = useStudioState((state) => state.exporting.phase === 'running');
  return (
    <div className="export-buttons">
      <button {...share} className="button share-button" aria-label={t.shareLink} title={t.shareLink}>
        <ShareIcon />
        <span aria-hidden="true">{t.shareLink}</span>
      </button>
      <button
        type="button"
        className="button primary"
        aria-label={writing ? t.writing : t.downloadMp4}
        disabled={writing}
        onClick={() => void exportAndSave(studio, take.id)}
      >
        <DownloadIcon />
        <span aria-hidden="true">{writing ? t.writing : t.downloadMp4}</span>
      </button>
    </div>
  );
}

/** All other ways to write it. */
export function MoreFormats({ take }: { readonly take: Take }) {
  const t = useTexts(exportText);
  const studio = useStudio();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button small" onClick={() => setOpen(true)}>
        {t.more}
      </button>
      {open && (
        <ExportDialog
          take={take}
          onClose={() => {
            setOpen(false);
            studio.dismissExport();
          }}
        />
      )}
    </>
  );
}
