import { useId, useState, type KeyboardEvent } from 'react';
import { commandsText } from '../../text/commands.ts';
import { chordLabel, isMac } from './keys.ts';
import { useCommands, type Command } from './registry.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { useLanguage, useTexts } from '../page/language.ts';
import { useStudio } from '../page/studio-context.ts';

/** Everything that can be done now, found by its name in either language. */
export default function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(commandsText);
  const language = useLanguage();
  const studio = useStudio();
  const id = useId();
  const [wanted, setWanted] = useState('');
  const [chosen, setChosen] = useState(0);
  const state = studio.store.getState();
  const found = useCommands().filter(
    (command) => command.id !== 'page.palette' && command.enabled(state) && matches(command, wanted),
  );
  const active = Math.min(chosen, found.length - 1);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    // The dialog gives the focus back first; a command may move it.
    setTimeout(() => command.run(studio));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) setChosen((active + step + found.length) % found.length);
    else if (event.key === 'Enter') run(found[active]);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title={t.palette} onClose={onClose} className="palette">
      <input
        type="search"
        role="combobox"
        aria-label={t.palette}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        placeholder={t.paletteHint}
        autoComplete="off"
        data-first-focus
        value={wanted}
        onChange={(event) => {
          setWanted(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={t.palette}>
        {found.map((command, index) => (
          <li
            key={command.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            onClick={() => run(command)}
            ref={(item) => {
              if (index === active) item?.scrollIntoView({ block: 'nearest' });
            }}
          >
            <span>{command.title[language]}</span>
            {command.keys[0] && <kbd>{chordLabel(command.keys[0], isMac())}</kbd>}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p role="status">{t.nothingFound}</p>}
    </Dialog>
  );
}

/** Every word of the wish begins somewhere in the name; Korean and English are both understood. */
function matches({ title }: Command, wanted: string): boolean {
  const name = `${title.en} ${title.ko}`.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.includes(word));
}
