import type { Failure } from '../state/types.ts';
import { AlertIcon, CloseIcon } from './icons.tsx';
import { useStudio, useStudioState } from './studio-context.ts';

/** Shows a failure where its cause was set off: beside the file, or beside the Generate button. */
export function FailurePanel({ during }: { readonly during: Failure['during'] }) {
  const studio = useStudio();
  const failure = useStudioState((state) => state.failure);
  if (failure?.during !== during) return null;
  const { code, message, remedy } = failure.error;
  return (
    <div className="notice failure" role="alert" data-code={code}>
      <AlertIcon />
      <div>
        <p className="notice-title">{message}</p>
        {remedy && <p>{remedy}</p>}
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label="Dismiss this message"
        onClick={() => studio.dismissFailure()}
      >
        <CloseIcon />
      </button>
    </div>
  );
}
