import { useState } from 'react';
import { AppError, type ErrorData } from '../../errors.ts';
import type { Hosting } from '../../share/hosted/hosting.ts';
import { shareText } from '../../text/share.ts';
import { useTexts } from '../page/language.ts';
import { useLife } from '../page/use-life.ts';
import { Copy } from './Copy.tsx';
import { Problem } from './LandingView.tsx';

interface HostedUploadProps {
  readonly hosting: Hosting;
  /** Writes, encrypts and uploads; the link. Throws AppError. */
  readonly upload: (signal: AbortSignal, onFraction: (fraction: number) => void) => Promise<string>;
}

type Phase =
  | { readonly name: 'idle' }
  | { readonly name: 'working'; readonly fraction: number | undefined }
  | { readonly name: 'done'; readonly url: string }
  | { readonly name: 'failed'; readonly error: ErrorData };

/** The whole result behind a short link, for apps whose operator has a store. Nothing leaves before the button is pressed. */
export function HostedUpload({ hosting, upload }: HostedUploadProps) {
  const t = useTexts(shareText);
  const [phase, setPhase] = useState<Phase>({ name: 'idle' });
  const life = useLife();

  const start = async () => {
    const signal = life.current;
    if (!signal) return;
    const show = (next: Phase) => {
      if (!signal.aborted) setPhase(next);
    };
    setPhase({ name: 'working', fraction: undefined });
    try {
      show({ name: 'done', url: await upload(signal, (fraction) => show({ name: 'working', fraction })) });
    } catch (thrown) {
      show({ name: 'failed', error: AppError.from(thrown).toData() });
    }
  };

  return (
    <section className="share-hosted" aria-label={t.hosted}>
      <h3>{t.hosted}</h3>
      <p>{t.hostedAbout(new URL(hosting.store).host, hosting.days)}</p>
      {phase.name === 'failed' && <Problem error={phase.error} />}
      {phase.name === 'working' && (
        <p role="status" className="share-making">
          {t.hostedWorking}
          <progress aria-label={t.hostedWorking} value={phase.fraction} max={1} />
        </p>
      )}
      {phase.name === 'done' && (
        <div className="share-link">
          <input readOnly value={phase.url} aria-label={t.hostedLink} onFocus={(event) => event.target.select()} />
          <Copy text={phase.url} label={t.copy} primary />
        </div>
      )}
      {(phase.name === 'idle' || phase.name === 'failed') && (
        <button type="button" className="button" onClick={() => void start()}>
          {t.hostedMake}
        </button>
      )}
    </section>
  );
}
