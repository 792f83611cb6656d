/** Commands in React: properties for a button, the one listener for keys, and commands that live with a component. */
import { useEffect } from 'react';
import { useStudio, useStudioState } from '../page/studio-context.ts';
import { useLanguage } from '../page/language.ts';
import { chordAria, chordLabel, chordOf, isMac } from './keys.ts';
import { register, registered, useCommands, type Command } from './registry.ts';

export interface CommandProps {
  readonly type: 'button';
  readonly onClick: () => void;
  readonly disabled: boolean;
  readonly title: string | undefined;
  readonly 'aria-keyshortcuts': string | undefined;
}

/** What a button of the command needs; its words are the button's own. Disabled while there is no such command. */
export function useCommand(id: string): CommandProps {
  const studio = useStudio();
  const language = useLanguage();
  const command = useCommands().find((known) => known.id === id);
  const enabled = useStudioState((state) => command?.enabled(state) ?? false);
  const mac = isMac();
  const [chord] = command?.keys ?? [];
  return {
    type: 'button',
    onClick: () => command?.run(studio),
    disabled: !enabled,
    title: command && (chord ? `${command.title[language]} (${chordLabel(chord, mac)})` : command.title[language]),
    'aria-keyshortcuts':
      command && command.keys.length > 0 ? command.keys.map((key) => chordAria(key, mac)).join(' ') : undefined,
  };
}

/** Commands that need something of the component, there as long as it is. Give it a list that stays the same. */
export function useRegister(commands: readonly Command[]): void {
  useEffect(() => register(commands), [commands]);
}

/** The one listener: finds the command of a key and runs it, unless the key belongs to what has the focus. */
export function useCommandKeys(): void {
  const studio = useStudio();
  useEffect(() => {
    const mac = isMac();
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      // A dialog has its own keys; Escape closes it and nothing behind it.
      if (document.querySelector('dialog[open]')) return;
      const chord = chordOf(event, mac);
      const command = registered().find(({ keys }) => keys.includes(chord));
      if (!command?.enabled(studio.store.getState())) return;
      if (event.target instanceof Element && belongsTo(event.target, chord, command)) return;
      event.preventDefault();
      command.run(studio);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [studio]);
}

const TYPED =
  'textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range], [type=file])';
const PRESSED = 'button, a[href], summary, video, audio, input, [role=button]';
const STEERED = 'input, video, audio, [role=slider], [role=listbox]';

/** Whether the focused element needs the key itself. */
function belongsTo(target: Element, chord: string, { whileTyping = false }: Command): boolean {
  if (target.closest(TYPED)) return !whileTyping;
  if (chord === 'Space' || chord === 'Enter') return target.closest(PRESSED) !== null;
  if (/^(Shift\+)?(Arrow|Home|End|Page)/.test(chord)) return target.closest(STEERED) !== null;
  return false;
}
