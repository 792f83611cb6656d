import { takesText } from '../../text/takes.ts';
import { useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';
import { Outline } from './Outline.tsx';

/** Where the take that is being made is heading, as far as can be told: a person who sees nothing in it may stop early. */
export function TakeInTheMaking() {
  const t = useTexts(takesText);
  const studio = useStudio();
  const preview = useStudioState((state) => state.preview);
  return (
    <figure className="take-preview">
      <figcaption>{preview ? t.preview : t.inTheMaking}</figcaption>
      {preview?.task === 'v2a' && <Outline peaks={preview.peaks} />}
      {preview?.task === 'a2v' && <img src={studio.blobs.url(preview.image)} alt={t.inTheMaking} />}
    </figure>
  );
}
