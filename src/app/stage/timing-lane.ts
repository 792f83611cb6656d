/** The timing of the open file, as the timeline shows and changes it. */
import { useMemo } from 'react';
import type { Source } from '../../state/types.ts';
import type { Take } from '../../state/take.ts';
import { errorText } from '../../text/errors.ts';
import { emptyTiming } from '../../timing/edit.ts';
import { useLanguage } from '../page/language.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';
import type { ReadingPhase, TimingLane } from '../timing/types.ts';

const NONE: readonly number[] = [];

/** Undefined where no sound is made for a picture. */
export function useTimingLane(source: Source, take: Take | undefined): TimingLane | undefined {
  const studio = useStudio();
  const language = useLanguage();
  const { reading, sensitivity, shown, directed } = useStudioState((state) => state.timing);
  const task = useStudioState((state) => state.task);
  const movement = useStudioState((state) => state.survey?.seen ?? NONE);
  const isThere = source.info.video !== undefined && (take ? take.media.task === 'v2a' : task === 'v2a');
  return useMemo(() => {
    if (!isThere) return undefined;
    const phase: ReadingPhase =
      reading.phase === 'failed'
        ? { phase: 'failed', message: errorText(language, reading.error).message }
        : reading.phase === 'ready'
          ? { phase: 'ready' }
          : reading;
    return {
      timing: shown ?? emptyTiming,
      reading: phase,
      directed,
      sensitivity,
      movement,
      onSensitivity: reading.phase === 'ready' ? (value, phase) => studio.setSensitivity(value, phase) : undefined,
      onReadAgain: reading.phase === 'failed' ? () => void studio.readTimingAgain() : undefined,
      onBack: reading.phase === 'ready' && directed ? () => void studio.readTimingAgain() : undefined,
      onTiming: (timing, change) => studio.setTiming(timing, { ...change, done: change.name === undefined }),
    };
  }, [isThere, reading, sensitivity, shown, directed, movement, language, studio]);
}
