import { useEffect, useRef, type ReactNode } from 'react';
import { commandsText } from '../../text/commands.ts';
import { CloseIcon } from './icons.tsx';
import { useTexts } from '../page/language.ts';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A modal of the browser's own: it keeps the focus, closes with Escape and gives the focus back. */
export function Dialog({ title, onClose, children, className = '' }: DialogProps) {
  const t = useTexts(commandsText);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    if (shown && !shown.open) shown.showModal();
    // React focuses by itself before the dialog is shown, which then moves the focus to its first button.
    shown?.querySelector<HTMLElement>('[data-first-focus]')?.focus();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      aria-label={title}
      onClose={onClose}
      // Only the backdrop is the dialog itself: everything inside is covered by its content.
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div className="dialog-content">
        <div className="dialog-head">
          <h2>{title}</h2>
          <button type="button" className="icon-button" aria-label={t.close} onClick={onClose}>
            <CloseIcon />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
