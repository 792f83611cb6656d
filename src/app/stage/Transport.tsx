import { useEffect, useRef } from 'react';
import type { TimeSpan } from '../../dsp/span.ts';
import { stageText } from '../../text/stage.ts';
import { useCommand } from '../commands/use-command.ts';
import { MutedIcon, PauseIcon, PlayIcon, SpeakerIcon } from '../parts/icons.tsx';
import { useTexts } from '../page/language.ts';
import { usePlayerState } from '../player/use-player.ts';
import { useStudio } from '../page/studio-context.ts';

interface TransportProps {
  /** Played again and again while the loop is on; the whole without. */
  readonly marked: TimeSpan | undefined;
  readonly looping: boolean;
}

/** Play, time and volume; the loop is set on the timeline. */
export function Transport({ marked, looping }: TransportProps) {
  const t = useTexts(stageText);
  const { player } = useStudio();
  const playing = usePlayerState(player, (state) => state.phase === 'playing');
  const muted = usePlayerState(player, (state) => state.muted);
  const volume = usePlayerState(player, (state) => state.volume);
  const sound = usePlayerState(player, (state) => state.sound);
  const duration = usePlayerState(player, (state) => state.duration);
  useEffect(() => {
    player.setLoop(looping ? (marked ?? { start: 0, end: duration }) : undefined);
  }, [player, looping, marked, duration]);

  return (
    <div className="transport">
      <button {...useCommand('player.toggle')} className="icon-button play" aria-label={playing ? t.pause : t.play}>
        {playing ? <PauseIcon /> : <PlayIcon />}
      </button>
      <Clock duration={duration} />
      <span className="transport-gap" />
      {sound === 'blocked' && <p className="transport-note">{t.blocked}</p>}
      {sound === 'unavailable' && <p className="transport-note">{t.unavailable}</p>}
      <button {...useCommand('player.mute')} className="icon-button" aria-label={muted ? t.unmute : t.mute}>
        {muted || volume === 0 ? <MutedIcon /> : <SpeakerIcon />}
      </button>
      <input
        className="volume"
        type="range"
        min="0"
        max="1"
        step="0.05"
        value={muted ? 0 : volume}
        aria-label={t.volume}
        onChange={({ target }) => {
          player.setMuted(false);
          player.setVolume(Number(target.value));
        }}
      />
    </div>
  );
}

/** Written sixty times a second without React. */
function Clock({ duration }: { readonly duration: number }) {
  const { player } = useStudio();
  const text = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let frame = 0;
    const write = () => {
      const now = clockText(player.time());
      if (text.current && text.current.textContent !== now) text.current.textContent = now;
      frame = requestAnimationFrame(write);
    };
    write();
    return () => cancelAnimationFrame(frame);
  }, [player]);
  return (
    <p className="clock">
      <span ref={text} data-testid="time" /> / {clockText(duration)}
    </p>
  );
}

/** `0:04.1` */
function clockText(seconds: number): string {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  const whole = Math.floor(tenths / 10);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}.${tenths % 10}`;
}
