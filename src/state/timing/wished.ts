/** Hits that a link brought along, for the next file that is opened. Pure. */
import { shiftTiming } from '../../timing/compare.ts';
import { clipTiming } from '../../timing/edit.ts';
import type { MediaInfo } from '../../media/types.ts';
import type { Timing } from '../../timing/types.ts';
import { NO_TIMING } from './initial.ts';
import type { TimingState, WishedTiming } from './types.ts';

interface NamedFile {
  readonly name: string;
  readonly info: Pick<MediaInfo, 'duration'>;
}

/** On the clock of a file: its own if it is the one that the link was made from, otherwise the shared part begins with it. */
export function wishedFor({ name, info }: NamedFile, wished: WishedTiming): Timing {
  const { timing, sourceName, start } = wished;
  return clipTiming(name === sourceName ? timing : shiftTiming(timing, -start), { start: 0, end: info.duration });
}

export function wishedState(source: NamedFile, wished: WishedTiming): TimingState {
  return { ...NO_TIMING, shown: wishedFor(source, wished), directed: true };
}
