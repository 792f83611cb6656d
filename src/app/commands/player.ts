/** Commands of the player on the stage. */
import type { StudioState } from '../../state/types.ts';
import type { Command } from './registry.ts';

const playable = ({ input }: StudioState) => input.phase === 'ready';
/** Seconds that an arrow moves. */
const STEP = 1;

export const playerCommands: readonly Command[] = [
  {
    id: 'player.toggle',
    group: 'player',
    title: { en: 'Play or pause', ko: '재생 또는 일시정지' },
    keys: ['Space'],
    enabled: playable,
    run: ({ player }) => player.toggle(),
  },
  {
    id: 'player.mute',
    group: 'player',
    title: { en: 'Mute or unmute', ko: '음소거 켜기 또는 끄기' },
    keys: ['M'],
    enabled: playable,
    run: ({ player }) => player.setMuted(!player.getState().muted),
  },
  {
    id: 'player.start',
    group: 'player',
    title: { en: 'Back to the start', ko: '처음으로' },
    keys: ['Home'],
    enabled: playable,
    run: ({ player }) => player.seek(0),
  },
  {
    id: 'player.back',
    group: 'player',
    title: { en: 'A second back', ko: '1초 뒤로' },
    keys: ['Shift+ArrowLeft'],
    enabled: playable,
    run: ({ player }) => player.seek(player.time() - STEP),
  },
  {
    id: 'player.forward',
    group: 'player',
    title: { en: 'A second on', ko: '1초 앞으로' },
    keys: ['Shift+ArrowRight'],
    enabled: playable,
    run: ({ player }) => player.seek(player.time() + STEP),
  },
];
