/** Play, time and volume; the loop is set on the timeline. */
import { useEffect, useRef } from 'react';
import type { TimeSpan } from '../../dsp/span.ts';
import { stageText } from '../../text/stage.ts';
import { useCommand } from '../commands/use-command.ts';
import { MutedIcon, PauseIcon, PlayIcon, SpeakerIcon } from '../parts/icons.tsx';
import { useTexts } from '../page/language.ts';
import { usePlayerState } from '../player/use-player.ts';
import { useStudio } from '../page/studio-context.ts';

/** @param marked played again and again while the loop is on; the whole without */
export function useLooping(marked: TimeSpan | undefined, looping: boolean): void {
  const { player } = useStudio();
  const duration = usePlayerState(player, (state) => state.duration);
  useEffect(() => {
    player.setLoop(looping ? (marked ?? { start: 0, end: duration }) : undefined);
  }, [player, looping, marked, duration]);
}

export function PlayButton() {
  const t = useTexts(stageText);
  const { player } = useStudio();
  const playing = usePlayerState(player, (state) => state.phase === 'playing');
  return (
    <button {...useCommand('player.toggle')} className="icon-button play" aria-label={playing ? t.pause : t.play}>
      {playing ? <PauseIcon /> : <PlayIcon />}
    </button>
  );
}

export function Volume() {
  const t = useTexts(stageText);
  const { player } = useStudio();
  const muted = usePlayerState(player, (state) => state.muted);
  const volume = usePlayerState(player, (state) => state.volume);
  const sound = usePlayerState(player, (state) => state.sound);
  return (
    <div className="volume-field">
      {sound === 'blocked' && <p className="transport-note">{t.blocked}</p>}
      {sound === 'unavailable' && <p className="transport-note">{t.unavailable}</p>}
      <button {...useCommand('player.mute')} className="icon-button" aria-label={muted ? t.unmute : t.mute}>
        {muted ? <MutedIcon /> : <SpeakerIcon />}
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
export function Clock() {
  const { player } = useStudio();
  const duration = usePlayerState(player, (state) => state.duration);
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
      <span ref={text} data-testid="time" />
      <span className="clock-end"> / {clockText(duration)}</span>
    </p>
  );
}

/** `0:04.1` */
function clockText(seconds: number): string {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  const whole = Math.floor(tenths / 10);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}.${tenths % 10}`;
}
