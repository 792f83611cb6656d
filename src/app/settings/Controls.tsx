import { pageText } from '../../text/page.ts';
import { AdvancedFields } from './AdvancedFields.tsx';
import { FailurePanel } from '../parts/FailurePanel.tsx';
import { JobPanel } from './JobPanel.tsx';
import { useTexts } from '../page/language.ts';
import { ModelNote } from './ModelNote.tsx';
import { PromptFields } from './PromptFields.tsx';
import { StepPresetField } from './StepPresetField.tsx';
import { SeedField } from './SeedField.tsx';
import { TakesField } from './TakesField.tsx';
import { TaskSwitch } from './TaskSwitch.tsx';

/** What is made and how, and the button that makes it. */
export function Controls() {
  const t = useTexts(pageText);
  return (
    <section className="controls" aria-label={t.settings}>
      <TaskSwitch />
      <PromptFields />
      <StepPresetField />
      <TakesField />
      <SeedField />
      <AdvancedFields />
      <ModelNote />
      <div className="action">
        <FailurePanel during="generate" />
        <JobPanel />
      </div>
    </section>
  );
}
