import { useEffect, useState } from 'react';
import { shareText } from '../../text/share.ts';
import { useTexts } from '../page/language.ts';

/** A button that copies, and says whether it could. */
export function Copy({
  text,
  label,
  primary = false,
}: {
  readonly text: string;
  readonly label: string;
  readonly primary?: boolean;
}) {
  const t = useTexts(shareText);
  const [outcome, setOutcome] = useState<'copied' | 'failed'>();
  useEffect(() => {
    if (outcome !== 'copied') return;
    const timer = setTimeout(() => setOutcome(undefined), 3000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setOutcome('copied'),
      () => setOutcome('failed'),
    );
  return (
    <>
      <button type="button" className={primary ? 'button primary' : 'button'} onClick={() => void copy()}>
        {outcome === 'copied' ? t.copied : label}
      </button>
      <span role="status" className="visually-hidden">
        {outcome === 'copied' ? t.copied : ''}
      </span>
      {outcome === 'failed' && <p role="alert">{t.copyFailed}</p>}
    </>
  );
}
