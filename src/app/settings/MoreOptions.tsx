import type { ReactNode } from 'react';
import { settingsText } from '../../text/settings.ts';
import { useDisclosure } from '../page/disclosure.ts';
import { useTexts } from '../page/language.ts';

/** What most people never need, folded away until it is wanted; stays as it was left. */
export function MoreOptions({ children }: { readonly children: ReactNode }) {
  const t = useTexts(settingsText);
  const [open, toggle] = useDisclosure('more-options', false);
  return (
    <details
      className="more-options"
      open={open}
      // Opening it from the state is told as well.
      onToggle={({ currentTarget }) => currentTarget.open !== open && toggle()}
    >
      <summary>{t.moreOptions}</summary>
      <div className="more-fields">{children}</div>
    </details>
  );
}
