/** Commands on finished takes: eyes and ears stay on the picture while the hand compares. */
import { takeById } from '../../state/services/queries.ts';
import type { StudioState } from '../../state/types.ts';
import type { TakeId } from '../../state/take.ts';
import type { Studio } from '../../state/studio.ts';
import { exportAndSave } from '../page/save.ts';
import { openOverlay } from './overlays.ts';
import type { Command } from './registry.ts';

const several = ({ takes }: StudioState) => takes.length > 1;
const some = ({ selected }: StudioState) => selected !== undefined;

/** Puts the take `by` places further on the stage, round the end. */
function step(studio: Studio, by: number): void {
  const { takes, selected } = studio.store.getState();
  const index = takes.findIndex(({ id }) => id === selected);
  const next = takes.at((index + by) % takes.length);
  if (next) studio.selectTake(next.id);
}

function onSelected(work: (studio: Studio, id: TakeId) => void): (studio: Studio) => void {
  return (studio) => {
    const { selected } = studio.store.getState();
    if (selected !== undefined) work(studio, selected);
  };
}

const numbered = Array.from({ length: 9 }, (_, index): Command => {
  const number = index + 1;
  return {
    id: `takes.${number}`,
    group: 'takes',
    title: { en: `Show take ${number}`, ko: `테이크 ${number} 보기` },
    keys: [String(number)],
    enabled: ({ takes }) => takes.length > index,
    run(studio) {
      const take = studio.store.getState().takes[index];
      if (take) studio.selectTake(take.id);
    },
  };
});

export const takeCommands: readonly Command[] = [
  {
    id: 'takes.next',
    group: 'takes',
    title: { en: 'Next take', ko: '다음 테이크' },
    keys: ['N'],
    enabled: several,
    run: (studio) => step(studio, 1),
  },
  {
    id: 'takes.previous',
    group: 'takes',
    title: { en: 'Previous take', ko: '이전 테이크' },
    keys: ['P'],
    enabled: several,
    run: (studio) => step(studio, -1),
  },
  ...numbered,
  {
    id: 'takes.original',
    group: 'takes',
    title: { en: 'Show the original', ko: '원본 보기' },
    keys: ['0'],
    enabled: some,
    run: (studio) => studio.show('source'),
  },
  {
    id: 'takes.discard',
    group: 'takes',
    title: { en: 'Discard this take', ko: '이 테이크 버리기' },
    keys: ['Delete'],
    enabled: some,
    run: onSelected((studio, id) => studio.discardTake(id)),
  },
  {
    id: 'takes.star',
    group: 'takes',
    title: { en: 'Star this take, or take the star away', ko: '이 테이크에 별표 붙이거나 떼기' },
    keys: ['S'],
    enabled: some,
    run: onSelected((studio, id) => {
      const take = takeById(studio.store.getState(), id);
      if (take) studio.starTake(id, !take.starred);
    }),
  },
  {
    id: 'takes.more',
    group: 'takes',
    title: { en: 'Make more like this take', ko: '이 테이크와 비슷하게 더 만들기' },
    keys: ['Shift+N'],
    enabled: (state) => some(state) && state.job.phase === 'idle',
    run: onSelected((studio, id) => void studio.moreLike(id)),
  },
  {
    id: 'takes.download',
    group: 'takes',
    title: { en: 'Download this take', ko: '이 테이크 내려받기' },
    keys: ['Mod+S'],
    whileTyping: true,
    enabled: some,
    run: onSelected((studio, id) => void exportAndSave(studio, id)),
  },
  {
    id: 'takes.share',
    group: 'takes',
    title: { en: 'Share this take as a link', ko: '이 테이크를 링크로 공유하기' },
    keys: ['Shift+S'],
    enabled: some,
    run(studio) {
      studio.show('result');
      openOverlay('share');
    },
  },
];
