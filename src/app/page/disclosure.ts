/** Parts of the page that can be folded away. */
import { useState } from 'react';
import { recall, remember } from './remembered.ts';

/** One column, as on a phone: what is folded away there need not be scrolled past. Matches the styles. */
const ONE_COLUMN = '(max-width: 920px)';

/** Whether a part is open, as the person left it; without `atFirst`, at first where there is room. */
export function useDisclosure(name: string, atFirst?: boolean): readonly [open: boolean, toggle: () => void] {
  const key = `open-${name}`;
  const [open, setOpen] = useState(() => {
    const kept = recall(key);
    return kept === undefined ? (atFirst ?? !window.matchMedia(ONE_COLUMN).matches) : kept === 'yes';
  });
  const toggle = () => {
    remember(key, open ? 'no' : 'yes');
    setOpen(!open);
  };
  return [open, toggle];
}
