import { BOUNDS, parseBounded, samplerChoice } from '../state/draft.ts';
import type { SamplerChoice } from '../state/types.ts';
import { NumberField } from './NumberField.tsx';
import { useStudio, useStudioState } from './studio-context.ts';

/** Steps and guidance, starting from what the pack recommends for the task. */
export function AdvancedFields() {
  const studio = useStudio();
  const pack = useStudioState((state) => state.pack);
  const task = useStudioState((state) => state.task);
  const draft = useStudioState((state) => state.draft);
  if (pack.phase !== 'known') return null;
  const choice = samplerChoice(pack.manifest, task, draft);
  const changed = Object.keys(draft.sampler[task]).length > 0;

  const field = (name: keyof SamplerChoice, label: string, help: string) => (
    <NumberField
      // The text being typed belongs to one task's field.
      key={`${task}-${name}`}
      label={label}
      help={help}
      value={choice[name]}
      {...BOUNDS[name]}
      parse={(text) => parseBounded(text, name)}
      onChange={(value) => studio.setSampler({ [name]: value })}
    />
  );

  return (
    <details className="advanced">
      <summary>Advanced</summary>
      <div className="advanced-fields">
        {field('steps', 'Steps', 'More steps take longer and refine.')}
        {field(
          'guidanceAv',
          task === 'v2a' ? 'Follow the picture' : 'Follow the sound',
          'Higher holds on more tightly.',
        )}
        {field('guidanceText', 'Follow the words', 'Higher takes the prompt more literally.')}
        {changed && (
          <button type="button" className="button small" onClick={() => studio.resetSampler()}>
            Back to the model’s own values
          </button>
        )}
      </div>
    </details>
  );
}
