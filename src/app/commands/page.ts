/** Commands of the page itself. */
import { LANGUAGES } from '../../text/language.ts';
import { currentLanguage, setLanguage } from '../page/language.ts';
import { nextTheme, setTheme } from '../page/theme.ts';
import { openOverlay } from './overlays.ts';
import type { Command } from './registry.ts';

const always = () => true;

export const pageCommands: readonly Command[] = [
  {
    id: 'page.shortcuts',
    group: 'page',
    title: { en: 'Keyboard shortcuts', ko: '키보드 단축키' },
    keys: ['?'],
    enabled: always,
    run: () => openOverlay('shortcuts'),
  },
  {
    id: 'page.palette',
    group: 'page',
    title: { en: 'Find an action', ko: '동작 찾기' },
    keys: ['Mod+K'],
    whileTyping: true,
    enabled: always,
    run: () => openOverlay('palette'),
  },
  {
    id: 'page.prompt',
    group: 'page',
    title: { en: 'Go to the prompt', ko: '프롬프트로 가기' },
    keys: ['/'],
    enabled: always,
    run: () => document.getElementById('prompt')?.focus(),
  },
  {
    id: 'page.history',
    group: 'page',
    title: { en: 'Your history', ko: '이 기기에서 만든 것' },
    keys: ['H'],
    enabled: always,
    run: () => openOverlay('history'),
  },
  {
    id: 'page.theme',
    group: 'page',
    title: { en: 'Switch theme', ko: '테마 바꾸기' },
    keys: ['Shift+D'],
    enabled: always,
    run: () => setTheme(nextTheme()),
  },
  {
    id: 'page.language',
    group: 'page',
    title: { en: 'Switch language', ko: '언어 바꾸기' },
    keys: ['Shift+L'],
    enabled: always,
    run() {
      const next = LANGUAGES[(LANGUAGES.indexOf(currentLanguage()) + 1) % LANGUAGES.length];
      if (next) setLanguage(next);
    },
  },
];
