import { useMemo, useState } from 'react';
import { AppError, type ErrorData } from '../../errors.ts';
import type { LoadRequest } from '../../engine/protocol.ts';
import { damaged } from '../../share/failures.ts';
import { landingText } from '../../text/share.ts';
import { useTexts } from '../page/language.ts';
import { Problem } from './LandingView.tsx';
import { createSoundMaker } from './pack-sound.ts';
import { SharedPlayer } from './SharedPlayer.tsx';
import { useBytesToFetch, useOpened } from './use-opened.ts';

/** A link's result and nothing around it but a way to the app. */
export function EmbedView({ load, home }: { readonly load: LoadRequest; readonly home: string }) {
  const t = useTexts(landingText);
  const opened = useOpened();
  const bytesToFetch = useBytesToFetch(load, home, opened);
  const makeSound = useMemo(() => createSoundMaker(load, home), [load, home]);
  const [error, setError] = useState<ErrorData>();
  const problem = error ?? problemOf(opened);
  return (
    <main className="embed-page">
      {problem ? (
        <Problem error={problem} />
      ) : opened?.phase === 'ready' ? (
        <div className="embed-player">
          <SharedPlayer
            share={opened.share}
            makeSound={makeSound}
            bytesToFetch={bytesToFetch}
            whole={opened.stored !== undefined}
            onError={setError}
          />
        </div>
      ) : (
        <p role="status">{t.reading}</p>
      )}
      <p className="embed-bar">
        <span>{opened?.phase === 'ready' ? opened.share.title : ''}</span>
        <a href={`${home}${window.location.hash}`} target="_blank" rel="noopener">
          {t.openFull}
        </a>
      </p>
    </main>
  );
}

function problemOf(opened: ReturnType<typeof useOpened>): ErrorData | undefined {
  if (opened?.phase === 'bad') return opened.error;
  if (opened === undefined) return AppError.from(damaged('there is nothing in it')).toData();
  return undefined;
}
