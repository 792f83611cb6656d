import { useState } from 'react';
import type { Library, Usage } from '../../library/library.ts';
import { historyText } from '../../text/history.ts';
import { formatBytes } from '../page/format.ts';
import { useTexts } from '../page/language.ts';

interface StorageMeterProps {
  readonly usage: Usage | undefined;
  readonly files: Library['files'];
  readonly onPersist: () => Promise<boolean>;
}

/** Above this share of the quota the next take may not fit. */
const NEARLY_FULL = 0.9;

/** How much room the browser gives, and whether it keeps its word. */
export function StorageMeter({ usage, files, onPersist }: StorageMeterProps) {
  const t = useTexts(historyText);
  const [isRefused, setIsRefused] = useState(false);
  if (!usage) return null;
  const { used, quota, persisted } = usage;
  const isKnown = used !== undefined && quota !== undefined && quota > 0;
  return (
    <section className="storage" aria-labelledby="storage-title">
      <h3 id="storage-title">{t.storage}</h3>
      {isKnown ? (
        <>
          <meter
            className="storage-meter"
            min={0}
            max={quota}
            high={NEARLY_FULL * quota}
            optimum={0}
            value={used}
            aria-labelledby="storage-used"
          />
          <p id="storage-used">{t.used(formatBytes(used), formatBytes(quota))}</p>
          {used > NEARLY_FULL * quota && <p className="storage-warning">{t.nearlyFull}</p>}
        </>
      ) : (
        <p>{t.usedUnknown}</p>
      )}
      <div className="storage-promise">
        <p>{persisted ? t.persisted : t.notPersisted}</p>
        {!persisted && (
          <button
            type="button"
            className="button small"
            onClick={() => void onPersist().then((granted) => setIsRefused(!granted))}
          >
            {t.persist}
          </button>
        )}
      </div>
      <p role="status">{isRefused && !persisted ? t.persistRefused : ''}</p>
      {files === 'indexeddb' && <p>{t.slowStorage}</p>}
    </section>
  );
}
