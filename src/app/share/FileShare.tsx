import { useRef, useState } from 'react';
import { AppError } from '../../errors.ts';
import { shareText } from '../../text/share.ts';
import { useTexts } from '../page/language.ts';
import { useLife } from '../page/use-life.ts';

/** Throws AppError. */
export type FileMaker = (signal: AbortSignal) => Promise<File>;

interface FileShareProps {
  readonly make: FileMaker;
  /** The first thing that is offered. */
  readonly first?: boolean;
}

/**
 * The platform's own share sheet, where it takes files. Writing the file may outlast the press that asked for it, and
 * without a press no browser opens the sheet: then the button asks for another one.
 */
export function FileShare({ make, first = false }: FileShareProps) {
  const t = useTexts(shareText);
  const [phase, setPhase] = useState<'idle' | 'writing' | 'ready' | 'failed'>('idle');
  const file = useRef<File>(undefined);
  const life = useLife();
  if (!sharesFiles()) return null;

  const press = async () => {
    const signal = life.current;
    if (!signal) return;
    try {
      if (!file.current) {
        setPhase('writing');
        file.current = await make(signal);
      }
      await navigator.share({ files: [file.current] });
      setPhase('idle');
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof DOMException && error.name === 'NotAllowedError') setPhase('ready');
      else setPhase(isStop(error) ? 'idle' : 'failed');
    }
  };
  const name = { idle: t.shareFile, failed: t.shareFile, writing: t.writingFile, ready: t.fileReady }[phase];
  return (
    <>
      <button
        type="button"
        className={first ? 'button primary large' : 'button'}
        disabled={phase === 'writing'}
        onClick={() => void press()}
      >
        {name}
      </button>
      {phase === 'failed' && <p role="alert">{t.shareFailed}</p>}
    </>
  );
}

/** Closing the sheet, or the dialog, is no failure. */
function isStop(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === 'AbortError';
  return error instanceof AppError && error.code === 'cancelled';
}

function sharesFiles(): boolean {
  const probe = new File([''], 'clip.mp4', { type: 'video/mp4' });
  return 'canShare' in navigator && navigator.canShare({ files: [probe] });
}
