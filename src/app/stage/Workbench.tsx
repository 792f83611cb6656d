import { lazy, useState } from 'react';
import type { TimeSpan } from '../../dsp/span.ts';
import type { BlobRegistry } from '../../state/services/blobs.ts';
import { selectedTake } from '../../state/services/queries.ts';
import type { Source } from '../../state/types.ts';
import type { Take } from '../../state/take.ts';
import { stageText } from '../../text/stage.ts';
import { closeOverlay, useOverlay } from '../commands/overlays.ts';
import { FailurePanel } from '../parts/FailurePanel.tsx';
import { formatMedia, formatSeconds, taskName } from '../page/format.ts';
import { Later } from '../parts/Later.tsx';
import { useTexts } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';
import { PerformPanel } from '../perform/PerformPanel.tsx';
import { TakesPanel } from '../takes/TakesPanel.tsx';
import { RecipeNote } from './RecipeNote.tsx';
import { MoreFormats, ResultButtons } from './ResultButtons.tsx';
import { Notices, ResultFacts } from './ResultFacts.tsx';
import { SoundBench } from './SoundBench.tsx';
import { Screen } from './Screen.tsx';
import { Clock, PlayButton, useLooping, Volume } from './Transport.tsx';

const ShareDialog = lazy(() => import('../share/ShareDialog.tsx'));

interface WorkbenchProps {
  readonly source: Source;
  readonly openPicker: () => void;
}

/** The open file: what can be done with it, its picture, what was made of it and its timeline. */
export default function Workbench({ source, openPicker }: WorkbenchProps) {
  const t = useTexts(stageText);
  const studio = useStudio();
  const selected = useStudioState(selectedTake);
  const shown = useStudioState((state) => state.shown);
  const overlay = useOverlay();
  const [marked, setMarked] = useState<TimeSpan>();
  const [looping, setLooping] = useState(true);
  const take = shown === 'result' ? selected : undefined;
  useLooping(marked, looping);

  return (
    <div className="workbench" data-testid={take ? 'result' : 'source'}>
      <div className="stage-bar">
        <PlayButton />
        <Clock />
        {selected && <Switch shown={shown} />}
        <span className="gap" />
        {take && <ResultButtons take={take} />}
      </div>
      <Screen url={pictureOf(studio.blobs, source, take)} label={take ? t.theResult : t.theOriginal} />
      <div className="caption">
        <div>
          <p className="file-name">{source.name}</p>
          <p className="file-facts">
            {take ? `${taskName(take.recipe.task)} · ${formatSeconds(take.recipe.duration)}` : formatMedia(source.info)}
          </p>
        </div>
        <Volume />
        <div className="caption-buttons">
          {take && <MoreFormats take={take} />}
          <button type="button" className="button small" onClick={openPicker}>
            {t.chooseAnother}
          </button>
        </div>
      </div>
      <Notices notices={source.info.notices ?? []} label={t.notes} />
      <FailurePanel during="export" />
      <FailurePanel during="keep" />
      <RecipeNote />
      <TakesPanel />
      <SoundBench source={source} take={take} marked={marked} onMark={setMarked} looping={looping} onLoop={setLooping}>
        {source.info.video && take?.media.task !== 'a2v' && <PerformPanel source={source} marked={marked} />}
      </SoundBench>
      {take && overlay === 'share' && (
        <Later>
          <ShareDialog take={take} marked={marked} onClose={closeOverlay} />
        </Later>
      )}
      {take && (
        <>
          <Notices notices={take.notices} label={t.notes} />
          <ResultFacts take={take} />
        </>
      )}
    </div>
  );
}

/** A sound is played under the picture of its file, a clip is a picture of its own. */
function pictureOf(blobs: BlobRegistry, source: Source, take: Take | undefined): string | undefined {
  if (take?.media.task === 'a2v') return blobs.url(take.media.clip);
  return source.info.video ? blobs.url(source.blob) : undefined;
}

function Switch({ shown }: { readonly shown: 'source' | 'result' }) {
  const t = useTexts(stageText);
  const studio = useStudio();
  return (
    <div className="segmented" role="group" aria-label={t.show}>
      <button type="button" aria-pressed={shown === 'source'} onClick={() => studio.show('source')}>
        {t.original}
      </button>
      <button type="button" aria-pressed={shown === 'result'} onClick={() => studio.show('result')}>
        {t.result}
      </button>
    </div>
  );
}
