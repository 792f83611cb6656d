import type { Failure } from '../../state/types.ts';
import { errorText } from '../../text/errors.ts';
import { pageText } from '../../text/page.ts';
import { AlertIcon, CloseIcon } from './icons.tsx';
import { useLanguage, useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';

/** Shows a failure where its cause was set off: beside the file, or beside the Generate button. */
export function FailurePanel({ during }: { readonly during: Failure['during'] }) {
  const t = useTexts(pageText);
  const language = useLanguage();
  const studio = useStudio();
  const failure = useStudioState((state) => state.failure);
  if (failure?.during !== during) return null;
  const { message, remedy } = errorText(language, failure.error);
  return (
    <div className="notice failure" role="alert" data-code={failure.error.code}>
      <AlertIcon />
      <div>
        <p className="notice-title">{message}</p>
        {remedy && <p>{remedy}</p>}
      </div>
      <button type="button" className="icon-button" aria-label={t.dismiss} onClick={() => studio.dismissFailure()}>
        <CloseIcon />
      </button>
    </div>
  );
}
