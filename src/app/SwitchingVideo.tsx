import { useEffect, useRef, useState } from 'react';

interface SwitchingVideoProps {
  readonly url: string;
  /** Factor on the volume that the person has set, at most 1. */
  readonly gain: number;
  readonly label: string;
}

/**
 * A player whose file can be replaced while it plays: the next one is prepared behind the current one, moved to the same
 * time, and shown when it is ready there, so that the picture runs on.
 */
export function SwitchingVideo({ url, gain, label }: SwitchingVideoProps) {
  const [shown, setShown] = useState(url);
  const current = useRef<HTMLVideoElement>(null);
  const next = useRef<HTMLVideoElement>(null);
  const pending = shown !== url;

  // A stale file must not come back: what is prepared is always the latest wish.
  useEffect(() => {
    const from = current.current;
    const to = next.current;
    if (!pending || !from || !to) return;
    to.muted = true;
    const place = () => (to.currentTime = Math.min(from.currentTime, to.duration || Infinity));
    const take = () => {
      to.muted = from.muted;
      to.playbackRate = from.playbackRate;
      if (!from.paused) void to.play().catch(() => undefined);
      from.pause();
      setShown(url);
    };
    to.addEventListener('loadeddata', place, { once: true });
    to.addEventListener('seeked', take, { once: true });
    return () => {
      to.removeEventListener('loadeddata', place);
      to.removeEventListener('seeked', take);
    };
  }, [pending, url]);

  // The person's own volume, without our factor.
  const own = useRef(1);
  useEffect(() => {
    const video = current.current;
    if (!video || pending) return;
    video.volume = Math.min(1, own.current * gain);
    const onVolume = () => (own.current = video.volume / gain);
    video.addEventListener('volumechange', onVolume);
    return () => video.removeEventListener('volumechange', onVolume);
  }, [pending, gain]);

  return (
    <div className="screen-stack">
      <video
        key={shown}
        ref={current}
        className="screen"
        src={shown}
        controls
        loop
        playsInline
        preload="auto"
        aria-label={label}
      />
      {pending && (
        <video key={url} ref={next} className="screen behind" src={url} loop playsInline preload="auto" aria-hidden />
      )}
    </div>
  );
}
