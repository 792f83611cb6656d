/** Commands that bring a file in and put it away; the file picker belongs to the page, which registers them. */
import type { Command } from './registry.ts';

export function fileCommands(openPicker: () => void): readonly Command[] {
  return [
    {
      id: 'file.open',
      group: 'file',
      title: { en: 'Choose a file', ko: '파일 고르기' },
      keys: ['Mod+O'],
      whileTyping: true,
      enabled: ({ job }) => job.phase === 'idle',
      run: openPicker,
    },
    {
      id: 'file.close',
      group: 'file',
      title: { en: 'Back to the start', ko: '처음 화면으로' },
      keys: [],
      enabled: ({ job, input }) => job.phase === 'idle' && input.phase !== 'empty',
      run: (studio) => studio.closeFile(),
    },
  ];
}
