/** Hits by hand, by voice, from files and from the video's own sound; and back into files. */
import { useEffect, useId, useState } from 'react';
import { useStore } from 'zustand';
import type { TimeSpan } from '../../dsp/span.ts';
import type { Source } from '../../state/types.ts';
import { errorText } from '../../text/errors.ts';
import { noticeText } from '../../text/notices.ts';
import { pageText } from '../../text/page.ts';
import { performText } from '../../text/perform.ts';
import { HITS_ENDINGS } from '../../timing/formats/read-hits.ts';
import { formatNumber } from '../page/format.ts';
import { recall, remember } from '../page/remembered.ts';
import { useLanguage, useTexts } from '../page/language.ts';
import { useStudio } from '../page/studio-context.ts';
import { AlertIcon, CloseIcon } from '../parts/icons.tsx';
import { clockText } from '../timeline/view.ts';
import { bringFile, bringing, bringOwnSound } from './bring.ts';
import { MicrophonePad } from './MicrophonePad.tsx';
import { SaveHits } from './SaveHits.tsx';
import { TapPad } from './TapPad.tsx';

const WAYS = ['tap', 'microphone', 'file', 'own', 'save'] as const;
type Way = (typeof WAYS)[number];
const ACCEPT = ['audio/*', ...HITS_ENDINGS].join(',');

interface PerformPanelProps {
  readonly source: Source;
  /** Hits go into it; all of the file where it is left out. */
  readonly marked: TimeSpan | undefined;
}

export function PerformPanel({ source, marked }: PerformPanelProps) {
  const t = useTexts(performText);
  const studio = useStudio();
  const { mode, busy } = useStore(bringing);
  const body = useId();
  const [open, setOpen] = useState(recall('open-perform') === 'yes');
  const [way, setWay] = useState<Way>('tap');
  useEffect(() => bringing.setState({ span: marked }), [marked]);
  // What was said is of the file that was open then.
  useEffect(() => () => bringing.setState({ error: undefined, done: undefined, span: undefined }), [source]);

  return (
    <section className="perform" aria-label={t.perform}>
      <h2>
        <button
          type="button"
          className="disclosure"
          aria-expanded={open}
          aria-controls={body}
          onClick={() => {
            remember('open-perform', open ? 'no' : 'yes');
            setOpen(!open);
          }}
        >
          {t.perform}
        </button>
      </h2>
      {open && (
        <div id={body} className="perform-body">
          <div className="perform-row">
            <div className="segmented perform-ways" role="group" aria-label={t.how}>
              {WAYS.map((name) => (
                <button key={name} type="button" aria-pressed={way === name} onClick={() => setWay(name)}>
                  {t[name]}
                </button>
              ))}
            </div>
          </div>
          {way !== 'save' && (
            <div className="perform-row">
              <div className="segmented" role="group" aria-label={t.where}>
                {(['replace', 'add'] as const).map((name) => (
                  <button
                    key={name}
                    type="button"
                    aria-pressed={mode === name}
                    onClick={() => bringing.setState({ mode: name })}
                  >
                    {t[name]}
                  </button>
                ))}
              </div>
              <p className="help">{marked ? t.inPart(clockText(marked.start), clockText(marked.end)) : t.inAll}</p>
            </div>
          )}
          {way === 'tap' && <TapPad source={source} />}
          {way === 'microphone' && <MicrophonePad source={source} />}
          {way === 'file' && (
            <div className="perform-body">
              <label className="button perform-file">
                {t.choose}
                <input
                  type="file"
                  accept={ACCEPT}
                  disabled={busy}
                  onChange={(event) => {
                    const file = event.target.files?.[0];
                    event.target.value = '';
                    if (file) void bringFile(studio, file);
                  }}
                />
              </label>
              <p className="help">{t.fileHelp}</p>
            </div>
          )}
          {way === 'own' && (
            <div className="perform-body">
              <div className="perform-row">
                <button
                  type="button"
                  className="button primary"
                  disabled={busy || !source.info.audio}
                  onClick={() => void bringOwnSound(studio)}
                >
                  {t.useOwn}
                </button>
              </div>
              <p className="help">{source.info.audio ? t.ownHelp : t.noOwn}</p>
            </div>
          )}
          {way === 'save' && <SaveHits source={source} />}
        </div>
      )}
      <Outcome />
    </section>
  );
}

/** What came of it; shown also where the panel is folded and a file was dropped. */
function Outcome() {
  const t = useTexts(performText);
  const page = useTexts(pageText);
  const language = useLanguage();
  const { busy, error, done } = useStore(bringing);
  const shown = error && errorText(language, error);
  const ms = done?.delay && formatNumber(Math.round(done.delay.mean * 1000));
  const delay = { usual: t.delayUsual, measured: t.delayMeasured, fitted: t.delayFitted };
  return (
    <>
      {shown && (
        <div className="notice failure" role="alert" data-code={error.code}>
          <AlertIcon />
          <div>
            <p className="notice-title">{shown.message}</p>
            {shown.remedy && <p>{shown.remedy}</p>}
          </div>
          <button
            type="button"
            className="icon-button"
            aria-label={page.dismiss}
            onClick={() => bringing.setState({ error: undefined })}
          >
            <CloseIcon />
          </button>
        </div>
      )}
      <div role="status" className="perform-said" data-testid="perform-said">
        {busy && t.working}
        {done && (
          <p>
            {[
              done.count > 0 ? t.set(formatNumber(done.count)) : t.setLevel,
              ...(done.delay && ms !== undefined ? [delay[done.delay.from](ms)] : []),
              ...done.notices.map((notice) => noticeText(language, notice)),
              t.undoHint,
            ].join(' ')}
          </p>
        )}
      </div>
    </>
  );
}
