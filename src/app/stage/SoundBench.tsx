import { useMemo, useRef, useState, type ReactNode } from 'react';
import { withoutSpan, withSpan } from '../../dsp/edit.ts';
import { CEILING_DBTP } from '../../dsp/levelling.ts';
import { fromDb } from '../../dsp/levels.ts';
import type { Edit } from '../../dsp/mix.ts';
import { louderPeaks, type Peaks } from '../../dsp/peaks.ts';
import type { TimeSpan } from '../../dsp/span.ts';
import type { Source } from '../../state/types.ts';
import type { Take } from '../../state/take.ts';
import { stageText } from '../../text/stage.ts';
import { useTexts } from '../page/language.ts';
import { Mixer } from '../mixer/Mixer.tsx';
import { usePlayerState } from '../player/use-player.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';
import { Timeline } from '../timeline/Timeline.tsx';
import type { ChangePhase, TimelineAction, TimelineHandle } from '../timeline/types.ts';
import { useFrames } from './film.ts';
import { useTimelineCommands } from './timeline-commands.ts';
import { useTimingLane } from './timing-lane.ts';
import { UndoButtons } from './UndoButtons.tsx';
import { UpdateSound } from './UpdateSound.tsx';

interface SoundBenchProps {
  readonly source: Source;
  /** The take on the stage; without one the part of the file that is worked on can be chosen. */
  readonly take: Take | undefined;
  readonly marked: TimeSpan | undefined;
  readonly onMark: (span: TimeSpan | undefined) => void;
  readonly looping: boolean;
  readonly onLoop: (looping: boolean) => void;
  /** Stands between the timeline and the mixer. */
  readonly children: ReactNode;
}

/** Timeline and mixer: what is seen and heard on one line, and all that can be changed about it. */
export function SoundBench({ source, take, marked, onMark, looping, onLoop, children }: SoundBenchProps) {
  const t = useTexts(stageText);
  const studio = useStudio();
  const { player, sounds } = studio;
  const survey = useStudioState((state) => state.survey);
  const busy = useStudioState((state) => state.job.phase !== 'idle');
  // The player is given new tracks whenever sounds were read or rendered: then there is more to draw.
  usePlayerState(player, (state) => state.tracks);
  const handle = useRef<TimelineHandle>(null);
  useTimelineCommands(handle);

  const isSound = take?.media.task === 'v2a';
  const film = survey?.filmstrip;
  const strip = film && take?.media.task !== 'a2v' ? studio.blobs.url(film.image) : undefined;
  const frames = useFrames(strip, film?.count ?? 0);
  const original = sounds.describedNow(sounds.original)?.peaks;
  const generated = usePeaks(take, sounds.describedNow(take && sounds.generatedNow(take))?.peaks);
  const rendered = take && sounds.renderedNow(take);
  const duration = take?.media.task === 'a2v' ? take.recipe.duration : source.info.duration;
  /** Where the take begins on the clock of its file. */
  const start = isSound ? (take.recipe.trim?.start ?? 0) : 0;
  const heard = useMemo(() => take?.sketch.onsets.map((time) => time + start) ?? [], [take, start]);
  const timing = useTimingLane(source, take);

  const edit = (change: Partial<Edit>, name: string, phase: ChangePhase) => {
    if (take) studio.editTake(take.id, change, { name, done: phase === 'done' });
  };
  const onAction = (action: TimelineAction, span: TimeSpan) => {
    if (!take) return;
    switch (action) {
      case 'anew':
        return void studio.renew(take.id, [span]);
      case 'mute':
        return edit(withSpan(take.edit, span, -Infinity), action, 'done');
      case 'fadeIn':
        return edit(withSpan(take.edit, span, -Infinity, 'in'), action, 'done');
      case 'fadeOut':
        return edit(withSpan(take.edit, span, -Infinity, 'out'), action, 'done');
      case 'clear':
        return edit(withoutSpan(take.edit, span), action, 'done');
    }
  };

  return (
    <section className="sound-bench" aria-label={t.shapeIt}>
      <Timeline
        ref={handle}
        duration={duration}
        fps={source.info.video?.fps || 25}
        time={() => player.time()}
        frames={frames}
        original={original}
        generated={generated}
        heard={heard}
        timing={timing}
        tools={<UndoButtons />}
        timingActions={take ? isSound && <UpdateSound take={take.id} /> : <UpdateSound take={undefined} />}
        onSeek={(seconds) => player.seek(seconds)}
        {...(take
          ? {
              offset: isSound ? take.edit.offset + start : 0,
              edits: isSound ? take.edit.spans : [],
              selection: marked,
              loop: looping,
              onSelect: onMark,
              onLoop,
              onAction,
              unavailable: unavailable(take, busy, { busy: t.whileBusy, clip: t.notForClips, lost: t.latentsLost }),
              ...(isSound
                ? {
                    onNudge: (offset: number, phase: ChangePhase) => edit({ offset: offset - start }, 'nudge', phase),
                  }
                : {}),
            }
          : {})}
        {...useTrim(source, take)}
      />
      {children}
      {isSound && (
        <Mixer
          edit={take.edit}
          duration={take.recipe.duration}
          hasOriginal={survey?.hasSound ?? false}
          limitedBy={rendered?.mix.limitedBy ?? 0}
          silent={rendered?.silent ?? false}
          onChange={(changed, phase) => edit(changed, 'mixer', phase)}
          onLoudness={(lufs) => void studio.setLoudness(take.id, lufs)}
          onShow={onMark}
        />
      )}
    </section>
  );
}

/** The generated sound is drawn as loud as it comes. */
function usePeaks(take: Take | undefined, peaks: Peaks | undefined): Peaks | undefined {
  const gain = take?.edit.loudness?.gain ?? 0;
  return useMemo(
    () => (peaks && gain !== 0 ? louderPeaks(peaks, fromDb(gain), fromDb(CEILING_DBTP)) : peaks),
    [peaks, gain],
  );
}

/** Before there is a take the handles choose the part of the file to work on; the store learns of it when they rest. */
function useTrim(source: Source, take: Take | undefined) {
  const studio = useStudio();
  const trim = useStudioState((state) => state.trim);
  const [dragged, setDragged] = useState<TimeSpan>();
  if (take) return {};
  return {
    trim: dragged ?? trim ?? { start: 0, end: source.info.duration },
    onTrim(span: TimeSpan, phase: ChangePhase) {
      setDragged(phase === 'live' ? span : undefined);
      if (phase === 'live') return;
      const whole = span.start <= 0 && span.end >= source.info.duration;
      studio.setTrim(whole ? undefined : span);
    },
  };
}

interface Reasons {
  readonly busy: string;
  readonly clip: string;
  readonly lost: string;
}

function unavailable({ media }: Take, busy: boolean, why: Reasons): Partial<Record<TimelineAction, string>> {
  const anew = busy ? why.busy : media.latents === undefined ? why.lost : undefined;
  const shaping = media.task === 'a2v' ? why.clip : undefined;
  return {
    ...(anew === undefined ? {} : { anew }),
    ...(shaping === undefined ? {} : { mute: shaping, fadeIn: shaping, fadeOut: shaping, clear: shaping }),
  };
}
