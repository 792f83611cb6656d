import { openSource, selectedTake } from '../../state/services/queries.ts';
import { exportText } from '../../text/export.ts';
import { stageText } from '../../text/stage.ts';
import { useCommand } from '../commands/use-command.ts';
import { DownloadIcon, PauseIcon, PlayIcon, ShareIcon } from '../parts/icons.tsx';
import { useTexts } from '../page/language.ts';
import { usePlayerState } from '../player/use-player.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';

/** Play, share and download at the lower edge of a phone, where the thumb is; the styles show it there alone. */
export function QuickBar() {
  const t = useTexts(stageText);
  const words = useTexts(exportText);
  const { player } = useStudio();
  const playing = usePlayerState(player, (state) => state.phase === 'playing');
  const open = useStudioState((state) => openSource(state) !== undefined);
  const take = useStudioState((state) => (state.shown === 'result' ? selectedTake(state)?.id : undefined));
  const writing = useStudioState((state) => state.exporting.phase === 'running');
  const toggle = useCommand('player.toggle');
  const share = useCommand('takes.share');
  const download = useCommand('takes.download');
  if (!open) return null;
  return (
    <div className="quick-bar">
      <button {...toggle} className="icon-button play" aria-label={playing ? t.pause : t.play}>
        {playing ? <PauseIcon /> : <PlayIcon />}
      </button>
      {take !== undefined && (
        <>
          <button {...share} className="icon-button framed" aria-label={words.shareLink}>
            <ShareIcon />
          </button>
          <button
            {...download}
            className="icon-button framed"
            aria-label={writing ? words.writing : words.downloadMp4}
            disabled={writing || download.disabled}
          >
            <DownloadIcon />
          </button>
        </>
      )}
    </div>
  );
}
