import { useEffect, useState } from 'react';
import type { ExportPlan } from '../../media/preflight.ts';
import { share } from '../../state/generate/progress.ts';
import type { Take } from '../../state/take.ts';
import { exportText } from '../../text/export.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { FailurePanel } from '../parts/FailurePanel.tsx';
import { useTexts } from '../page/language.ts';
import { exportAndSave, saveFile } from '../page/save.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';
import { choiceOf, defaultFraming, formatsOf, type Format, type FramingFields } from './choices.ts';
import { FramingFieldset } from './FramingFieldset.tsx';
import { PlanFacts } from './PlanFacts.tsx';

interface ExportDialogProps {
  readonly take: Take;
  readonly onClose: () => void;
}

/** Says what a file will be before it is written, and then writes it. */
export function ExportDialog({ take, onClose }: ExportDialogProps) {
  const t = useTexts(exportText);
  const studio = useStudio();
  const formats = formatsOf(take);
  const [format, setFormat] = useState<Format>(formats[0] ?? 'mp4');
  const [framing, setFraming] = useState(defaultFraming);
  const choice = choiceOf(format, framing);
  const plan = usePlan(take, format, framing);
  const exporting = useStudioState((state) => state.exporting);
  const writing = exporting.phase === 'running';
  const done = exporting.phase === 'done' && exporting.take === take.id ? exporting.file : undefined;
  const silent = plan?.warnings.some(({ code }) => code === 'plan-silent' || code === 'plan-no-sound') ?? false;

  return (
    <Dialog title={t.title} onClose={onClose} className="export-dialog">
      <fieldset className="export-formats" disabled={writing}>
        <legend>{t.format}</legend>
        {formats.map((each) => (
          <label key={each} className="choice">
            <input
              type="radio"
              name="export-format"
              checked={format === each}
              onChange={() => {
                studio.dismissExport();
                setFormat(each);
              }}
            />
            <span>
              <strong>{t[each]}</strong>
              <span className="choice-help">{t[`${each}Help`]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {format === 'framed' && (
        <FramingFieldset value={framing} duration={take.recipe.duration} disabled={writing} onChange={setFraming} />
      )}
      <section className="export-plan" aria-label={t.willBe} aria-live="polite">
        {plan ? <PlanFacts plan={plan} /> : <p>{t.planning}</p>}
      </section>
      <FailurePanel during="export" />
      {done && <p className="export-done">{t.done(done.name)}</p>}
      <div className="dialog-actions">
        {writing ? (
          <>
            <ExportProgress />
            <button type="button" className="button" onClick={() => studio.cancelExport()}>
              {t.cancel}
            </button>
          </>
        ) : done ? (
          <button type="button" className="button primary" onClick={() => saveFile(studio, done)}>
            {t.again}
          </button>
        ) : (
          <button
            type="button"
            className="button primary"
            disabled={plan?.possible !== true}
            onClick={() => void exportAndSave(studio, take.id, choice)}
          >
            {silent ? t.startSilent : t.start}
          </button>
        )}
      </div>
    </Dialog>
  );
}

function ExportProgress() {
  const t = useTexts(exportText);
  const exporting = useStudioState((state) => state.exporting);
  const value = exporting.phase === 'running' ? share(exporting.progress) : undefined;
  return <progress className="bar" aria-label={t.writing} max={1} {...(value === undefined ? {} : { value })} />;
}

/** The plan of what is chosen now; undefined while it is looked at. */
function usePlan(take: Take, format: Format, framing: FramingFields): ExportPlan | undefined {
  const studio = useStudio();
  const [known, setKnown] = useState<{ take: Take; format: Format; framing: FramingFields; plan: ExportPlan }>();
  useEffect(() => {
    let wanted = true;
    studio.planExport(take.id, choiceOf(format, framing)).then(
      (plan) => {
        if (wanted) setKnown({ take, format, framing, plan });
      },
      (error: unknown) => {
        console.error('The export could not be planned.', error);
      },
    );
    return () => {
      wanted = false;
    };
  }, [studio, take, format, framing]);
  // A plan is of exactly this take with this edit, format and framing.
  const current = known?.take === take && known.format === format && known.framing === framing;
  return current ? known.plan : undefined;
}
