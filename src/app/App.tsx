import { useCallback, useEffect, useMemo } from 'react';
import { useDropzone } from 'react-dropzone';
import { pageText } from '../text/page.ts';
import { BatchSection } from './batch/BatchSection.tsx';
import { bringFile, holdHits } from './perform/bring.ts';
import { fileCommands } from './commands/file.ts';
import { useCommandKeys, useRegister } from './commands/use-command.ts';
import { Controls } from './settings/Controls.tsx';
import { FailurePanel } from './parts/FailurePanel.tsx';
import { Header } from './Header.tsx';
import { useTexts } from './page/language.ts';
import { LiveRegion } from './parts/LiveRegion.tsx';
import { OfferedFiles } from './start/OfferedFiles.tsx';
import { Overlays } from './commands/Overlays.tsx';
import { Stage } from './stage/Stage.tsx';
import { useStudio, useStudioState } from './page/studio-context.ts';
import { UpdateNotice } from './parts/UpdateNotice.tsx';
import { usePageTitle, usePasteAnywhere } from './page/page-hooks.ts';
import { usePlayingFirst } from './page/play-first.ts';
import { UndoToast } from './parts/UndoToast.tsx';

/** What file pickers show first; anything can still be dropped, and the decoder decides. */
const ACCEPT = 'video/*,audio/*,.mkv,.avi,.mov,.ts,.flac,.m4a,.opus';

export function App() {
  // Read here, at the root: numbers written by format.ts follow a change of language with everything below.
  const t = useTexts(pageText);
  const studio = useStudio();
  const receive = useCallback((files: readonly File[]) => void studio.receive(files), [studio]);
  // The whole page takes drops: a file that misses the marked area must not replace the page.
  const drop = useCallback(
    (files: readonly File[], _refused: unknown, event: { readonly target: EventTarget | null } | undefined) => {
      const [file] = files;
      if (file && holdHits(studio, files, event?.target ?? null)) void bringFile(studio, file);
      else receive(files);
    },
    [studio, receive],
  );
  const zone = useDropzone({ onDrop: drop, noClick: true, noKeyboard: true, noPaste: true });
  usePasteAnywhere(receive);
  useCommandKeys();
  const { open } = zone;
  useRegister(useMemo(() => fileCommands(open), [open]));
  usePageTitle();
  useScrollToResult();
  usePlayingFirst();

  return (
    <div {...zone.getRootProps({ className: 'page', role: undefined, tabIndex: undefined })}>
      <Header />
      <main className="workspace">
        <section className="stage-column" aria-label={t.stage}>
          <input
            {...zone.getInputProps({
              id: 'file',
              className: 'picker',
              accept: ACCEPT,
              'aria-label': t.chooseMedia,
              tabIndex: -1,
            })}
          />
          <UpdateNotice />
          <FailurePanel during="open" />
          <OfferedFiles />
          <BatchSection accept={ACCEPT} />
          <Stage openPicker={zone.open} />
        </section>
        <Controls />
      </main>
      <footer className="page-foot">
        <p>{t.privacyLong}</p>
      </footer>
      <LiveRegion />
      <Overlays />
      <UndoToast />
      {zone.isDragActive && (
        <div className="drop-veil" aria-hidden="true">
          <p>{t.dropAnywhere}</p>
        </div>
      )}
    </div>
  );
}

/** On narrow screens the result lies above the button that made it. */
function useScrollToResult() {
  const take = useStudioState((state) => state.selected);
  useEffect(() => {
    if (take === undefined) return;
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    document.getElementById('stage')?.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' });
  }, [take]);
}
