import { useState, type ReactNode } from 'react';
import type { ErrorData } from '../../errors.ts';
import type { Share } from '../../share/types.ts';
import { errorText } from '../../text/errors.ts';
import type { Language } from '../../text/language.ts';
import { pageText } from '../../text/page.ts';
import { landingText } from '../../text/share.ts';
import { AlertIcon, DownloadIcon } from '../parts/icons.tsx';
import { useLanguage, useTexts } from '../page/language.ts';
import type { SoundMaker } from './pack-sound.ts';
import { SharedPlayer, useClipAt } from './SharedPlayer.tsx';

/** What became of the link in the page's address. */
export type Opened =
  /** 0..1, where something has to be fetched. */
  | { readonly phase: 'reading'; readonly fraction?: number }
  | { readonly phase: 'bad'; readonly error: ErrorData }
  | { readonly phase: 'ready'; readonly share: Share; readonly stored?: Stored };

/** Where a result came from that was not in the link itself. */
export interface Stored {
  readonly host: string;
  /** When it is deleted there, in seconds since 1970. */
  readonly expires: number;
}

export interface LandingViewProps {
  readonly opened: Opened;
  readonly makeSound: SoundMaker;
  /** Bytes of programs and model that have to come before a sketch is heard; 0 where none are, or it is not known. */
  readonly bytesToFetch: number;
  readonly onMakeOwn: () => void;
  readonly onRemix: (share: Share) => void;
}

/** What whoever opens a link sees first: the result to play, how it was made, and ways on. */
export function LandingView({ opened, makeSound, bytesToFetch, onMakeOwn, onRemix }: LandingViewProps) {
  const t = useTexts(landingText);
  const language = useLanguage();
  const [error, setError] = useState<ErrorData>();
  if (opened.phase === 'reading') {
    return (
      <Frame>
        <p role="status">{t.reading}</p>
        {opened.fraction !== undefined && (
          <progress className="bar" aria-label={t.reading} max={1} value={opened.fraction} />
        )}
      </Frame>
    );
  }
  if (opened.phase === 'bad') {
    return (
      <Frame>
        <BadLink error={opened.error} onMakeOwn={onMakeOwn} />
      </Frame>
    );
  }
  const { share, stored } = opened;
  const { title, recipe, media } = share;
  return (
    <Frame>
      <p className="shared-eyebrow">{t.shared}</p>
      <h1>{title || t.untitled}</h1>
      <SharedPlayer
        share={share}
        makeSound={makeSound}
        bytesToFetch={bytesToFetch}
        whole={stored !== undefined}
        onError={setError}
      />
      {error && <Problem error={error} />}
      <div className="shared-actions">
        <button type="button" className="button primary" onClick={() => onRemix(share)}>
          {t.remix}
        </button>
        <button type="button" className="button" onClick={onMakeOwn}>
          {t.makeOwn}
        </button>
        {media.kind === 'clip' && <ClipDownload mp4={media.mp4} name={title || recipe.sourceName} />}
      </div>
      <RecipeFacts share={share} />
      <p className="shared-privacy">{stored ? t.privacyStored(stored.host, dayOf(stored, language)) : t.privacy}</p>
    </Frame>
  );
}

function Frame({ children }: { readonly children: ReactNode }) {
  const t = useTexts(pageText);
  return (
    <main className="shared-page">
      <p className="shared-brand">
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="28" height="28" />
        <span>
          <strong>AV-Link Studio</strong> {t.tagline}
        </span>
      </p>
      {children}
    </main>
  );
}

function dayOf({ expires }: Stored, language: Language): string {
  return new Date(expires * 1000).toLocaleDateString(language, { dateStyle: 'long' });
}

function BadLink({ error, onMakeOwn }: { readonly error: ErrorData; readonly onMakeOwn: () => void }) {
  const t = useTexts(landingText);
  return (
    <>
      <h1>{t.badTitle}</h1>
      <Problem error={error} />
      <div className="shared-actions">
        <button type="button" className="button primary" onClick={onMakeOwn}>
          {t.makeOwn}
        </button>
      </div>
    </>
  );
}

export function Problem({ error }: { readonly error: ErrorData }) {
  const { message, remedy } = errorText(useLanguage(), error);
  return (
    <div className="notice failure" role="alert" data-code={error.code}>
      <AlertIcon />
      <div>
        <p className="notice-title">{message}</p>
        {remedy && <p>{remedy}</p>}
      </div>
    </div>
  );
}

function ClipDownload({ mp4, name }: { readonly mp4: Uint8Array; readonly name: string }) {
  const t = useTexts(landingText);
  const anchor = useClipAt<HTMLAnchorElement>(mp4, 'href');
  return (
    <a ref={anchor} className="button" download={`${fileStem(name)}.mp4`}>
      <DownloadIcon />
      {t.download}
    </a>
  );
}

/** A name no file system objects to: it comes from a link. */
function fileStem(name: string): string {
  const stem = name
    .replace(/\.[^.]*$/, '')
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim();
  return stem.slice(0, 60) || 'shared';
}

function RecipeFacts({ share: { recipe, timing } }: { readonly share: Share }) {
  const t = useTexts(landingText);
  const seconds = (value: number) => String(Number(value.toFixed(1)));
  const facts: readonly (readonly [string, string])[] = [
    [t.task, t[recipe.task]],
    [t.source, recipe.sourceName || t.none],
    [t.part, t.partOf(seconds(recipe.start), seconds(recipe.seconds))],
    [t.prompt, recipe.prompt || t.none],
    [t.avoided, recipe.negative || t.none],
    ...(timing ? [[t.hits, String(timing.hits.length)] as const] : []),
    [t.seed, String(recipe.seed)],
    [t.steps, String(recipe.steps)],
    [t.guidance, `${recipe.guidanceAv} / ${recipe.guidanceText}`],
  ];
  return (
    <section className="shared-recipe" aria-label={t.made}>
      <h2>{t.made}</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
