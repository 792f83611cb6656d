/** What the page as a whole listens to and shows: pasted files, the tab's title. */
import { useEffect } from 'react';
import { share } from '../../state/generate/progress.ts';
import type { Job, StudioState } from '../../state/types.ts';
import type { Language } from '../../text/language.ts';
import { progressText } from '../../text/progress.ts';
import { formatPercent, stageName } from './format.ts';
import { useLanguage } from './language.ts';
import { useStudio } from './studio-context.ts';

export function usePasteAnywhere(receive: (files: readonly File[]) => void): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length > 0) receive(files);
    };
    window.addEventListener('paste', onPaste);
    return () => window.removeEventListener('paste', onPaste);
  }, [receive]);
}

const NAME = 'AV-Link Studio';

/** The title tells how far the work is, for whoever waits in another tab. */
export function usePageTitle(): void {
  const { store } = useStudio();
  const language = useLanguage();
  useEffect(() => {
    // Not by rendering: the page would be rendered as a whole, at every step of the work.
    const show = ({ job }: StudioState) => {
      const title = titleOf(job, language);
      // The browser is told of every title that is set, also of the same.
      if (document.title !== title) document.title = title;
    };
    show(store.getState());
    return store.subscribe((state, before) => {
      if (state.job !== before.job) show(state);
    });
  }, [store, language]);
}

function titleOf(job: Job, language: Language): string {
  switch (job.phase) {
    case 'idle':
      return NAME;
    case 'cancelling':
      return `${progressText[language].stopping} – ${NAME}`;
    case 'running': {
      const done = share(job.progress);
      const percent = done === undefined ? '' : ` ${formatPercent(done, language)}`;
      return `${stageName(job.stage, job.task, language)}${percent} – ${NAME}`;
    }
  }
}
