import type { Source } from '../state/types.ts';
import { EmptyStage } from './EmptyStage.tsx';
import { ResultView } from './ResultView.tsx';
import { SourcePreview } from './SourcePreview.tsx';
import { useStudio, useStudioState } from './studio-context.ts';

/** The large area: the drop zone, the file, or what was made of it. */
export function Stage({ openPicker }: { readonly openPicker: () => void }) {
  const input = useStudioState((state) => state.input);
  const result = useStudioState((state) => state.result);
  const shown = useStudioState((state) => state.shown);
  const source = sourceOf(input);

  return (
    <div id="stage" className="stage">
      {result && source && (
        <div className="stage-bar">
          <Switch shown={shown} />
          <ChooseAnother openPicker={openPicker} />
        </div>
      )}
      {input.phase === 'opening' && <p className="opening">Opening {input.name} …</p>}
      {result && (shown === 'result' || !source) ? (
        <ResultView result={result} />
      ) : source ? (
        <SourcePreview source={source}>{!result && <ChooseAnother openPicker={openPicker} />}</SourcePreview>
      ) : (
        input.phase === 'empty' && <EmptyStage openPicker={openPicker} />
      )}
    </div>
  );
}

function sourceOf(input: ReturnType<ReturnType<typeof useStudio>['store']['getState']>['input']): Source | undefined {
  return input.phase === 'ready' ? input.source : input.phase === 'opening' ? input.previous : undefined;
}

function ChooseAnother({ openPicker }: { readonly openPicker: () => void }) {
  return (
    <button type="button" className="button small" onClick={openPicker}>
      Choose another
    </button>
  );
}

function Switch({ shown }: { readonly shown: 'source' | 'result' }) {
  const studio = useStudio();
  return (
    <div className="segmented" role="group" aria-label="Show">
      <button type="button" aria-pressed={shown === 'source'} onClick={() => studio.show('source')}>
        Original
      </button>
      <button type="button" aria-pressed={shown === 'result'} onClick={() => studio.show('result')}>
        Result
      </button>
    </div>
  );
}
