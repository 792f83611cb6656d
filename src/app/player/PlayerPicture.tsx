import { useEffect, useRef, useState } from 'react';
import type { Player } from '../../player/types.ts';

interface PlayerPictureProps {
  readonly player: Player;
  readonly url: string;
  readonly label: string;
}

/**
 * The picture of a player. Another file is got ready behind the one that is shown, joins in at the moment that is heard,
 * and takes its place when it runs there.
 */
export function PlayerPicture({ player, url, label }: PlayerPictureProps) {
  const [shown, setShown] = useState(url);
  const current = useRef<HTMLVideoElement>(null);
  const next = useRef<HTMLVideoElement>(null);
  const pending = shown !== url;

  useEffect(() => {
    if (!pending) player.attach(current.current ?? undefined);
  }, [player, pending, shown]);
  useEffect(() => () => player.attach(undefined), [player]);

  useEffect(() => {
    const video = next.current;
    if (!pending || !video) return;
    const show = () => setShown(url);
    const isPlaying = () => player.getState().phase === 'playing';
    const attach = () => {
      player.attach(video);
      // It may be in its place already.
      if (!isPlaying() && !video.seeking) show();
    };
    // Standing still it is shown when it is in its place, otherwise when it runs.
    const onSeeked = () => {
      if (!isPlaying()) show();
    };
    const onFailed = () => {
      attach();
      show();
    };
    const listening = new AbortController();
    const once = { once: true, signal: listening.signal };
    video.addEventListener('loadeddata', attach, once);
    video.addEventListener('error', onFailed, once);
    video.addEventListener('seeked', onSeeked, { signal: listening.signal });
    video.addEventListener('playing', show, once);
    return () => listening.abort();
  }, [player, pending, url]);

  const toggle = () => player.toggle();
  return (
    <div className="screen-stack">
      {/* One list, so that the element behind is the one that is shown afterwards. */}
      {(pending ? [shown, url] : [shown]).map((source) => (
        <video
          key={source}
          ref={source === shown ? current : next}
          className={source === shown ? 'screen' : 'screen behind'}
          src={source}
          muted
          playsInline
          preload="auto"
          aria-label={source === shown ? label : undefined}
          aria-hidden={source !== shown}
          onClick={toggle}
        />
      ))}
    </div>
  );
}
