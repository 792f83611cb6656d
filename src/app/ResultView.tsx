import { matchingGains } from '../dsp/sketch.ts';
import type { Notice } from '../notices.ts';
import type { Result, Timings } from '../state/types.ts';
import { noticeText } from '../text/notices.ts';
import { backendName, formatBytes, formatSeconds, taskName } from './format.ts';
import { DownloadIcon, InfoIcon } from './icons.tsx';
import { useLanguage } from './language.ts';
import { useStudio, useStudioState } from './studio-context.ts';
import { SwitchingVideo } from './SwitchingVideo.tsx';
import { Takes } from './Takes.tsx';

/**
 * The export itself in the player: what is seen and heard here is the file that is downloaded, on the one clock of its
 * container. Takes are played equally loud, so that the louder one does not win; the files keep their own levels.
 */
export function ResultView({ result }: { readonly result: Result }) {
  const studio = useStudio();
  const takes = useStudioState((state) => state.takes);
  const url = studio.blobs.url(result.blob);
  const alike = takes.filter((take) => take.task === result.task && take.sourceName === result.sourceName);
  const gains = matchingGains(alike.map((take) => take.sketch.loudness));
  // All clips of one sound are equally loud already.
  const gain = result.task === 'v2a' ? (gains[alike.indexOf(result)] ?? 1) : 1;
  return (
    <div className="preview" data-testid="result">
      <SwitchingVideo url={url} gain={gain} label="The result" />
      <div className="caption">
        <div>
          <p className="file-name">{result.fileName}</p>
          <p className="file-facts">
            {taskName(result.task)} · {formatSeconds(result.duration)} · {formatBytes(result.bytes)}
          </p>
        </div>
        <a className="button primary" href={url} download={result.fileName}>
          <DownloadIcon />
          Download MP4
        </a>
      </div>
      <Takes takes={takes} selected={result} />
      <Notices notices={result.notices} />
      <Facts result={result} />
    </div>
  );
}

function Notices({ notices }: { readonly notices: readonly Notice[] }) {
  const language = useLanguage();
  if (notices.length === 0) return null;
  return (
    <ul className="notices" aria-label="Notes on this result">
      {notices.map((notice) => (
        <li key={notice.message} className="notice">
          <InfoIcon />
          <p>{noticeText(language, notice)}</p>
        </li>
      ))}
    </ul>
  );
}

function Facts({ result }: { readonly result: Result }) {
  const { steps, guidanceAv, guidanceText } = result.sampler;
  return (
    <details className="facts">
      <summary>
        Seed <strong data-testid="result-seed">{result.seed}</strong> ·{' '}
        <span data-testid="result-backend">{backendName(result.backend)}</span> · made in{' '}
        {formatSeconds(result.seconds.total)}
      </summary>
      <dl>
        <Fact name="Model">
          {result.pack} <code>{result.packHash.slice(0, 8)}</code>
        </Fact>
        <Fact name="Prompt">{result.prompt || 'none'}</Fact>
        <Fact name="Understood">{result.understood.join(', ') || 'no words'}</Fact>
        <Fact name="Avoided">{result.negative || 'nothing'}</Fact>
        <Fact name="Steps">{steps}</Fact>
        <Fact name="Guidance">
          {guidanceAv} by {result.task === 'v2a' ? 'picture' : 'sound'}, {guidanceText} by words
        </Fact>
        {TIMED_PARTS.map(([part, name]) => (
          <Fact key={part} name={name}>
            {formatSeconds(result.seconds[part])}
          </Fact>
        ))}
      </dl>
    </details>
  );
}

const TIMED_PARTS: readonly (readonly [keyof Timings, string])[] = [
  ['decode', 'Reading the file'],
  ['load', 'Getting the model ready'],
  ['encode', 'Encoding'],
  ['sample', 'Sampling'],
  ['render', 'Rendering'],
  ['mux', 'Writing the MP4'],
];

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
