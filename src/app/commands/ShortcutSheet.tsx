import { Fragment } from 'react';
import { commandsText } from '../../text/commands.ts';
import { chordLabel, isMac } from './keys.ts';
import { COMMAND_GROUPS, useCommands } from './registry.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { useLanguage, useTexts } from '../page/language.ts';

/** Every command with a key, as they are registered now. */
export default function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(commandsText);
  const language = useLanguage();
  const commands = useCommands().filter(({ keys, localKeys = [] }) => keys.length + localKeys.length > 0);
  const mac = isMac();
  return (
    <Dialog title={t.shortcuts} onClose={onClose} className="shortcuts">
      <p className="help">{t.shortcutsHelp}</p>
      <div className="shortcut-groups">
        {COMMAND_GROUPS.filter((group) => commands.some((command) => command.group === group)).map((group) => (
          <section key={group} aria-label={t[group]}>
            <h3>{t[group]}</h3>
            <dl>
              {commands
                .filter((command) => command.group === group)
                .map(({ id, title, keys, localKeys = [] }) => (
                  <div key={id}>
                    <dt>{title[language]}</dt>
                    <dd>
                      {[...keys, ...localKeys].map((chord, index) => (
                        <Fragment key={chord}>
                          {index > 0 && ` ${t.or} `}
                          <kbd>{chordLabel(chord, mac)}</kbd>
                        </Fragment>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
