import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { AppError, type ErrorData } from '../../errors.ts';
import type { MadeLink } from '../../share/sharer.ts';
import { cutBy, DEFAULT_TIER, QR_CHARACTERS, TIERS, type Tier } from '../../share/tiers.ts';
import { shareText } from '../../text/share.ts';
import { useLanguage, useTexts } from '../page/language.ts';
import { Copy } from './Copy.tsx';
import { FileShare, type FileMaker } from './FileShare.tsx';
import { Problem } from './LandingView.tsx';
import type { SoundMaker } from './pack-sound.ts';
import { QrCode } from './QrCode.tsx';
import { SharedPlayer } from './SharedPlayer.tsx';

export interface SharePanelProps {
  /** Makes the link of a tier; called once for each that is looked at. `fraction` in 0..1 when it is known. */
  readonly make: (signal: AbortSignal, tier: Tier, onProgress: (fraction: number) => void) => Promise<MadeLink>;
  readonly makeSound: SoundMaker;
  /** Address of the player page for embedding. */
  readonly embedPage: string;
  /** More ways to share, after the link. */
  readonly children?: ReactNode;
  /** Writes the full export, to be handed to other apps. */
  readonly makeFile: FileMaker;
}

/** Everything about sharing one result; goes into a dialog. */
export function SharePanel({ make, makeSound, embedPage, makeFile, children }: SharePanelProps) {
  const t = useTexts(shareText);
  const [tier, setTier] = useState<Tier>(DEFAULT_TIER);
  const { made, error, fraction, retry } = useLink(make, tier);
  const [playError, setPlayError] = useState<ErrorData>();
  return (
    <div className="share-panel">
      {onPhone() && <FileShare make={makeFile} first />}
      <p>{t.intro}</p>
      <fieldset className="share-tiers">
        <legend>{t.size}</legend>
        {TIERS.map((choice) => (
          <label key={choice} className="task-option">
            <input type="radio" name="share-tier" checked={choice === tier} onChange={() => setTier(choice)} />
            <strong>{t[choice]}</strong>
            <span>{t[`${choice}About`]}</span>
          </label>
        ))}
      </fieldset>
      {error && (
        <>
          <Problem error={error} />
          <button type="button" className="button" onClick={retry}>
            {t.retry}
          </button>
        </>
      )}
      {!made && !error && (
        <p role="status" className="share-making">
          {t.making}
          <progress aria-label={t.making} value={fraction} max={1} />
        </p>
      )}
      {made && (
        <>
          <LinkRow made={made} />
          <section className="share-preview" aria-label={t.preview}>
            <h3>{t.preview}</h3>
            <SharedPlayer key={made.url} share={made.share} makeSound={makeSound} onError={setPlayError} />
            {playError && <Problem error={playError} />}
          </section>
          {!onPhone() && <FileShare make={makeFile} />}
          <details>
            <summary>{t.qr}</summary>
            {made.characters <= QR_CHARACTERS ? <QrCode text={made.url} label={t.qrLabel} /> : <p>{t.qrTooLong}</p>}
          </details>
          <Embed made={made} embedPage={embedPage} />
        </>
      )}
      {children}
    </div>
  );
}

/** There the file itself goes straight into a message. */
function onPhone(): boolean {
  return window.matchMedia('(pointer: coarse)').matches;
}

interface LinkState {
  readonly made?: MadeLink | undefined;
  readonly error?: ErrorData | undefined;
  readonly fraction?: number | undefined;
}

/** The link of the tier, made when it is first looked at and kept until `make` makes others. */
function useLink(make: SharePanelProps['make'], tier: Tier) {
  const kept = useRef({ make, links: new Map<Tier, MadeLink>() });
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<LinkState & { tier: Tier; make: SharePanelProps['make'] }>({ tier, make });
  useEffect(() => {
    const abort = new AbortController();
    const show = (next: LinkState) => {
      if (!abort.signal.aborted) setState({ ...next, tier, make });
    };
    if (kept.current.make !== make) kept.current = { make, links: new Map() };
    const { links } = kept.current;
    const known = links.get(tier);
    const work = known ? Promise.resolve(known) : make(abort.signal, tier, (fraction) => show({ fraction }));
    work.then(
      (made) => {
        links.set(tier, made);
        show({ made });
      },
      (thrown: unknown) => show({ error: AppError.from(thrown).toData() }),
    );
    return () => abort.abort();
  }, [make, tier, attempt]);
  const retry = useCallback(() => {
    setState({ tier, make });
    setAttempt((count) => count + 1);
  }, [tier, make]);
  // What belongs to the tier or the title before is not shown for a moment as if it were this one's.
  return {
    ...(state.tier === tier && state.make === make
      ? state
      : { made: undefined, error: undefined, fraction: undefined }),
    retry,
  };
}

function LinkRow({ made }: { readonly made: MadeLink }) {
  const t = useTexts(shareText);
  const language = useLanguage();
  const limits = cutBy(made.characters).map(({ where }) => t[`limit_${where}`]);
  const { media } = made.share;
  return (
    <div className="share-link">
      <input
        readOnly
        value={made.url}
        aria-label={t.link}
        onFocus={(event) => event.currentTarget.select()}
        data-testid="share-url"
      />
      <Copy text={made.url} label={t.copy} primary />
      <p data-testid="share-length">
        <strong>{t.characters(made.characters.toLocaleString(language))}</strong>{' '}
        {limits.length === 0 ? t.nothingCuts : t.cutBy(new Intl.ListFormat(language).format(limits))}
      </p>
      {made.heard && <p>{t.onsets(String(Math.round(made.heard.onsetF1 * 100)))}</p>}
      {media.kind === 'sketch' && !media.picture && <p>{t.onlySound}</p>}
      {media.kind === 'recipe' && <p>{t.onlyRecipe}</p>}
    </div>
  );
}

function Embed({ made, embedPage }: { readonly made: MadeLink; readonly embedPage: string }) {
  const t = useTexts(shareText);
  const code = embedCode(made.url, embedPage);
  return (
    <details>
      <summary>{t.embed}</summary>
      <p>{t.embedAbout}</p>
      <textarea readOnly rows={3} value={code} aria-label={t.embed} data-testid="embed-code" />
      <Copy text={code} label={t.copyEmbed} />
    </details>
  );
}

/** Nothing in it comes from the result but the payload, which has no character that means anything in HTML. */
export function embedCode(url: string, embedPage: string): string {
  const player = `${embedPage}${new URL(url).hash}`;
  return `<iframe src="${player}" width="400" height="300" title="AV-Link Studio" sandbox="allow-scripts allow-same-origin allow-popups" allow="autoplay" loading="lazy"></iframe>`;
}
