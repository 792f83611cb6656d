/** What the page as a whole listens to and shows: keys, pasted files, the tab's title. */
import { useEffect } from 'react';
import { share } from '../state/progress.ts';
import type { Job } from '../state/types.ts';
import type { Language } from '../text/language.ts';
import { progressText } from '../text/progress.ts';
import { formatPercent, stageName } from './format.ts';
import { useLanguage } from './language.ts';
import { useStudio, useStudioState } from './studio-context.ts';

export function useEscape(): void {
  const studio = useStudio();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) studio.cancel();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [studio]);
}

/** 1 to 9 put a take on the stage, 0 the original: eyes and ears stay on the picture while the hand compares. */
export function useTakeKeys(): void {
  const studio = useStudio();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !/^\d$/.test(event.key)) return;
      if (event.target instanceof HTMLElement && event.target.matches('input, textarea, select')) return;
      const { takes, result } = studio.store.getState();
      const take = takes[Number(event.key) - 1];
      if (event.key === '0' && result) studio.show('source');
      else if (take) studio.selectTake(take.blob);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [studio]);
}

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
  const job = useStudioState((state) => state.job);
  const language = useLanguage();
  useEffect(() => {
    document.title = titleOf(job, language);
  }, [job, language]);
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
