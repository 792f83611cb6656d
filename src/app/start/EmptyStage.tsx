import { pageText } from '../../text/page.ts';
import { startText } from '../../text/start.ts';
import { chordLabel, isMac } from '../commands/keys.ts';
import { useCommand } from '../commands/use-command.ts';
import { FilmIcon, ShieldIcon, WaveIcon } from '../parts/icons.tsx';
import { useTexts } from '../page/language.ts';
import { Samples } from './Samples.tsx';
import { ThisDevice } from './ThisDevice.tsx';

/** The first screen: what the app does, where a file goes, what to try, and what this device will make of it. */
export function EmptyStage() {
  const t = useTexts(startText);
  const page = useTexts(pageText);
  const open = useCommand('file.open');
  return (
    <>
      <div className="drop-zone">
        <div className="drop-icons">
          <FilmIcon size={34} />
          <WaveIcon size={34} />
        </div>
        <p className="drop-title">{t.dropTitle}</p>
        <p className="drop-help">{t.dropHelp}</p>
        <button {...open} className="button primary">
          {t.chooseFile}
        </button>
        <p className="drop-paste">
          {t.paste} <kbd>{chordLabel('Mod+V', isMac())}</kbd>
        </p>
        <p className="drop-formats">{t.formats}</p>
        <p className="drop-privacy">
          <ShieldIcon />
          <span>{page.privacyShort}</span>
        </p>
      </div>
      <Samples />
      <ThisDevice />
    </>
  );
}
