import { CommandPalette } from './CommandPalette.tsx';
import { closeOverlay, useOverlay } from './overlays.ts';
import { HistoryDialog } from '../history/HistoryDialog.tsx';
import { ShortcutSheet } from './ShortcutSheet.tsx';

/** The dialog that is open over the page, if any. */
export function Overlays() {
  const open = useOverlay();
  if (open === 'shortcuts') return <ShortcutSheet onClose={closeOverlay} />;
  if (open === 'history') return <HistoryDialog onClose={closeOverlay} />;
  if (open === 'palette') return <CommandPalette onClose={closeOverlay} />;
  return null;
}
