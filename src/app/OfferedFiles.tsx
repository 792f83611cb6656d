import { CloseIcon, InfoIcon } from './icons.tsx';
import { useStudio, useStudioState } from './studio-context.ts';

/** Several files came at once: none is lost, one is picked. */
export function OfferedFiles() {
  const studio = useStudio();
  const offered = useStudioState((state) => state.offered);
  if (offered.length === 0) return null;
  return (
    <section className="notice offered" role="alert" aria-label="Several files">
      <InfoIcon />
      <div>
        <p className="notice-title">One file at a time: you brought {offered.length}. Which one first?</p>
        <ul className="offered-list">
          {offered.map((file) => (
            <li key={file.blob}>
              <button type="button" className="button small" onClick={() => void studio.openOffered(file)}>
                {file.name}
              </button>
            </li>
          ))}
        </ul>
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label="Close this list"
        onClick={() => studio.dismissOffered()}
      >
        <CloseIcon />
      </button>
    </section>
  );
}
