import { pageText } from '../../text/page.ts';
import { formatNumber } from '../page/format.ts';
import { CloseIcon, InfoIcon } from '../parts/icons.tsx';
import { useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';

/** Several files came at once: none is lost, one is picked. */
export function OfferedFiles() {
  const t = useTexts(pageText);
  const studio = useStudio();
  const offered = useStudioState((state) => state.offered);
  if (offered.length === 0) return null;
  return (
    <section className="notice offered" role="alert" aria-label={t.severalFiles}>
      <InfoIcon />
      <div>
        <p className="notice-title">{t.whichFirst(formatNumber(offered.length))}</p>
        <ul className="offered-list">
          {offered.map((file) => (
            <li key={file.blob}>
              <button type="button" className="button small" onClick={() => void studio.openOffered(file)}>
                {file.name}
              </button>
            </li>
          ))}
        </ul>
        <button type="button" className="button small primary" onClick={() => void studio.batchOffered()}>
          {t.allOfThem}
        </button>
      </div>
      <button type="button" className="icon-button" aria-label={t.closeList} onClick={() => studio.dismissOffered()}>
        <CloseIcon />
      </button>
    </section>
  );
}
