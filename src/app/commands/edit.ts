/** Taking back what was changed, and making it again. */
import type { Command } from './registry.ts';

export const editCommands: readonly Command[] = [
  {
    id: 'edit.undo',
    group: 'edit',
    title: { en: 'Undo', ko: '되돌리기' },
    keys: ['Mod+Z'],
    enabled: () => true,
    run: (studio) => studio.undo(),
  },
  {
    id: 'edit.redo',
    group: 'edit',
    title: { en: 'Redo', ko: '다시 하기' },
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    enabled: () => true,
    run: (studio) => studio.redo(),
  },
];
