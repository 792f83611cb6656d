/** Keys of the timeline, there as long as it is. */
import { useMemo, type RefObject } from 'react';
import type { Command } from '../commands/registry.ts';
import { useRegister } from '../commands/use-command.ts';
import type { TimelineHandle } from '../timeline/types.ts';

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

export function useTimelineCommands(handle: RefObject<TimelineHandle | null>): void {
  useRegister(useMemo(() => timelineCommands(handle), [handle]));
}
