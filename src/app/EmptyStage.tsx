import { startText } from '../text/start.ts';
import { FilmIcon, WaveIcon } from './icons.tsx';
import { useTexts } from './language.ts';
import { Samples } from './Samples.tsx';

export function EmptyStage({ openPicker }: { readonly openPicker: () => void }) {
  const t = useTexts(startText);
  return (
    <>
      <div className="drop-zone">
        <div className="drop-icons">
          <FilmIcon size={34} />
          <WaveIcon size={34} />
        </div>
        <p className="drop-title">{t.dropTitle}</p>
        <p className="drop-help">{t.dropHelp}</p>
        <button type="button" className="button primary" onClick={openPicker}>
          {t.chooseFile}
        </button>
        <p className="drop-formats">{t.formats}</p>
      </div>
      <Samples />
    </>
  );
}
