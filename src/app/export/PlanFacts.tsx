import type { ReactNode } from 'react';
import { codecName } from '../../media/coding.ts';
import type { ExportPlan } from '../../media/preflight.ts';
import { exportText } from '../../text/export.ts';
import { formatText } from '../../text/format.ts';
import { formatBytes, formatNumber, formatSeconds } from '../page/format.ts';
import { useTexts } from '../page/language.ts';
import { Notices } from '../stage/ResultFacts.tsx';

/** Container, codecs, size and length of a file that is not written yet, and what speaks against it. */
export function PlanFacts({ plan }: { readonly plan: ExportPlan }) {
  const t = useTexts(exportText);
  const units = useTexts(formatText);
  const { video, audio } = plan;
  const how = (copied: boolean) => (copied ? t.copied : t.coded);
  return (
    <>
      <dl className="plan">
        <Fact name={t.container}>{plan.container.toUpperCase()}</Fact>
        <Fact name={t.picture}>
          {video
            ? [
                codecName(video.codec),
                how(video.copied),
                `${video.width} × ${video.height}`,
                ...(video.fps > 0 ? [units.fps(formatNumber(video.fps, 0, undefined, 2))] : []),
              ].join(' · ')
            : t.noPicture}
        </Fact>
        <Fact name={t.sound}>
          {audio
            ? [
                codecName(audio.codec),
                t.hertz(formatNumber(audio.sampleRate / 1000, 0, undefined, 1)),
                audio.channels > 1 ? t.stereo : t.mono,
              ].join(' · ')
            : t.noSound}
        </Fact>
        <Fact name={t.duration}>{formatSeconds(plan.duration)}</Fact>
        <Fact name={t.bytes}>{t[plan.accuracy](formatBytes(plan.bytes))}</Fact>
      </dl>
      <Notices notices={plan.warnings} label={t.willBe} />
    </>
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
