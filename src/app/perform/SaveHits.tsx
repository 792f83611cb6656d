/** The hits of the timeline as a file. */
import { useState } from 'react';
import type { Source } from '../../state/types.ts';
import { performText } from '../../text/perform.ts';
import { HITS_FORMATS, type HitsFormat } from '../../timing/formats/types.ts';
import { keepsLevel, writeHits } from '../../timing/formats/write-hits.ts';
import { useTexts } from '../page/language.ts';
import { useStudioState } from '../page/studio-context.ts';

export function SaveHits({ source }: { readonly source: Source }) {
  const t = useTexts(performText);
  const timing = useStudioState((state) => state.timing.shown);
  const [said, setSaid] = useState('');
  const empty = !timing || (timing.hits.length === 0 && timing.level.length === 0);

  function save(format: HitsFormat): void {
    if (!timing) return;
    const { info, name } = source;
    const file = writeHits(timing, format, { fps: info.video?.fps, duration: info.duration, name });
    const url = URL.createObjectURL(new Blob([file.content], { type: file.mimeType }));
    const link = document.createElement('a');
    link.href = url;
    link.download = file.fileName;
    link.click();
    // The download has begun by then.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    const lost = timing.level.length > 0 && !keepsLevel(format);
    setSaid(`${t.saved(file.fileName)}${lost ? ` ${t.withoutLevel}` : ''}`);
  }

  return (
    <div className="perform-body">
      <div className="perform-row">
        {HITS_FORMATS.map((format) => (
          <button
            key={format}
            type="button"
            className="button small"
            aria-label={t.saveAs(t[format])}
            disabled={empty || (timing.hits.length === 0 && !keepsLevel(format))}
            onClick={() => save(format)}
          >
            {t[format]}
          </button>
        ))}
      </div>
      <p className="help" role="status">
        {empty ? t.nothingToSave : said || t.saveHelp}
      </p>
    </div>
  );
}
