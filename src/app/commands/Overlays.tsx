import { lazy } from 'react';
import { Later } from '../parts/Later.tsx';
import { closeOverlay, useOverlay } from './overlays.ts';

const CommandPalette = lazy(() => import('./CommandPalette.tsx'));
const HistoryDialog = lazy(() => import('../history/HistoryDialog.tsx'));
const ShortcutSheet = lazy(() => import('./ShortcutSheet.tsx'));

/** The dialog that is open over the page, if any; fetched when it is first opened. */
export function Overlays() {
  const open = useOverlay();
  // One boundary each: within a common one, a dialog that was closed would stay until the next one has come.
  return (
    <>
      {open === 'shortcuts' && (
        <Later>
          <ShortcutSheet onClose={closeOverlay} />
        </Later>
      )}
      {open === 'history' && (
        <Later>
          <HistoryDialog onClose={closeOverlay} />
        </Later>
      )}
      {open === 'palette' && (
        <Later>
          <CommandPalette onClose={closeOverlay} />
        </Later>
      )}
    </>
  );
}
