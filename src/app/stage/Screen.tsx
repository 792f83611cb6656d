import { useEffect } from 'react';
import { stageText } from '../../text/stage.ts';
import { WaveIcon } from '../parts/icons.tsx';
import { useTexts } from '../page/language.ts';
import { PlayerPicture } from '../player/PlayerPicture.tsx';
import { usePlayerState } from '../player/use-player.ts';
import { useStudio } from '../page/studio-context.ts';

interface ScreenProps {
  /** Of a video file; undefined where there is no picture. */
  readonly url: string | undefined;
  readonly label: string;
}

/** The picture of the page's player, or what stands in for it. */
export function Screen({ url, label }: ScreenProps) {
  const t = useTexts(stageText);
  const { player } = useStudio();
  const failed = usePlayerState(player, (state) => state.picture === 'failed');
  // Without a picture the player keeps time by itself.
  useEffect(() => {
    if (url === undefined) player.attach(undefined);
  }, [player, url]);
  if (url === undefined) {
    return (
      <div className="screen sound-screen">
        <WaveIcon size={56} />
        <p>{t.onlySound}</p>
      </div>
    );
  }
  return (
    <div className="screen-frame">
      <PlayerPicture player={player} url={url} label={label} />
      {failed && <p className="screen-note">{t.unplayable}</p>}
    </div>
  );
}
