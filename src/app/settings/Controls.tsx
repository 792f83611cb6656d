import { pageText } from '../../text/page.ts';
import { AdvancedFields } from './AdvancedFields.tsx';
import { FailurePanel } from '../parts/FailurePanel.tsx';
import { JobPanel } from './JobPanel.tsx';
import { useTexts } from '../page/language.ts';
import { ModelNote } from './ModelNote.tsx';
import { MoreOptions } from './MoreOptions.tsx';
import { PlayFirstField } from './PlayFirstField.tsx';
import { AvoidFields, PromptFields } from './PromptFields.tsx';
import { QuickBar } from './QuickBar.tsx';
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
      <MoreOptions>
        <TakesField />
        <AvoidFields />
        <StepPresetField />
        <SeedField />
        <PlayFirstField />
        <AdvancedFields />
      </MoreOptions>
      <ModelNote />
      <div className="action">
        <FailurePanel during="generate" />
        <div className="action-row">
          <QuickBar />
          <JobPanel />
        </div>
      </div>
    </section>
  );
}
