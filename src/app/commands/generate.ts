/** Commands around one generation. */
import { canGenerate } from '../../state/start/task-fit.ts';
import type { Command } from './registry.ts';

export const generateCommands: readonly Command[] = [
  {
    id: 'generate.start',
    group: 'generate',
    title: { en: 'Generate', ko: '만들기' },
    keys: ['Mod+Enter'],
    whileTyping: true,
    enabled: (state) => state.job.phase === 'idle' && canGenerate(state),
    run: (studio) => void studio.generate(),
  },
  {
    id: 'generate.cancel',
    group: 'generate',
    title: { en: 'Cancel', ko: '취소' },
    keys: ['Escape'],
    whileTyping: true,
    enabled: ({ job, input }) => job.phase === 'running' || input.phase === 'opening',
    run: (studio) => studio.cancel(),
  },
  {
    id: 'generate.task',
    group: 'generate',
    title: { en: 'Switch between sound and clip', ko: '소리와 영상 중 만들 것 바꾸기' },
    keys: ['T'],
    enabled: ({ job }) => job.phase === 'idle',
    run: (studio) => studio.setTask(studio.store.getState().task === 'v2a' ? 'a2v' : 'v2a'),
  },
  {
    id: 'generate.roll',
    group: 'generate',
    title: { en: 'Roll a new seed', ko: '새 시드 뽑기' },
    keys: ['R'],
    enabled: () => true,
    run: (studio) => studio.rollSeed(),
  },
  {
    id: 'generate.lock',
    group: 'generate',
    title: { en: 'Keep the seed, or draw one every time', ko: '시드 고정하거나 매번 새로 뽑기' },
    keys: ['K'],
    enabled: () => true,
    run: (studio) => studio.setDraft({ drawSeed: !studio.store.getState().draft.drawSeed }),
  },
];
