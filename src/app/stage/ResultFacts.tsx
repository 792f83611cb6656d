import type { ReactNode } from 'react';
import type { Take, TakeSeconds } from '../../state/take.ts';
import { seenWords } from '../../state/settings/prompt-words.ts';
import { noticeText } from '../../text/notices.ts';
import { stageText } from '../../text/stage.ts';
import { variantName } from '../../text/variants.ts';
import { backendName, formatNumber, formatSeconds } from '../page/format.ts';
import { InfoIcon } from '../parts/icons.tsx';
import { useLanguage, useTexts } from '../page/language.ts';
import { useStudioState } from '../page/studio-context.ts';
import type { Notice } from '../../notices.ts';

export function Notices({ notices, label }: { readonly notices: readonly Notice[]; readonly label: string }) {
  const language = useLanguage();
  if (notices.length === 0) return null;
  return (
    <ul className="notices" aria-label={label}>
      {notices.map((notice) => (
        <li key={notice.message} className="notice">
          <InfoIcon />
          <p>{noticeText(language, notice)}</p>
        </li>
      ))}
    </ul>
  );
}

const TIMED = [
  ['decode', 'timeDecode'],
  ['load', 'timeLoad'],
  ['encode', 'timeEncode'],
  ['sample', 'timeSample'],
  ['render', 'timeRender'],
  ['mux', 'timeMux'],
] as const satisfies readonly (readonly [keyof TakeSeconds, string])[];

/** All it takes to make the take again, and how long it took. */
export function ResultFacts({ take }: { readonly take: Take }) {
  const t = useTexts(stageText);
  const language = useLanguage();
  const pack = useStudioState((state) => state.pack);
  const { recipe, understood, seconds } = take;
  const seen = pack.phase === 'known' && seenWords(take, pack.manifest.text).length > 0;
  const { steps, guidanceAv, guidanceText } = recipe.sampler;
  const number = (value: number) => formatNumber(value, 0, undefined, 1);
  const guided = recipe.task === 'v2a' ? t.byPicture : t.bySound;
  return (
    <details className="facts">
      <summary>
        {t.seed} <strong data-testid="result-seed">{recipe.variations.at(-1)?.seed ?? recipe.seed}</strong> ·{' '}
        <span data-testid="result-backend">{backendName(recipe.backend)}</span> ·{' '}
        {t.madeIn(formatSeconds(seconds.total))}
      </summary>
      <dl>
        <Fact name={t.model}>
          {recipe.pack}
          {recipe.variant !== undefined && ` · ${variantName(language, recipe.variant)}`}{' '}
          <code>{recipe.packHash.slice(0, 8)}</code>
        </Fact>
        <Fact name={t.prompt}>{recipe.prompt || t.none}</Fact>
        <Fact name={seen ? t.seen : t.understood}>
          {understood.length > 0 ? <span lang="en">{understood.join(', ')}</span> : t.noWords}
        </Fact>
        <Fact name={t.avoided}>{recipe.negative || t.nothing}</Fact>
        <Fact name={t.steps}>{steps}</Fact>
        <Fact name={t.guidance}>{guided(number(guidanceAv), number(guidanceText))}</Fact>
        {recipe.variations.length > 0 && (
          <Fact name={t.variations}>
            {t.seed} {recipe.seed}
          </Fact>
        )}
        {recipe.renewed && (
          <Fact name={t.renewed}>
            {recipe.renewed.map(({ start, end }) => `${formatSeconds(start)} – ${formatSeconds(end)}`).join(', ')}
          </Fact>
        )}
        {TIMED.map(([part, name]) => (
          <Fact key={part} name={t[name]}>
            {formatSeconds(seconds[part])}
          </Fact>
        ))}
      </dl>
    </details>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
