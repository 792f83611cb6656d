import { lazy, useEffect } from 'react';
import { openSource } from '../../state/services/queries.ts';
import { stageText } from '../../text/stage.ts';
import { EmptyStage } from '../start/EmptyStage.tsx';
import { Later } from '../parts/Later.tsx';
import { useTexts } from '../page/language.ts';
import { useStudioState } from '../page/studio-context.ts';
import { OpeningStage } from './OpeningStage.tsx';

const loadWorkbench = () => import('./Workbench.tsx');
const Workbench = lazy(loadWorkbench);

/** The large area: the drop zone, or the open file with what was made of it. */
export function Stage({ openPicker }: { readonly openPicker: () => void }) {
  const t = useTexts(stageText);
  const input = useStudioState((state) => state.input);
  const source = useStudioState(openSource);
  const opening = input.phase === 'opening' ? input : undefined;
  useEffect(() => {
    // Beside the opening. Should it fail, rendering the workbench asks again and says so.
    if (opening) loadWorkbench().catch(() => undefined);
  }, [opening]);
  return (
    <div id="stage" className="stage">
      {opening?.previous && <p className="opening over">{t.opening(opening.name)}</p>}
      {opening && !opening.previous && <OpeningStage key={opening.file} name={opening.name} file={opening.file} />}
      {source ? (
        <Later meanwhile={<OpeningStage name={source.name} file={source.blob} />}>
          <Workbench key={source.blob} source={source} openPicker={openPicker} />
        </Later>
      ) : (
        input.phase === 'empty' && <EmptyStage />
      )}
    </div>
  );
}
