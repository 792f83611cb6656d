import { settingsText } from '../../text/settings.ts';
import { useTexts } from '../page/language.ts';
import { setPlayFirst, usePlayFirst } from '../page/play-first.ts';

export function PlayFirstField() {
  const t = useTexts(settingsText);
  const wanted = usePlayFirst();
  return (
    <label className="check">
      <input type="checkbox" checked={wanted} onChange={({ target }) => setPlayFirst(target.checked)} />
      {t.playFirst}
    </label>
  );
}
