/** Keys of the timeline, there as long as it is. */
import { useMemo, type RefObject } from 'react';
import type { Command } from '../commands/registry.ts';
import { useRegister } from '../commands/use-command.ts';
import type { HitsHandle, TimelineHandle } from '../timeline/types.ts';

export function timelineCommands(handle: RefObject<TimelineHandle | null>): readonly Command[] {
  const command = (
    id: string,
    en: string,
    ko: string,
    keys: readonly string[],
    work: (timeline: TimelineHandle) => void,
  ): Command => ({
    id: `player.${id}`,
    group: 'player',
    title: { en, ko },
    keys,
    enabled: ({ input }) => input.phase === 'ready',
    run: () => handle.current && work(handle.current),
  });
  return [
    command('mark-in', 'The marked part begins here', '표시한 부분을 여기서 시작', ['I'], (line) => line.markIn()),
    command('mark-out', 'The marked part ends here', '표시한 부분을 여기서 끝', ['O'], (line) => line.markOut()),
    command('frame-back', 'A frame back', '한 장면 뒤로', [','], (line) => line.step(-1)),
    command('frame-on', 'A frame on', '한 장면 앞으로', ['.'], (line) => line.step(1)),
    command('zoom-in', 'Zoom in', '확대', ['+', '='], (line) => line.zoomIn()),
    command('zoom-out', 'Zoom out', '축소', ['-'], (line) => line.zoomOut()),
    command('zoom-fit', 'Show all of it', '전체 보기', ['Shift+F'], (line) => line.zoomFit()),
  ];
}

const FRAME = 1;
const MILLISECOND = 0.001;
const STRENGTH = 0.05;

/** What is done to hits. Keys that move the chosen ones are the lane's own: elsewhere they move the playhead. */
export function hitCommands(handle: RefObject<TimelineHandle | null>): readonly Command[] {
  const command = (
    id: string,
    en: string,
    ko: string,
    keys: { readonly keys?: readonly string[]; readonly localKeys?: readonly string[] },
    work: (hits: HitsHandle) => void,
  ): Command => ({
    id: `timing.${id}`,
    group: 'timing',
    title: { en, ko },
    keys: [],
    ...keys,
    enabled: ({ input, task }) => input.phase === 'ready' && task === 'v2a',
    run: () => handle.current && work(handle.current.hits),
  });
  return [
    command('add', 'Add a hit at the playhead', '재생 위치에 타격 추가', { keys: ['A'] }, (hits) => hits.add()),
    command('next', 'Next hit', '다음 타격', { keys: [']'] }, (hits) => hits.next()),
    command('previous', 'Previous hit', '이전 타격', { keys: ['['] }, (hits) => hits.previous()),
    command('extend-next', 'Select the next hit as well', '다음 타격도 선택', { keys: ['}'] }, (hits) =>
      hits.next(true),
    ),
    command('extend-previous', 'Select the previous hit as well', '이전 타격도 선택', { keys: ['{'] }, (hits) =>
      hits.previous(true),
    ),
    command('all', 'Select all hits', '타격 모두 선택', { localKeys: ['Mod+A'] }, (hits) => hits.all()),
    command('remove', 'Delete the selected hits', '선택한 타격 삭제', { localKeys: ['Delete'] }, (hits) =>
      hits.remove(),
    ),
    command(
      'frame-earlier',
      'Selected hits a frame earlier',
      '선택한 타격 한 프레임 앞으로',
      { localKeys: ['ArrowLeft'] },
      (hits) => hits.moveByFrames(-FRAME),
    ),
    command(
      'frame-later',
      'Selected hits a frame later',
      '선택한 타격 한 프레임 뒤로',
      { localKeys: ['ArrowRight'] },
      (hits) => hits.moveByFrames(FRAME),
    ),
    command(
      'earlier',
      'Selected hits 1 ms earlier',
      '선택한 타격 1밀리초 앞으로',
      { localKeys: ['Shift+ArrowLeft'] },
      (hits) => hits.move(-MILLISECOND),
    ),
    command(
      'later',
      'Selected hits 1 ms later',
      '선택한 타격 1밀리초 뒤로',
      { localKeys: ['Shift+ArrowRight'] },
      (hits) => hits.move(MILLISECOND),
    ),
    command('stronger', 'Selected hits stronger', '선택한 타격 더 세게', { localKeys: ['ArrowUp'] }, (hits) =>
      hits.strengthen(STRENGTH),
    ),
    command('weaker', 'Selected hits weaker', '선택한 타격 더 약하게', { localKeys: ['ArrowDown'] }, (hits) =>
      hits.strengthen(-STRENGTH),
    ),
  ];
}

export function useTimelineCommands(handle: RefObject<TimelineHandle | null>): void {
  useRegister(useMemo(() => [...timelineCommands(handle), ...hitCommands(handle)], [handle]));
}
