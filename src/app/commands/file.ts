/** Commands that bring a file in; the file picker belongs to the page, which registers them. */
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
  ];
}
