import { useStore } from 'zustand';
import { timelineText } from '../../text/timeline.ts';
import { useCommand } from '../commands/use-command.ts';
import { useTexts } from '../page/language.ts';
import { useStudio } from '../page/studio-context.ts';
import { RedoSign, UndoSign } from '../timeline/icons.tsx';

/** Undo and redo where edits are made; each is disabled while there is nothing to take back or to make again. */
export function UndoButtons() {
  const t = useTexts(timelineText);
  const { undoStore } = useStudio();
  const canUndo = useStore(undoStore, (state) => state.undo !== undefined);
  const canRedo = useStore(undoStore, (state) => state.redo !== undefined);
  const undo = useCommand('edit.undo');
  const redo = useCommand('edit.redo');
  return (
    <span className="timeline-undo" role="group" aria-label={t.changes}>
      <button {...undo} className="icon-button" aria-label={t.undo} disabled={undo.disabled || !canUndo}>
        <UndoSign />
      </button>
      <button {...redo} className="icon-button" aria-label={t.redo} disabled={redo.disabled || !canRedo}>
        <RedoSign />
      </button>
    </span>
  );
}
