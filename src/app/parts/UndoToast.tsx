import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { takesText } from '../../text/takes.ts';
import { useTexts } from '../page/language.ts';
import { useStudio } from '../page/studio-context.ts';

/** Seconds that it stays. */
const STAYS = 8;

/** Offers the way back right after a take was discarded. */
export function UndoToast() {
  const t = useTexts(takesText);
  const studio = useStudio();
  const last = useStore(studio.undoStore, (state) => state.undo);
  const [shown, setShown] = useState(false);
  useEffect(
    () =>
      studio.undoStore.subscribe((state, before) => {
        setShown(state.undo === 'discard' && state.redo === undefined && state !== before);
      }),
    [studio],
  );
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setShown(false), STAYS * 1000);
    return () => clearTimeout(timer);
  }, [shown]);
  if (!shown || last !== 'discard') return null;
  return (
    <div className="toast" role="status">
      <span>{t.discarded}</span>
      <button type="button" className="button small" onClick={() => studio.undo()}>
        {t.undo}
      </button>
    </div>
  );
}
